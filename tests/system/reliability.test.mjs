// docs/reliability.md names tests that exist.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { root } from '../lib/process.mjs';

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
