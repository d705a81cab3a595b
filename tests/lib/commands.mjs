// Whether a command that a document names could be typed as it stands: program, task, flags, files and names of tests.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { mixes } from '../faults/mixes.mjs';
import { read } from './documents.mjs';
import { binary, root, start } from './process.mjs';

const isCrate = (name) => name.startsWith('crates/') || name === 'realtime-hub';
const exists = (...parts) => existsSync(path.join(root, ...parts));

/** All of a crate's Rust, or the file itself. */
export async function source(name) {
  if (!isCrate(name)) return read(name);
  const files = readdirSync(path.join(root, name), { recursive: true }).filter((file) => file.endsWith('.rs'));
  return (await Promise.all(files.map((file) => read(path.join(name, file))))).join('\n');
}

/** The words of a command line, without quotes. */
const split = (command) => [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, word]) => a ?? b ?? word);

/** Fails unless a command could be typed as it stands. */
export async function check(command) {
  const [program, ...words] = split(command);
  const own = /^(?:target\/release|dist\/bin)\/([\w-]+)$/.exec(program);
  if (own) return checkProgram(command, own[1], words);
  if (program === 'cargo' && words[0] === 'xtask') return checkXtask(command, words.slice(1));
  if (program === 'cargo' && words[0] === 'test') return checkCargoTest(command, words.slice(1));
  if (program === 'node') return checkNode(command, words);
  if (program === 'npm') return checkNpm(command, words);
  throw new assert.AssertionError({ message: `no such program: ${command}` });
}

const helps = new Map();

/** What a program prints for `--help`; fails when it has no such command. */
async function help(program, words) {
  const key = [program, ...words].join(' ');
  if (!helps.has(key)) {
    const run = start(binary(program), [...words, '--help']);
    const { code } = await run.ended;
    assert.equal(code, 0, `${key}: ${run.output()}`);
    helps.set(key, run.output());
  }
  return helps.get(key);
}

function checkFlags(command, words, text) {
  for (const [flag] of words.map((word) => word.split('=')).filter(([word]) => word.startsWith('--'))) {
    assert.ok(new RegExp(`${flag}[\\s,=]`).test(text), `${command}: no ${flag}`);
  }
}

async function checkProgram(command, program, words) {
  const tasks = words[0] && !words[0].startsWith('-') && program === 'roomtalk' ? [words[0]] : [];
  checkFlags(command, words.filter((word) => !['--help', '--version'].includes(word)), await help(program, tasks));
}

/** Programs to which a task hands its flags on. */
const HANDED_ON = { up: ['roomtalk', ['up']], bench: ['bench', []] };

async function checkXtask(command, [task, ...words]) {
  const [program, tasks] = HANDED_ON[task] ?? ['xtask', [task]];
  await help('xtask', [task]);
  checkFlags(command, words, await help(program, tasks));
  const mix = words[words.indexOf('--mix') + 1];
  if (words.includes('--mix')) assert.ok(mixes.some(({ name }) => name.replaceAll(' ', '-') === mix), `${command}: no such mix`);
  if (task === 'test') {
    const steps = await read('xtask/src/test.rs');
    const names = [...steps.matchAll(/step\(\s*"([^"]+)"/g)].map(([, name]) => name);
    for (const word of words) assert.ok(names.some((name) => name.includes(word)), `${command}: no step has ${word} in its name`);
  }
}

async function checkCargoTest(command, words) {
  const options = { release: { type: 'boolean' }, package: { type: 'string', short: 'p' } };
  const { values, positionals } = parseArgs({ args: words, options, allowPositionals: true });
  const crate = ['', 'crates/'].map((folder) => folder + values.package).find((folder) => isCrate(folder) && exists(folder, 'Cargo.toml'));
  assert.ok(crate && values.release, command);
  for (const name of positionals) assert.ok((await source(crate)).includes(name), `${command}: no ${name}`);
}

async function checkNode(command, words) {
  const options = { test: { type: 'boolean' }, 'test-name-pattern': { type: 'string' } };
  const { values, positionals: files } = parseArgs({ args: words, options, allowPositionals: true });
  assert.ok(files.length > 0, command);
  for (const file of files) {
    const code = await read(file);
    const pattern = values['test-name-pattern'];
    assert.equal(values.test ?? false, file.endsWith('.test.mjs'), command);
    if (pattern) assert.ok(code.includes(pattern), `${command}: ${file} has no test with these words`);
  }
}

async function checkNpm(command, [task, ...words]) {
  // A package by name is not ours to look up.
  if (task === 'ci' || task === 'install') return;
  const script = task === 'run' ? words[0] : task;
  const workspace = words[words.indexOf('--workspace') + 1];
  const folder = words.includes('--workspace') ? workspace : '.';
  assert.ok(JSON.parse(await read(path.join(folder, 'package.json'))).scripts[script], command);
  const [, ...chosen] = words.includes('--') ? words.slice(words.indexOf('--')) : [];
  if (script !== 'test:browser') return;
  const specs = readdirSync(path.join(root, 'tests/browser'));
  for (const word of chosen) assert.ok(specs.some((name) => name.includes(word)), `${command}: no ${word}`);
}
