// docs/reliability.md names mixes, commands and tests that exist.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { mixes } from '../faults/mixes.mjs';
import { check, source } from '../lib/commands.mjs';
import { quoted, read, rows as rowsOf } from '../lib/documents.mjs';
import { corpus } from '../malice/corpus.mjs';
import { BOMBS, NO_IMAGES, POLYGLOTS, REAL } from '../malice/images.mjs';

let sections;
before(async () => {
  const parts = (await read('docs/reliability.md')).split(/^## /m).slice(1);
  sections = new Map(parts.map((part) => [part.slice(0, part.indexOf('\n')), part]));
});

/** The rows of a section's tables, each as its cells. */
const rows = (section) => rowsOf(sections.get(section));

/** Fails unless every test that a text names is there; gives their number. */
async function namedTests(text) {
  let file;
  let named = 0;
  for (const quote of quoted(text)) {
    const [, where, title] = /^(.*?)\s*› (.+)$/.exec(quote) ?? [];
    if (!title) continue;
    file = where || file;
    const code = (await source(file)).replaceAll("\\'", "'");
    assert.ok(code.includes(title.split('…')[0].trim()), `${file} has no test “${title}”`);
    named += 1;
  }
  return named;
}

test('every test that the list of faults of v0.4 names is there', async () => {
  const listed = rows('Faults of v0.4 that must not come back').filter(([number]) => /^\d+$/.test(number));
  let named = 0;
  for (const cells of listed) named += await namedTests(cells.at(-1));
  assert.ok(listed.length > 15 && named > 40, `${listed.length} lines, ${named} tests`);
});

test('every fault of the table is played again by a command that exists, and every mix is in it', async () => {
  const commands = rows('Under faults').slice(1).map((cells) => {
    assert.equal(cells.length, 4, cells.join('|'));
    const found = quoted(cells[3]);
    assert.equal(found.length, 1, `one command for: ${cells[0]}`);
    return found[0];
  });
  for (const command of commands) await check(command);
  for (const { name } of mixes) {
    assert.ok(commands.some((command) => command.includes(`--mix ${name.replaceAll(' ', '-')} `)), `the mix ${name} is not in the table`);
  }
});

test('every fault that was found has its tests', async () => {
  const found = rows('What the harness found').slice(1);
  for (const [fault, , tests] of found) assert.ok((await namedTests(tests)) > 0, fault);
  assert.ok(found.length >= 9);
});

test('every test that the hostile classes and the findings of the fuzzer name is there', async () => {
  const hostile = rows('Malicious content').slice(1);
  for (const cells of hostile) assert.ok((await namedTests(cells.at(-1))) > 0, cells.join('|'));
  let found = 0;
  for (const cells of rows('Fuzzing').filter(({ length }) => length === 3)) found += await namedTests(cells[2]);
  assert.ok(hostile.length > 15 && found > 2, `${hostile.length} classes, ${found} findings`);
});

test('the hostile texts and files are as many as the list says', () => {
  const listed = rows('Malicious content').slice(1);
  const classes = listed.flatMap(([, name, count]) => quoted(name).map((file) => [file, Number(count)]));
  const held = Object.entries(corpus).map(([name, texts]) => [name, texts.length]);
  assert.deepEqual(Object.fromEntries(classes), Object.fromEntries(held));
  const files = listed.filter(([, name]) => quoted(name).length === 0).map(([, , count]) => Number(count));
  const bombs = Object.values(BOMBS).flat().length;
  const ends = Object.values(REAL).reduce((sum, file) => sum + file.length, 0);
  assert.deepEqual(files, [bombs, Object.keys(POLYGLOTS).length, Object.keys(NO_IMAGES).length, ends]);
});
