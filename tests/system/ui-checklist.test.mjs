import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';

import { root } from '../lib/process.mjs';

const read = (file) => readFile(path.join(root, file), 'utf8');

/** The titles of a file's tests; what a template fills in is `…`. */
async function titles(file) {
  const found = (await read(file)).matchAll(/^\s*test(?:\.each\([\s\S]*?\))?\((['`"])(.*?)\1,/gm);
  return [...found].map(([, , title]) => title.replaceAll(/\$\{.*?\}/g, '…'));
}

test('every line of the page’s checklist names tests, and each of them exists', async () => {
  const lines = (await read('docs/ui-checklist.md')).split('\n').filter((line) => /^\| (?!Line \|)/.test(line));
  assert.ok(lines.length > 50, `only ${lines.length} lines`);
  for (const line of lines) {
    const [, , , cell] = line.split('|');
    for (const entry of cell.trim().split('<br>')) {
      const [, name, title] = /^`(\S+)` › (.+)$/.exec(entry) ?? assert.fail(`no test in: ${line}`);
      const file = name.startsWith('src/') ? `web/${name}` : `tests/browser/${name}.spec.mjs`;
      assert.ok((await titles(file)).includes(title), `${file} has no test: ${title}`);
    }
  }
});
