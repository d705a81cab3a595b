// A page that is open while the server gets another build: it goes on, says so, and is up to date once it is loaded again.
import { expect, expectStatus, openRoom, say, shown, test } from './fixtures.mjs';
import { otherBuild } from './other-build.mjs';

let other;
test.beforeAll(async () => {
  other = await otherBuild();
});
test.afterAll(() => other?.remove());
test.afterEach(async ({ stack }) => {
  // Whatever a test left: those that come later want the page that was built here.
  await stack.serve();
});

const NEW = { en: 'A new version is there.', zh: '有新版本。' };
const bar = (page, text = NEW.en) => page.getByText(text, { exact: true });
const buildOf = (page) => page.locator('meta[name="build"]').getAttribute('content');

/** A hub that is replaced cuts every socket; resolves once the page has one again and has asked which page there is. */
async function reconnect(page, stack) {
  await stack.hub.end();
  await expect(page.locator('[data-status="live"]:visible')).toHaveCount(0);
  const asked = page.waitForResponse((response) => response.url().endsWith('/config.json'));
  await stack.hub.restart();
  await expectStatus(page, 'live');
  await asked;
}

for (const [language, locale, label] of [['en', 'en-US', 'Message'], ['zh', 'zh-CN', '消息']]) {
  test(`after an upgrade the page says that there is a newer one, and loading it keeps what was typed (${language})`, async ({ person, stack }) => {
    const room = await stack.room('Upgraded');
    const page = await person('Alice', { locale });
    await page.goto(`/room/${room.id}`);
    const field = page.getByRole('textbox', { name: label });
    await expectStatus(page, 'live');
    const before = await buildOf(page);
    expect(before).toMatch(/^[0-9a-f]{16}$/);
    await field.fill('half a sen');
    await stack.serve(other.manifest);
    await reconnect(page, stack);
    await expect(bar(page, NEW[language])).toBeVisible();
    // It never loads by itself, and nothing that is open moves.
    await expect(field).toHaveValue('half a sen');
    await expect(field).toBeFocused();
    expect(await buildOf(page)).toBe(before);

    await page.getByRole('button', { name: language === 'en' ? 'Reload' : '重新加载' }).click();
    await expect.poll(() => buildOf(page).catch(() => null)).toBe(other.build);
    await expect(field).toHaveValue('half a sen');
    await expectStatus(page, 'live');
    await field.press('End');
    await field.pressSequentially('tence');
    await field.press('Control+Enter');
    await expect.poll(async () => (await shown(page)).map(({ text }) => text)).toEqual(['half a sentence']);
    await reconnect(page, stack);
    await expect(bar(page, NEW[language])).toHaveCount(0);
  });
}

test('an upgrade that leaves the page as it was is not told, and neither is one that was put aside', async ({ person, stack }) => {
  const room = await stack.room('The same');
  const page = await person('Alice');
  await openRoom(page, room.id);
  await reconnect(page, stack);
  await expect(bar(page)).toHaveCount(0);

  await stack.serve(other.manifest);
  await reconnect(page, stack);
  await expect(bar(page)).toBeVisible();
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(bar(page)).toHaveCount(0);
  await reconnect(page, stack);
  await expect(bar(page)).toHaveCount(0);
  await say(page, 'still here');
  await expect.poll(async () => (await shown(page)).map(({ text }) => text)).toEqual(['still here']);
});

test('parts of the page that the server no longer has are missing, and nothing else breaks', async ({ person, stack }) => {
  const room = await stack.room('Parts missing');
  const page = await person('Alice');
  await openRoom(page, room.id);
  await stack.serve(other.manifest);

  // A dialog, a language, and a whole screen, none of which was loaded before.
  await page.getByRole('button', { name: 'Show QR code' }).click();
  await expect(bar(page)).toBeVisible();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByRole('button', { name: '切换到中文' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('heading', { name: 'A part of the page could not be loaded.' })).toBeVisible();

  // What was there still works.
  await page.getByRole('link', { name: /^Current room/ }).click();
  await say(page, 'the page goes on');
  await expect.poll(async () => (await shown(page)).map(({ text }) => text)).toEqual(['the page goes on']);

  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('main').getByRole('button', { name: 'Reload' }).click();
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Alice');
  expect(await buildOf(page)).toBe(other.build);
  await expect(bar(page)).toHaveCount(0);
});

test('without a network a part that was not loaded yet is missing, and no reload throws the page away before it is back', async ({ person, stack }) => {
  const room = await stack.room('No network');
  const page = await person('Alice');
  await openRoom(page, room.id);
  await page.context().setOffline(true);
  await page.getByRole('button', { name: 'Show QR code' }).click();
  await expect(bar(page, 'A part of the page could not be loaded.')).toBeVisible();
  await page.getByRole('button', { name: 'Reload' }).click();
  await expect(bar(page, 'No connection to the server.')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
  // It is asked for again, and said again.
  await page.getByRole('button', { name: 'Close' }).first().click();
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Show QR code' }).click();
  await expect(bar(page, 'A part of the page could not be loaded.')).toBeVisible();
  await page.context().setOffline(false);
  // Browsers remember that a module could not be had, for as long as the page is open.
  await page.getByRole('button', { name: 'Reload' }).click();
  await expect(bar(page, 'A part of the page could not be loaded.')).toHaveCount(0);
  await page.getByRole('button', { name: 'Show QR code' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
});

test('whoever asks again for a missing part the moment it is said to be missing is heard', async ({ person, stack }) => {
  const room = await stack.room('Asked again');
  const page = await person('Alice');
  await openRoom(page, room.id);
  await page.context().setOffline(true);
  const times = await page.evaluate(async () => {
    const button = (label) => document.querySelector(`button[aria-label="${label}"]`);
    const change = (until) =>
      new Promise((resolve) => {
        const observer = new MutationObserver(() => {
          if (!until()) return;
          observer.disconnect();
          resolve();
        });
        observer.observe(document.body, { childList: true, subtree: true });
      });
    let told = 0;
    for (; told < 5; told += 1) {
      const shown = change(() => button('Close') !== null);
      button('Show QR code').click();
      await shown;
      const gone = change(() => button('Close') === null);
      button('Close').click();
      await gone;
    }
    return told;
  });
  expect(times).toBe(5);
  await page.context().setOffline(false);
});
