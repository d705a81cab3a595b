// `cargo xtask dist`: a folder that runs where there is neither Rust nor Node nor the project.
import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';

import { newClient, newRoom, request } from '../lib/api.mjs';
import { freePort, root, start, temporaryFolder } from '../lib/process.mjs';

test('dist/ runs elsewhere, with an empty environment', async () => {
  const build = start('cargo', ['xtask', 'dist']);
  const { code } = await build.ended;
  assert.equal(code, 0, build.output());

  const elsewhere = await temporaryFolder('dist');
  await cp(path.join(root, 'dist'), path.join(elsewhere.folder, 'dist'), { recursive: true });
  const edge = await freePort();
  const ports = ['--edge-port', edge, '--hub-port', await freePort(), '--redis-port', await freePort()];
  const command = `exec env -i ./dist/bin/roomtalk up ${ports.join(' ')} --data-dir data`;
  const program = start('sh', ['-c', command], { cwd: elsewhere.folder });
  await program.ready(() => program.output().includes(`ready http://localhost:${edge}\n`), 120_000);

  const base = `http://localhost:${edge}`;
  const room = await newRoom(base, await newClient(base), 'Elsewhere');
  const page = await request(base, 'GET', `/room/${room.id}`);
  assert.equal(page.status, 200);
  const script = page.body.match(/<script[^>]+src="([^"]+)"/)[1];
  assert.equal((await request(base, 'GET', script)).status, 200);

  const ended = await program.stop();
  assert.equal(ended.code, 0, program.output());
  await elsewhere.remove();
});
