import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { root } from '../lib/process.mjs';
import { expect, test } from './fixtures.mjs';

const assets = path.join(root, 'web/dist/assets');
/** kB (1000 bytes) of JavaScript that the first page may cost, as gzip. */
const BUDGET = 180;

test(`the first page’s JavaScript weighs at most ${BUDGET} kB`, async () => {
  const html = await readFile(path.join(root, 'web/dist/index.html'), 'utf8');
  const first = new Set([...html.matchAll(/(?:src|href)="\/assets\/([^"]+\.js)"/g)].map(([, name]) => name));
  expect(first.size).toBeGreaterThan(0);
  const all = (await readdir(assets)).filter((name) => name.endsWith('.js'));
  // Every language is a chunk that is loaded before the page is drawn; English is the one that is counted.
  await withImports(first, all.filter((name) => /^en-/.test(name)));
  const room = new Set(first);
  await withImports(room, all.filter((name) => name.startsWith('ChatScreen-')));
  expect(room.size).toBeGreaterThan(first.size);
  const [home, byLink, everything] = await Promise.all([first, room, all].map(weigh));
  console.log(`JavaScript, kB gzip: first page ${home}, room by link ${byLink}, all ${everything}`);
  expect(home).toBeLessThanOrEqual(BUDGET);
});

/** Adds files and whatever they import at once, not what they load later. */
async function withImports(files, names) {
  for (const name of names) {
    if (files.has(name)) continue;
    files.add(name);
    const text = await readFile(path.join(assets, name), 'utf8');
    const imported = [...text.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)].map(([, other]) => other);
    await withImports(files, imported);
  }
}

async function weigh(names) {
  const sizes = await Promise.all([...names].map(async (name) => gzipSync(await readFile(path.join(assets, name)), { level: 9 }).length));
  return Math.round(sizes.reduce((sum, size) => sum + size, 0) / 100) / 10;
}
