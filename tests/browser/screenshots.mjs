// Writes docs/screenshots/: a conversation between three people, on a desktop and a phone, in both themes.
//
//   npm run screenshots --workspace tests               the few in docs/screenshots
//   npm run screenshots --workspace tests -- FOLDER     every screen at every width, theme and language, for review;
//                                                       a second word (390-dark-zh) takes only what it is part of
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { chromium } from '@playwright/test';

import { root } from '../lib/process.mjs';
import { chromium as launchOptions } from './playwright.config.mjs';
import { furnish } from './scene.mjs';
import { startStack } from './stack.mjs';
import { walk } from './walk.mjs';

const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const FEW = [
  { name: 'desktop-light', screen: 'chat', viewport: DESKTOP, theme: 'light', language: 'en' },
  { name: 'desktop-dark', screen: 'chat', viewport: DESKTOP, theme: 'dark', language: 'en' },
  { name: 'phone-light', screen: 'chat', viewport: PHONE, theme: 'light', language: 'en' },
  { name: 'phone-dark', screen: 'older', viewport: PHONE, theme: 'dark', language: 'en' },
  { name: 'rooms', screen: 'rooms', viewport: DESKTOP, theme: 'light', language: 'en' },
  { name: 'phone-chinese', screen: 'settings', viewport: PHONE, theme: 'light', language: 'zh' },
];
const WIDTHS = [320, 390, 768, 1440, 2560];

const [review, part = ''] = process.argv.slice(2);
const folder = review ? path.resolve(process.env.INIT_CWD ?? '.', review) : path.join(root, 'docs/screenshots');
const stack = await startStack();
const browser = await chromium.launch(launchOptions);
try {
  await mkdir(folder, { recursive: true });
  if (review) await shootAll();
  else await shootFew();
} finally {
  await browser.close();
  await stack.stop();
}

async function shootFew() {
  for (const { name, screen, ...look } of FEW) {
    await withPage({ ...look, deviceScaleFactor: 1.5 }, async (page) => {
      const scene = await furnish(stack, page);
      await scene[screen]();
      await shoot(page, name);
    });
  }
}

async function shootAll() {
  for (const width of WIDTHS) {
    const viewport = { width, height: width < 700 ? 780 : width > 2000 ? 1300 : 900 };
    for (const theme of ['light', 'dark']) {
      for (const language of ['en', 'zh']) {
        const look = `${width}-${theme}-${language}`;
        if (!look.includes(part)) continue;
        await withPage({ viewport, theme, language }, async (page) => {
          for await (const screen of walk(stack, page)) await shoot(page, `${screen}-${look}`);
        });
      }
    }
  }
}

async function withPage({ theme, language, ...look }, use) {
  const context = await browser.newContext({
    ...look,
    baseURL: stack.origin,
    colorScheme: theme,
    locale: language === 'zh' ? 'zh-CN' : 'en-US',
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await use(await context.newPage());
  await context.close();
}

async function shoot(page, name) {
  await page.evaluate(() => document.fonts.ready);
  // Spinners never end; everything else comes to rest.
  await page.waitForFunction(() =>
    document.getAnimations().every(({ playState, effect }) => playState !== 'running' || effect.getTiming().iterations === Infinity),
  );
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
  console.log(`${name}.png`);
}
