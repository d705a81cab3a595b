// docs/reliability.md names mixes, commands and tests that exist.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { before, test } from 'node:test';

import { mixes } from '../faults/mixes.mjs';
import { binary, root, start } from '../lib/process.mjs';
import { corpus } from '../malice/corpus.mjs';
import { BOMBS, NO_IMAGES, POLYGLOTS, REAL } from '../malice/images.mjs';

const read = (file) => readFile(path.join(root, file), 'utf8');
const isCrate = (name) => name.startsWith('crates/') || name === 'realtime-hub';

/** All of a crate's Rust, or the file itself. */
async function source(name) {
  if (!isCrate(name)) return read(name);
  const files = readdirSync(path.join(root, name), { recursive: true }).filter((file) => file.endsWith('.rs'));
  return (await Promise.all(files.map((file) => read(path.join(name, file))))).join('\n');
}

let sections;
before(async () => {
  const parts = (await read('docs/reliability.md')).split(/^## /m).slice(1);
  sections = new Map(parts.map((part) => [part.slice(0, part.indexOf('\n')), part]));
});

/** The rows of a section's tables, each as its cells. */
function rows(section) {
  const lines = sections.get(section).split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('|---'));
  return lines.map((line) => line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim()));
}

/** What stands in backticks. */
const quoted = (text) => [...text.matchAll(/``(.+?)``(?!`)|`([^`]+)`/g)].map(([, double, single]) => double ?? single);

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

/** Fails unless a command could be typed as it stands. */
async function check(command) {
  const [program, ...words] = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, whole, word]) => whole ?? word);
  if (program === 'cargo' && words[0] === 'xtask') return checkXtask(command, words.slice(1));
  if (program === 'cargo' && words[0] === 'test') return checkCargoTest(command, words.slice(1));
  if (program === 'node') return checkNode(command, words);
  if (program === 'npm' && words[0] === 'run') return checkNpm(command, words.slice(1));
  throw new assert.AssertionError({ message: `no such program: ${command}` });
}

async function checkXtask(command, [task, ...words]) {
  const help = start(binary('xtask'), [task, '--help']);
  assert.equal((await help.ended).code, 0, command);
  const flags = words.filter((word) => word.startsWith('--'));
  for (const flag of flags) assert.ok(help.output().includes(`${flag} `), `${command}: no ${flag}`);
  const mix = words[words.indexOf('--mix') + 1];
  if (flags.includes('--mix')) assert.ok(mixes.some(({ name }) => name.replaceAll(' ', '-') === mix), `${command}: no such mix`);
}

async function checkCargoTest(command, words) {
  const { values, positionals } = parseArgs({ args: words, options: { release: { type: 'boolean' }, package: { type: 'string', short: 'p' } }, allowPositionals: true });
  const crate = ['', 'crates/'].map((folder) => folder + values.package).find((folder) => isCrate(folder) && existsSync(path.join(root, folder, 'Cargo.toml')));
  assert.ok(crate && values.release, command);
  for (const name of positionals) assert.ok((await source(crate)).includes(name), `${command}: no ${name}`);
}

async function checkNode(command, words) {
  const options = { test: { type: 'boolean' }, 'test-name-pattern': { type: 'string' } };
  const { values, positionals: [file] } = parseArgs({ args: words, options, allowPositionals: true });
  const code = await read(file);
  const pattern = values['test-name-pattern'];
  assert.equal(values.test ?? false, file.endsWith('.test.mjs'), command);
  if (pattern) assert.ok(code.includes(pattern), `${command}: ${file} has no test with these words`);
}

async function checkNpm(command, [script, ...words]) {
  const workspace = words[words.indexOf('--workspace') + 1];
  const [, ...files] = words.slice(words.indexOf('--'));
  assert.ok(JSON.parse(await read(`${workspace}/package.json`)).scripts[script], command);
  for (const file of files) assert.ok(existsSync(path.join(root, workspace, 'browser', file)), `${command}: no ${file}`);
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
