// Every block of the documents that is marked `run`, run as a reader would who pastes it, and what it must print.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { newClient, newRoom, send } from '../lib/api.mjs';
import { blocks, documents, read } from '../lib/documents.mjs';
import { root, start, temporaryFolder } from '../lib/process.mjs';
import { startGateway, startRoomtalk } from '../lib/services.mjs';

/** What the blocks of a document print, in their order: patterns, or a check of its own. */
const PRINTED = {
  'README.md': [
    [/"seq":2/, /roomtalk-next-after: 2/i, /<em>works<\/em>/],
    [/^2 Hello$/m, /latestSeq: 1,/],
  ],
  'docs/protocol.md': [[/^2 Hello\n$/], [/^2 before the cut\n3 after the cut\n$/]],
  'docs/operations.md': [
    [/"status":"online"/, /^ok$/m, /"ready":true,"store":"connected","stream":"live"/, /^roomtalk_hub_sockets \d+$/m, /^roomtalk_edge_requests_most \d+$/m],
    (output) => assert.equal(output, `${createHash('sha256').update('aB3dE5fG7h').digest('hex').slice(0, 12)}\n`),
    [/^$/],
    async (output, place) => {
      assert.equal(output, '');
      const gateway = await startGateway({ dataDir: path.join(place, 'restored') });
      assert.equal(await gateway.command('XLEN', `room:{${room.id}}:log`), 2);
      await gateway.stop();
      const secret = (folder) => readFile(path.join(folder, 'client-token-secret'), 'utf8');
      assert.equal(await secret(path.join(place, 'restored')), await secret(system.dataDir));
    },
  ],
};

let system;
let room;
before(async () => {
  // No secret of the test's: it is made and kept, as for a reader.
  system = await startRoomtalk({ env: { CLIENT_TOKEN_SECRET: '' } });
  const client = await newClient(system.edge);
  room = await newRoom(system.edge, client);
  await send(system.edge, client, room.id, 'to be kept');
});
after(() => system?.stop());

/** Runs a block in a folder that holds the system's `.roomtalk`; gives what it prints. */
async function run({ language, text }, place) {
  const here = text.replaceAll('http://localhost:3011', system.edge).replaceAll('http://localhost:3012', system.hub);
  if (language === 'sh') {
    const shell = start('bash', ['-euo', 'pipefail', '-c', here], { cwd: place });
    assert.equal((await shell.ended).code, 0, shell.output());
    return shell.output();
  }
  assert.equal(language, 'js');
  // Where the packages of the tests are found.
  const file = path.join(root, 'tests', `.block-${process.pid}.mjs`);
  await writeFile(file, here);
  const script = start(process.execPath, [file], { cwd: place });
  const { code } = await script.ended;
  await rm(file);
  assert.equal(code, 0, script.output());
  return script.output();
}

for (const file of documents) {
  const marked = blocks(await read(file)).filter(({ marks }) => marks.includes('run'));
  if (marked.length === 0) continue;
  describe(`the blocks of ${file}`, () => {
    let place;
    before(async () => {
      place = await temporaryFolder();
      await symlink(system.dataDir, path.join(place.folder, '.roomtalk'));
    });
    after(() => place?.remove());

    test('are as many as there are expectations', () => assert.equal(marked.length, PRINTED[file]?.length));

    marked.forEach((block, at) => {
      test(`line ${block.line}: does what it says`, async () => {
        const printed = await run(block, place.folder);
        const expected = PRINTED[file]?.[at] ?? assert.fail('nothing is expected of it');
        if (typeof expected === 'function') await expected(printed, place.folder);
        else for (const pattern of expected) assert.match(printed, pattern);
      });
    });
  });
}

test('every document of which something is expected is there', () => {
  assert.deepEqual(Object.keys(PRINTED).filter((file) => !documents.includes(file)), []);
});
