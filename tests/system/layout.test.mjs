// A store that a newer version has used: every program of this version refuses to write into it, and says why.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';

import { newRoom, request } from '../lib/api.mjs';
import { binary, freePort, start, temporaryFolder, until } from '../lib/process.mjs';
import { startEdge, startGateway, startHub, startRedis } from '../lib/services.mjs';
import { closers, newRoom as newRoomBySocket, registered } from '../sockets/client.mjs';

const KEY = 'room:layout';
const WHY = /layout 2.*layouts up to 1.*newer version/;

/** Runs a program to its end: its exit code and what it printed. */
async function run(program, args, env = {}) {
  const process = start(binary(program), args, { env });
  const { code } = await process.ended;
  return { code, printed: process.output() };
}

for (const backend of ['the embedded engine', 'a Redis server']) {
  describe(`on ${backend}`, () => {
    const things = closers();
    after(() => things.close());

    const newStore = async () => {
      const redis = backend === 'a Redis server' ? things.add(await startRedis()) : null;
      return things.add(await startGateway({ backend: redis?.url ?? 'embedded' }));
    };
    const place = ({ url, token }) => ({ REDIS_URL: url, REDIS_TOKEN: token });

    test('the first hub keeps the layout in a store that has none, and a later one leaves it', async () => {
      const store = await newStore();
      assert.equal(await store.command('GET', KEY), null);
      const hub = things.add(await startHub({ redis: store }));
      await until(async () => (await store.command('GET', KEY)) === '1', { what: 'the layout' });
      await hub.end();
      await hub.restart();
      assert.equal(await store.command('GET', KEY), '1');
    });

    test('a hub does not start on a newer store, and names both layouts and what to do', async () => {
      const store = await newStore();
      await store.command('SET', KEY, '2');
      const port = await freePort();
      const { code, printed } = await run('realtime-hub', ['--port', String(port)], { ...place(store), CLIENT_TOKEN_SECRET: 's' });
      assert.notEqual(code, 0);
      assert.match(printed, WHY);
      assert.match(printed, /Start the newer version, or restore a backup .*docs\/operations\.md/);
      assert.deepEqual(await store.command('KEYS', '*'), [KEY]);
    });

    test('a hub whose store becomes newer is not ready and writes nothing, and goes on when the store goes back', async () => {
      const store = await newStore();
      const hub = things.add(await startHub({ redis: store, env: { BEAT_MS: '300' } }));
      const client = things.add(await registered(hub));
      const roomId = await newRoomBySocket(client);
      assert.ok((await client.ask('join_room', roomId)).ok);
      const said = { roomId, content: 'hello', messageId: crypto.randomUUID() };
      const log = () => store.command('XLEN', `room:{${roomId}}:log`);

      // As a newer hub that starts.
      await store.command('SET', KEY, '2');
      await store.command('PUBLISH', 'events', JSON.stringify({ kind: 'beat', hubId: 'newer', layout: 2 }));
      const state = async () => {
        const response = await fetch(`${hub.url}/readyz`);
        return { status: response.status, ...(await response.json()) };
      };
      await until(async () => (await state()).status === 503, { what: 'the hub to be not ready' });
      const { lacks, store: reached } = await state();
      assert.equal(reached, 'connected');
      assert.match(lacks.join(), WHY);
      assert.equal((await client.ask('send_message', said)).code, 'store_newer');
      assert.equal((await client.ask('send_message', { roomId, content: 'without an id' })).code, 'store_newer');
      assert.equal(await log(), 1);
      const before = await store.command('KEYS', '*');
      const other = things.add(await registered(hub));
      assert.equal((await other.ask('create_room', { name: 'no' }))?.code ?? 'store_newer', 'store_newer');
      assert.deepEqual((await store.command('KEYS', '*')).sort(), before.sort());

      await store.command('SET', KEY, '1');
      await until(async () => (await state()).status === 200, { what: 'the hub to be ready again' });
      assert.ok((await client.ask('send_message', said)).ok);
      assert.equal(await log(), 2);
    });

    test('an edge answers 503 with a code of its own to whatever would be written, and reads go on', async () => {
      const store = await newStore();
      const edge = things.add(await startEdge({ redis: store }));
      const creator = { clientId: 'script' };
      const room = await newRoom(edge.url, creator);
      await store.command('SET', KEY, '2');
      const newest = await store.command('XLEN', `room:{${room.id}}:log`);
      for (const [path, body] of [
        [`/api/rooms/${room.id}/messages`, { clientId: 'script', content: 'x', messageId: crypto.randomUUID() }],
        ['/api/clients/script/rooms', { name: 'x' }],
      ]) {
        const answer = await request(edge.url, 'POST', path, { body });
        assert.deepEqual([answer.status, answer.body.code], [503, 'store_newer'], path);
        assert.match(answer.body.error, WHY);
      }
      const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
      const upload = await fetch(`${edge.url}/api/rooms/${room.id}/images?clientId=script`, { method: 'POST', body: gif, headers: { 'content-type': 'image/gif' } });
      assert.equal((await upload.json()).code, 'store_newer');
      assert.equal(await store.command('XLEN', `room:{${room.id}}:log`), newest);
      assert.equal((await request(edge.url, 'GET', `/api/rooms/${room.id}/messages`)).status, 200);
      assert.match(edge.output(), /503 .*layout 2/);
    });

    test('the doctor finds it', async () => {
      const store = await newStore();
      await store.command('SET', KEY, '2');
      const { code, printed } = await run('roomtalk', ['doctor'], place(store));
      assert.equal(code, 1, printed);
      assert.match(printed, WHY);
      assert.match(printed, /start the newer version/);
    });
  });
}

test('`roomtalk up` ends with the reason on a folder that a newer version has used', async () => {
  const { folder, remove } = await temporaryFolder('newer');
  try {
    const ports = [await freePort(), await freePort(), await freePort()].map(String);
    const up = ['up', '--data-dir', folder, '--edge-port', ports[0], '--hub-port', ports[1], '--redis-port', ports[2]];
    const first = start(binary('roomtalk'), [...up, '--redis-token', 't']);
    await first.ready(() => /^ready /m.test(first.output()), 120_000);
    const body = JSON.stringify(['SET', KEY, '2']);
    const answer = await fetch(`http://127.0.0.1:${ports[2]}`, { method: 'POST', headers: { authorization: 'Bearer t' }, body });
    assert.equal(answer.status, 200);
    await first.stop();
    const { code, printed } = await run('roomtalk', [...up, '--redis-token', 't']);
    assert.notEqual(code, 0);
    assert.match(printed, WHY);
  } finally {
    await remove();
  }
});
