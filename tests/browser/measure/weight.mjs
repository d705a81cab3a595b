import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { root } from '../../lib/process.mjs';

export const title = 'Weight, kB (1000 bytes) of the files that the browser asks for';

const dist = path.join(root, 'web/dist');
const kB = (bytes) => Math.round(bytes / 100) / 10;

/** What a visitor loads, as the browser asks for it, weighed by the built files; and everything that was built. */
export async function measure({ stack, browser }) {
  const room = await stack.room('Weighed');
  await room.say('Ada', 'Plain text');
  const rich = await stack.room('Rich');
  await rich.say('Ada', 'A formula $e^{i\\pi}+1=0$ and code:\n\n```rust\nlet a = 1;\n```');
  const rows = {};
  for (const [name, address, ready] of [
    ['home, first visit', '/', (page) => page.getByRole('heading', { name: 'Send a link, start talking' })],
    ['room by link', `/room/${room.id}`, (page) => page.getByRole('log').getByText('Plain text')],
    ['room with formula and code', `/room/${rich.id}`, (page) => page.locator('.katex').first()],
  ]) {
    const files = await loaded(browser, stack.origin + address, ready);
    rows[`${name}: JavaScript`] = await weigh(files.filter((file) => file.endsWith('.js')));
    rows[`${name}: CSS`] = await weigh(files.filter((file) => file.endsWith('.css')));
  }
  const all = (await readdir(dist, { recursive: true })).sort();
  for (const [name, extension] of [['JavaScript', '.js'], ['CSS', '.css'], ['fonts', '.woff2']]) {
    rows[`all ${name}`] = await weigh(all.filter((file) => file.endsWith(extension)));
  }
  return rows;
}

/** Paths of the page's own files that a new visitor's browser asks for until nothing more comes. */
async function loaded(browser, address, ready) {
  const context = await browser.newContext({ locale: 'en-US' });
  const page = await context.newPage();
  const files = new Set();
  page.on('response', (response) => {
    const { pathname, origin } = new URL(response.url());
    if (origin === new URL(address).origin && /\.(js|css)$/.test(pathname)) files.add(pathname.slice(1));
  });
  await page.goto(address);
  await ready(page).waitFor();
  await page.locator('[data-status="live"]').first().waitFor({ state: 'attached' });
  await page.waitForLoadState('networkidle');
  await context.close();
  return [...files];
}

async function weigh(files) {
  const sizes = await Promise.all(
    files.map(async (file) => {
      const data = await readFile(path.join(dist, file));
      return { raw: data.length, gzip: gzipSync(data, { level: 9 }).length };
    }),
  );
  const sum = (key) => kB(sizes.reduce((total, size) => total + size[key], 0));
  return { files: files.length, gzip: sum('gzip'), raw: sum('raw') };
}
