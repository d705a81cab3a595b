// Measures the built page on the real services and prints tables. Nothing here passes or fails: the tests do that.
//
//   npm run measure --workspace tests              all parts
//   npm run measure --workspace tests weight live  some of them
//
// Each part gets running services and a browser of its own, so that no part's load or memory is counted in another's.
// The part `lighthouse` fetches Lighthouse 12.8.2 by npx, which needs the package registry once.
import { readdir } from 'node:fs/promises';

import { chromium } from '@playwright/test';

import { chromium as launchOptions } from '../playwright.config.mjs';
import { startStack } from '../stack.mjs';

/** Every other file here is a part: it exports a `title` and a `measure({stack, browser})`, which gives a table's rows. */
const files = (await readdir(import.meta.dirname)).filter((file) => file.endsWith('.mjs') && file !== 'index.mjs');
const parts = files.map((file) => file.replace('.mjs', ''));
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !parts.includes(name));
if (unknown.length > 0) throw new Error(`no such part: ${unknown.join(', ')}; there are ${parts.join(', ')}`);

for (const part of asked.length > 0 ? asked : parts) {
  const { title, measure } = await import(`./${part}.mjs`);
  const stack = await startStack();
  const browser = await chromium.launch(launchOptions);
  try {
    const rows = await measure({ stack, browser });
    console.log(`\n${title}`);
    console.table(rows);
  } finally {
    await browser.close();
    await stack.stop();
  }
}
