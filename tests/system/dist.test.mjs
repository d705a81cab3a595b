// `cargo xtask dist`: a folder that runs where there is neither Rust nor Node nor the project, as in a container.
import assert from 'node:assert/strict';
import { chmod, chown, cp, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { history, newClient, newRoom, request } from '../lib/api.mjs';
import { mayConfine, memoryGroup, NOBODY, startConfined } from '../lib/confined.mjs';
import { freePort, memoryOf, root, start, temporaryFolder } from '../lib/process.mjs';
import { join, registered } from '../sockets/client.mjs';

/** What a small machine has. */
const MEMORY = 256 << 20;

const megabytes = (bytes) => (bytes / 1e6).toFixed(0);

describe('dist/', () => {
  let elsewhere;
  before(async () => {
    const build = start('cargo', ['xtask', 'dist']);
    const { code } = await build.ended;
    assert.equal(code, 0, build.output());
    elsewhere = await temporaryFolder('dist');
    await cp(path.join(root, 'dist'), path.join(elsewhere.folder, 'dist'), { recursive: true });
  });
  after(() => elsewhere?.remove());

  /** The command that starts it on free ports, and the address of the page. */
  async function up(...flags) {
    const [edge, hub, redis] = [await freePort(), await freePort(), await freePort()];
    const ports = ['--edge-port', edge, '--hub-port', hub, '--redis-port', redis];
    return { command: `./dist/bin/roomtalk up ${[...ports, ...flags].join(' ')}`, edge, hub };
  }

  test('runs elsewhere, with an empty environment', async () => {
    const { command, edge } = await up('--data-dir', 'data');
    const program = start('sh', ['-c', `exec env -i ${command}`], { cwd: elsewhere.folder });
    await program.ready(() => program.output().includes(`ready http://localhost:${edge}\n`), 120_000);

    const base = `http://localhost:${edge}`;
    const room = await newRoom(base, await newClient(base), 'Elsewhere');
    const page = await request(base, 'GET', `/room/${room.id}`);
    assert.equal(page.status, 200);
    const script = page.body.match(/<script[^>]+src="([^"]+)"/)[1];
    assert.equal((await request(base, 'GET', script)).status, 200);

    const ended = await program.stop();
    assert.equal(ended.code, 0, program.output());
  });

  test(
    'runs as nobody in 256 MiB, writes only its data, carries 1 000 sockets on one port, and drains without a loss',
    { skip: !mayConfine && 'only root can become nobody' },
    async (t) => {
      const data = path.join(elsewhere.folder, 'nobodys');
      await mkdir(data);
      await chown(data, NOBODY, NOBODY);
      await chmod(elsewhere.folder, 0o755);
      const before = await readdir(elsewhere.folder, { recursive: true });
      const { command, hub } = await up('--single-origin', '--data-dir', 'nobodys', '--rate-limits', 'off');
      const group = await memoryGroup(MEMORY);
      if (!group) t.diagnostic('its memory is not limited: the kernel lets nobody here make a group of processes');
      const run = () => startConfined(command, { cwd: elsewhere.folder, group });
      const isReady = (program) => program.ready(() => program.output().includes(`ready http://localhost:${hub}\n`), 120_000);
      let program = run();
      t.after(async () => {
        await program.kill();
        await group?.remove();
      });
      await isReady(program);

      const base = `http://localhost:${hub}`;
      const creator = await newClient(base);
      const rooms = await Promise.all(Array.from({ length: 20 }, (_, at) => newRoom(base, creator, `Room ${at}`)));
      // All in one moment, as after a cut.
      const sockets = await Promise.all(
        Array.from({ length: 1000 }, () => registered({ url: base }, undefined, { reconnection: false })),
      );
      await Promise.all(sockets.map((socket, at) => join(socket, rooms[at % 20].id)));

      // Everybody goes on talking until the drain ends it; what was acknowledged is noted.
      const acknowledged = new Map(rooms.map(({ id }) => [id, []]));
      const talking = sockets.slice(0, 100).map(async (socket, at) => {
        const roomId = rooms[at % 20].id;
        for (let number = 0; ; number += 1) {
          const ack = await socket.ask('send_message', { roomId, content: `${at}: ${number}` }).catch(() => undefined);
          if (!ack?.ok) return;
          acknowledged.get(roomId).push(ack.message.id);
        }
      });
      await Promise.all(sockets.map((socket) => socket.wait('new_message', (message) => message.content.endsWith(': 3'))));
      const { now, most } = await memoryOf(program.pid);
      t.diagnostic(`${megabytes(now)} MB resident with 1 000 sockets, ${megabytes(most)} MB at most since the first start`);
      const begun = Date.now();
      const ended = await program.stop();
      t.diagnostic(`drained in ${Date.now() - begun} ms`);
      assert.equal(ended.code, 0, program.output());
      for (const socket of sockets) socket.close();
      await Promise.all(talking);

      program = run();
      await isReady(program);
      for (const [roomId, ids] of acknowledged) {
        const kept = [];
        for (let last = 0; ; last = kept.at(-1).seq) {
          const page = await history(base, roomId, `?after=${last}&limit=200`);
          if (page.length === 0) break;
          kept.push(...page);
        }
        assert.ok(ids.length > 0);
        const counts = new Map();
        for (const { id } of kept) counts.set(id, (counts.get(id) ?? 0) + 1);
        assert.deepEqual(ids.filter((id) => counts.get(id) !== 1), [], 'lost or doubled');
        assert.deepEqual(kept.map(({ seq }) => seq), kept.map((_, at) => kept[0].seq + at), 'a gap or another order');
      }
      t.diagnostic(`${[...acknowledged.values()].flat().length} acknowledged messages, 0 lost`);
      await program.stop();

      const written = await readdir(elsewhere.folder, { recursive: true });
      assert.deepEqual(written.filter((file) => !file.startsWith('nobodys')), before.filter((file) => !file.startsWith('nobodys')));
    },
  );
});
