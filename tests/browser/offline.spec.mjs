// Five messages and one of nine images, written without a connection, arrive once and in order, whatever happens meanwhile.
import { expect, expectKept, expectStatus, openRoom, say, shown, test } from './fixtures.mjs';
import { file, png } from './pictures.mjs';

const viewport = { width: 1000, height: 3000 };
const TEXTS = ['one', 'two', 'three', 'four', 'five'];
const WRITTEN = [...TEXTS.map((text) => [text, 0]), ['nine', 9]];

const unsent = (page) => page.locator('[data-state="waiting"], [data-state="sending"]');

async function write(page, room) {
  for (const text of TEXTS) await say(page, text);
  await page.locator('input[type=file]').setInputFiles(Array.from({ length: 9 }, (_, i) => file(`${i}.png`, png(120 + i, 90, [180, 40, 40]))));
  await expect(page.getByRole('list', { name: 'Images to send' }).getByRole('listitem')).toHaveCount(9);
  await expect(page.locator('[data-grip][aria-busy="true"]')).toHaveCount(0);
  await say(page, 'nine');
  await expect(unsent(page)).toHaveCount(6);
  await expectKept(page, room.id);
}

async function expectArrived(stack, room, ...pages) {
  const stored = async () => (await stack.messages(room.id)).map(({ content, images = [] }) => [content, images.length]);
  await expect.poll(stored, { timeout: 60_000 }).toEqual(WRITTEN);
  for (const page of pages) {
    await expect.poll(async () => (await shown(page)).map(({ text }) => text), { timeout: 30_000 }).toEqual(WRITTEN.map(([text]) => text));
    await expect(page.getByRole('log').getByRole('button', { name: /^Show image/ })).toHaveCount(9);
    await expect(unsent(page)).toHaveCount(0);
  }
  expect(await stored()).toEqual(WRITTEN);
  const [{ images }] = (await stack.messages(room.id)).slice(-1);
  expect(images.map(({ width }) => width)).toEqual(Array.from({ length: 9 }, (_, i) => 120 + i));
}

/** A page in the room that has all it needs to write, also what makes images smaller. */
async function writer(person, room) {
  const page = await person('Alice', { viewport });
  await openRoom(page, room.id);
  await expect.poll(() => page.workers().length).toBe(1);
  return page;
}

/** Neither the hub nor the edge's API answers; the page itself can still be loaded. */
async function cutOff(page, stack) {
  const cut = (route) => route.abort();
  await page.route('**/api/**', cut);
  await stack.hub.kill();
  await expectStatus(page, 'reconnecting');
  return async () => {
    await page.unroute('**/api/**', cut);
    await stack.hub.restart();
  };
}

test('with the network off, then on again', async ({ person, stack }) => {
  const room = await stack.room('Off and on');
  const [alice, bob] = [await writer(person, room), await person('Bob', { viewport })];
  await openRoom(bob, room.id);
  await alice.context().setOffline(true);
  await write(alice, room);
  await alice.context().setOffline(false);
  await expectArrived(stack, room, alice, bob);
});

test('with the network off, the page closed, and opened again when the network is back', async ({ person, stack }) => {
  const room = await stack.room('Off and closed');
  const page = await writer(person, room);
  const context = page.context();
  await context.setOffline(true);
  await write(page, room);
  await page.close();
  await context.setOffline(false);
  const next = await context.newPage();
  await openRoom(next, room.id);
  await expectArrived(stack, room, next);
});

test('with hub and edge out of reach, then back', async ({ person, stack }) => {
  const room = await stack.room('Out of reach');
  const page = await writer(person, room);
  const restore = await cutOff(page, stack);
  await write(page, room);
  await restore();
  await expectArrived(stack, room, page);
});

test('with hub and edge out of reach, and the page reloaded before they are back', async ({ person, stack }) => {
  const room = await stack.room('Out of reach and reloaded');
  const page = await writer(person, room);
  const restore = await cutOff(page, stack);
  await write(page, room);
  await page.reload();
  await expect(unsent(page)).toHaveCount(6, { timeout: 30_000 });
  expect(await stack.messages(room.id)).toEqual([]);
  await restore();
  await expectArrived(stack, room, page);
});

test('with the page reloaded in the middle of uploading, which uploads no image twice', async ({ person, stack }) => {
  const room = await stack.room('Reloaded while sending');
  const page = await writer(person, room);
  const restore = await cutOff(page, stack);
  await write(page, room);
  let [uploaded, held] = [0, 0];
  await page.route('**/api/rooms/*/images?*', (route) => {
    if (uploaded === 4 && held === 0) held += 1;
    else {
      uploaded += 1;
      return route.continue();
    }
  });
  await page.unroute('**/api/**');
  await restore();
  await expect.poll(() => held, { timeout: 30_000 }).toBe(1);
  await page.reload();
  await expectArrived(stack, room, page);
  expect(uploaded).toBe(9);
});
