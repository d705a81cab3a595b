// `roomtalk up` as a person meets it: flags, messages, signals.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { newClient, request } from '../lib/api.mjs';
import { binary, start } from '../lib/process.mjs';
import { startRoomtalk, temporaryFolder, freePort } from '../lib/services.mjs';

/** Runs the launcher to its end. */
async function run(args, env = {}) {
  const program = start(binary('roomtalk'), args, { env });
  const { code } = await program.ended;
  return { code, output: program.output() };
}

describe('roomtalk up', () => {
  let data;
  before(async () => {
    data = await temporaryFolder();
  });
  after(() => data.remove());

  test('prints one ready line and serves page, API and configuration at that address', async () => {
    const system = await startRoomtalk();
    const ready = system.output().match(/^ready (.*)$/gm);
    assert.equal(ready.length, 1);
    const address = ready[0].slice('ready '.length);
    assert.equal(address, system.edge);
    const page = await request(address, 'GET', '/');
    assert.equal(page.status, 200);
    assert.match(page.body, /<title>.*RoomTalk.*<\/title>/);
    const config = await request(address, 'GET', '/config.json');
    assert.equal(config.body.socketUrl, system.hub);
    const status = await request(address, 'GET', '/api/status');
    assert.equal(status.body.redis, 'connected');
    assert.equal(status.body.socketAdapterReady, true);
    await system.stop();
  });

  for (const signal of ['SIGTERM', 'SIGINT']) {
    test(`ends cleanly within 5 s on ${signal}`, async () => {
      const system = await startRoomtalk();
      await newClient(system.edge);
      const begun = Date.now();
      system.signal(signal);
      const { code } = await system.stop();
      assert.equal(code, 0, system.output());
      assert.ok(Date.now() - begun < 5_000);
    });
  }

  test('names the taken port and the flag that chooses another', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address();
    const ports = ['--edge-port', String(port), '--hub-port', String(await freePort()), '--redis-port', String(await freePort())];
    const { code, output } = await run(['up', ...ports, '--data-dir', data.folder]);
    taken.close();
    assert.equal(code, 1);
    assert.match(output, new RegExp(`127\\.0\\.0\\.1:${port}.*--edge-port`));
  });

  test('refuses a store address of an unknown kind, and a REST endpoint without a token', async () => {
    const odd = await run(['up', '--redis-url', 'ftp://x', '--data-dir', data.folder]);
    assert.equal(odd.code, 1);
    assert.match(odd.output, /--redis-url must start with redis:\/\//);
    const bare = await run(['up', '--redis-url', 'https://x.example', '--data-dir', data.folder]);
    assert.equal(bare.code, 1);
    assert.match(bare.output, /--redis-token/);
  });

  test('keeps its secrets in the data folder, for this user alone, and never prints them', async () => {
    const own = await temporaryFolder();
    const ports = ['--edge-port', await freePort(), '--hub-port', await freePort(), '--redis-port', await freePort()];
    const flags = ['up', ...ports.map(String), '--data-dir', own.folder];
    const program = start(binary('roomtalk'), flags, { env: { CLIENT_TOKEN_SECRET: '', REDIS_TOKEN: '' } });
    await program.ready(() => program.output().includes('\nready '));
    const { code } = await program.stop();
    assert.equal(code, 0);
    for (const name of ['client-token-secret', 'redis-token']) {
      const file = path.join(own.folder, name);
      assert.equal((await stat(file)).mode & 0o777, 0o600);
      const secret = (await readFile(file, 'utf8')).trim();
      assert.ok(secret.length >= 32);
      assert.ok(!program.output().includes(secret));
    }
    await own.remove();
  });
});
