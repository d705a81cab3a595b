import { expect, openRoom, test } from './fixtures.mjs';
import { file, png } from './pictures.mjs';
import { restingBox } from './place.mjs';

const COLOURS = [[180, 40, 40], [40, 60, 180], [40, 140, 60], [150, 120, 30], [120, 40, 140]];
const pictures = (page) => page.getByRole('log').getByRole('button', { name: /^Show image/ });
const stage = (page) => page.getByTestId('stage');
const scale = (page) => stage(page).locator('img').evaluate((image) => new DOMMatrix(getComputedStyle(image).transform).a);

/** A room with one message of `count` images. */
async function album(stack, person, count, options) {
  const room = await stack.room(`Album of ${count}`);
  const page = await person('Alice', options);
  await openRoom(page, room.id);
  await page.locator('input[type=file]').first().setInputFiles(
    Array.from({ length: count }, (_, i) => file(`${i}.png`, png(800 - i * 60, 500 + i * 40, COLOURS[i % 5]))),
  );
  await expect(page.getByRole('button', { name: 'Send' })).toBeEnabled();
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(pictures(page)).toHaveCount(count, { timeout: 40_000 });
  await expect(page.locator('[data-state="stored"]')).toHaveCount(1);
  return page;
}

test('keys go among the images and zoom, and the focus returns to the one that was opened', async ({ person, stack }) => {
  const page = await album(stack, person, 5);
  await pictures(page).nth(1).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('2 / 5');
  await page.keyboard.press('End');
  await expect(dialog).toContainText('5 / 5');
  await expect(dialog.getByRole('img', { name: 'Image 5 of 5' })).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(dialog).toContainText('5 / 5');
  await page.keyboard.press('Home');
  await expect(dialog).toContainText('1 / 5');
  await page.keyboard.press('+');
  await expect.poll(() => scale(page)).toBe(1.5);
  await page.keyboard.press('-');
  await expect.poll(() => scale(page)).toBe(1);
  await page.keyboard.press('+');
  await page.keyboard.press('0');
  await expect.poll(() => scale(page)).toBe(1);
  for (let i = 0; i < 12; i += 1) {
    await page.keyboard.press('Tab');
    expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
  }
  const download = page.waitForEvent('download');
  await dialog.getByRole('link', { name: 'Download' }).click();
  expect((await download).suggestedFilename()).toMatch(/^[0-9a-f]{12}\.(webp|png|jpg|avif)$/);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(pictures(page).nth(1)).toBeFocused();
});

test('wheel and double click zoom where the pointer is, and a drag moves what is zoomed', async ({ person, stack }) => {
  const page = await album(stack, person, 1);
  await pictures(page).click();
  const image = stage(page).locator('img');
  await expect(image).toBeVisible();
  await image.dblclick({ position: { x: 100, y: 100 } });
  await expect.poll(() => scale(page)).toBe(2.5);
  const before = await restingBox(image);
  await page.mouse.move(640, 400);
  await page.mouse.down();
  await page.mouse.move(600, 380, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => Math.round((await image.boundingBox()).x - before.x)).toBe(-40);
  await stage(page).dblclick();
  await expect.poll(() => scale(page)).toBe(1);
  await page.mouse.wheel(0, -400);
  await expect.poll(() => scale(page)).toBeGreaterThan(2);
});

test('a finger swipes to the next image, two fingers and a double tap zoom', async ({ person, stack }) => {
  const page = await album(stack, person, 3, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await pictures(page).first().tap();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('1 / 3');
  await expect(stage(page).locator('img')).toBeVisible();
  const cdp = await page.context().newCDPSession(page);
  const touch = (type, ...touchPoints) => cdp.send('Input.dispatchTouchEvent', { type, touchPoints });
  const swipe = async (from, to) => {
    await touch('touchStart', { x: from, y: 420 });
    for (let step = 1; step <= 5; step += 1) await touch('touchMove', { x: from + ((to - from) * step) / 5, y: 420 });
    await touch('touchEnd');
  };
  await swipe(300, 90);
  await expect(dialog).toContainText('2 / 3');
  await swipe(90, 300);
  await expect(dialog).toContainText('1 / 3');
  await touch('touchStart', { x: 180, y: 420, id: 0 }, { x: 210, y: 420, id: 1 });
  for (let step = 1; step <= 4; step += 1) {
    await touch('touchMove', { x: 180 - step * 10, y: 420, id: 0 }, { x: 210 + step * 10, y: 420, id: 1 });
  }
  await touch('touchEnd');
  await expect.poll(() => scale(page)).toBeGreaterThan(3);
  await page.touchscreen.tap(195, 420);
  await page.touchscreen.tap(195, 420);
  await expect.poll(() => scale(page)).toBe(1);
});

test('the place of images is kept before they load, and one that fails can be had again', async ({ person, stack }) => {
  const page = await album(stack, person, 5);
  const block = (route) => route.abort();
  await page.route('**/images/*', block);
  await page.reload();
  const failed = page.getByRole('log').getByRole('button', { name: /could not be loaded/ });
  await expect(failed).toHaveCount(5);
  const places = (locator) => locator.evaluateAll((tiles) => tiles.map((tile) => JSON.stringify(tile.getBoundingClientRect())));
  const before = await places(failed);
  await page.unroute('**/images/*', block);
  for (let left = 5; left > 0; left -= 1) await failed.first().click();
  await expect(pictures(page)).toHaveCount(5);
  await expect.poll(() => pictures(page).locator('img').evaluateAll((all) => all.every((image) => image.complete && image.naturalWidth > 0))).toBe(true);
  expect(await places(pictures(page))).toEqual(before);
});
