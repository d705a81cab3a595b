// docs/reliability.md names tests that exist.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { root } from '../lib/process.mjs';
import { corpus } from '../malice/corpus.mjs';
import { BOMBS, NO_IMAGES, POLYGLOTS, REAL } from '../malice/images.mjs';

/** All of a crate's Rust, or the file itself. */
async function source(name) {
  const whole = path.join(root, name);
  if (!name.startsWith('crates/') && name !== 'realtime-hub') return readFile(whole, 'utf8');
  const files = readdirSync(whole, { recursive: true }).filter((file) => file.endsWith('.rs'));
  return (await Promise.all(files.map((file) => readFile(path.join(whole, file), 'utf8')))).join('\n');
}

test('every test that the list of faults names is there', async () => {
  const text = await readFile(path.join(root, 'docs/reliability.md'), 'utf8');
  let named = 0;
  for (const row of text.split('\n').filter((line) => /^\| \d+ \|/.test(line))) {
    let file;
    for (const [, double, single] of row.matchAll(/``(.+?)``(?!`)|`([^`]+)`/g)) {
      const [, where, title] = /^(.*?)\s*› (.+)$/.exec(double ?? single) ?? [];
      if (!title) continue;
      file = where || file;
      const code = (await source(file)).replaceAll("\\'", "'");
      assert.ok(code.includes(title.split('…')[0].trim()), `${file} has no test “${title}”`);
      named += 1;
    }
  }
  assert.ok(named > 40, String(named));
});

test('the hostile texts and files are as many as the list says', async () => {
  const text = await readFile(path.join(root, 'docs/reliability.md'), 'utf8');
  const listed = [...text.slice(text.indexOf('## Malicious content')).matchAll(/^\| \d+ \| ([^|]+) \| (\d+) \|/gm)];
  const classes = listed.flatMap(([, name, count]) => (/\(`(\w+)`\)/.test(name) ? [[/\(`(\w+)`\)/.exec(name)[1], Number(count)]] : []));
  const held = Object.entries(corpus).map(([name, texts]) => [name, texts.length]);
  assert.deepEqual(Object.fromEntries(classes), Object.fromEntries(held));
  const files = listed.filter(([, name]) => !name.includes('`')).map(([, , count]) => Number(count));
  const bombs = Object.values(BOMBS).flat().length;
  const ends = Object.values(REAL).reduce((sum, file) => sum + file.length, 0);
  assert.deepEqual(files, [bombs, Object.keys(POLYGLOTS).length, Object.keys(NO_IMAGES).length, ends]);
});
