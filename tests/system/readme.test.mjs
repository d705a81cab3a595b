// The README's quick starts, pasted.
import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { root, start } from '../lib/process.mjs';
import { startRoomtalk } from '../lib/services.mjs';

describe("the README's quick starts", () => {
  let system;
  let readme;
  before(async () => {
    [system, readme] = await Promise.all([startRoomtalk(), readFile(path.join(root, 'README.md'), 'utf8')]);
  });
  after(() => system?.stop());

  /** The first block of a language, with the addresses of the system under test. */
  function block(language) {
    const text = readme.match(new RegExp('^```' + language + '\\n([^]*?)^```$', 'm'))?.[1];
    assert.ok(text, `the README has a block of ${language}`);
    return text.replaceAll('http://localhost:3011', system.edge).replaceAll('http://localhost:3012', system.hub);
  }

  test('by REST: the message is stored, read back after a cursor, and rendered', async () => {
    const shell = start('bash', ['-euo', 'pipefail', '-c', block('sh')]);
    const { code } = await shell.ended;
    assert.equal(code, 0, shell.output());
    assert.match(shell.output(), /"seq":2/);
    assert.match(shell.output(), /roomtalk-next-after: 2/i);
    assert.match(shell.output(), /<em>works<\/em>/);
  });

  test('by socket: the room is joined and the message comes back', async () => {
    const file = path.join(root, 'tests', `.readme-${process.pid}.mjs`);
    await writeFile(file, block('js'));
    const script = start(process.execPath, [file]);
    const { code } = await script.ended;
    await rm(file);
    assert.equal(code, 0, script.output());
    assert.match(script.output(), /^2 Hello$/m);
    assert.match(script.output(), /latestSeq: 1,/);
  });
});
