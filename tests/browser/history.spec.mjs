import { expect, openRoom, say, shown, test } from './fixtures.mjs';
import { restingBox } from './place.mjs';

const COUNT = 350;

test('a long room opens at the newest message and pages back to the first, without a jump', async ({ person, stack }) => {
  const room = await stack.room('Long');
  await room.fill(COUNT, (n) => `message ${n}`);
  const page = await person('Alice');
  await openRoom(page, room.id);
  const log = page.getByRole('log');
  await expect(log.getByText(`message ${COUNT}`, { exact: true })).toBeInViewport();

  const seen = new Set();
  const top = log.getByText('This is the beginning of “\u2068Long\u2069”.');
  const atTop = async () => (await top.isVisible()) && (await log.evaluate((element) => element.scrollTop === 0));
  for (let turn = 0; turn < 400 && !(await atTop()); turn += 1) {
    for (const seq of await log.locator('[data-seq]').evaluateAll((rows) => rows.map(({ dataset }) => dataset.seq))) seen.add(seq);
    await log.hover();
    await page.mouse.wheel(0, -700);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  }
  await expect(top).toBeInViewport();
  await expect(log.getByText('message 1', { exact: true })).toBeVisible();
  expect(seen.size).toBeGreaterThan(COUNT * 0.9);

  await room.say('Script', 'while reading the old ones');
  await page.getByRole('button', { name: '1 new message' }).click();
  await expect(log.getByText('while reading the old ones')).toBeInViewport();
});

test('an older page that arrives does not move what is being read', async ({ person, stack }) => {
  const room = await stack.room('Steady');
  await room.fill(260, (n) => `message ${n}\n\nwith a second paragraph`);
  const page = await person('Alice');
  await openRoom(page, room.id);
  const log = page.getByRole('log');
  await expect(log.getByText('message 260')).toBeInViewport();
  // The older page is held back until the reader is still, near the top of what is loaded.
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route('**/messages?before=*', async (route) => {
    await held;
    await route.continue();
  });
  const asked = page.waitForRequest('**/messages?before=*');
  await log.evaluate((element) => element.scrollTo(0, 900));
  await asked;
  await restingBox(log.locator('[data-seq]').nth(8));
  const seq = await log.locator('[data-seq]').nth(8).getAttribute('data-seq');
  const row = log.locator(`[data-seq="${seq}"]`);
  const before = await restingBox(row);
  const whole = await log.evaluate(({ scrollHeight }) => scrollHeight);
  release();
  await expect.poll(() => log.evaluate(({ scrollHeight }) => scrollHeight)).toBeGreaterThan(whole);
  expect(Math.abs((await restingBox(row)).y - before.y)).toBeLessThanOrEqual(2);
});

test('a reader at the end follows new messages, and one’s own always', async ({ person, stack }) => {
  const room = await stack.room('Following');
  await room.fill(60, (n) => `message ${n}`);
  const page = await person('Alice');
  await openRoom(page, room.id);
  const log = page.getByRole('log');
  await expect(log.getByText('message 60', { exact: true })).toBeInViewport();
  await room.say('Script', 'followed');
  await expect(log.getByText('followed', { exact: true })).toBeInViewport();
  await page.getByRole('textbox', { name: 'Message' }).fill('one\ntwo\nthree\nfour\nfive\nsix\nseven');
  await expect(log.getByText('followed', { exact: true })).toBeInViewport({ ratio: 1 });
  await page.setViewportSize({ width: 1280, height: 500 });
  await expect(log.getByText('followed', { exact: true })).toBeInViewport({ ratio: 1 });
  await log.evaluate((element) => element.scrollTo(0, 200));
  await expect(page.getByRole('button', { name: 'To the newest' })).toBeVisible();
  await say(page, 'my own');
  await expect(log.getByText('my own', { exact: true })).toBeInViewport();
});

test.describe('a burst of messages, more in a frame than the screen holds', () => {
  const BURST = 200;
  const text = (i) => (i % 9 === 0 ? `burst ${i}\n\n${'- one of many lines\n'.repeat(25)}` : `burst ${i}`);
  const distance = (log) => log.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);

  test('takes a reader at the end along to its last message', async ({ person, stack }) => {
    const room = await stack.room('Burst');
    await room.fill(60, (i) => `message ${i}`);
    const page = await person('Alice');
    await openRoom(page, room.id);
    const log = page.getByRole('log');
    await expect(log.locator('[data-seq="61"]')).toBeInViewport();
    await room.burst(BURST, text);
    await expect(log.locator(`[data-seq="${61 + BURST}"]`)).toBeInViewport();
    await expect.poll(() => distance(log)).toBeLessThanOrEqual(1);
    await expect(page.getByRole('button', { name: /new message/ })).toHaveCount(0);
    const seqs = (await shown(page)).map(({ seq }) => seq);
    seqs.forEach((seq, i) => i > 0 && expect(seq).toBe(seqs[i - 1] + 1));
  });

  test('does not move a reader who has scrolled up, be it by a line or by pages', async ({ person, stack }) => {
    const room = await stack.room('Burst above');
    await room.fill(60, (i) => `message ${i}`);
    for (const up of [70, 900]) {
      const page = await person('Alice');
      await openRoom(page, room.id);
      const log = page.getByRole('log');
      const newest = (await stack.messages(room.id)).at(-1).seq;
      await expect(log.locator(`[data-seq="${newest}"]`)).toBeInViewport();
      await expect.poll(() => distance(log)).toBeLessThanOrEqual(1);
      await log.hover();
      await page.mouse.wheel(0, -up);
      await expect.poll(() => distance(log)).toBeGreaterThan(up - 2);
      const row = log.locator(`[data-seq="${await topmost(log)}"]`);
      const before = (await restingBox(row)).y;
      await room.burst(BURST, text);
      await expect(page.getByRole('button', { name: `${BURST} new messages` })).toBeVisible();
      expect(Math.abs((await restingBox(row)).y - before)).toBeLessThanOrEqual(2);
      await page.getByRole('button', { name: `${BURST} new messages` }).click();
      await expect(log.locator(`[data-seq="${newest + BURST}"]`)).toBeInViewport();
      await page.context().close();
    }
  });
});

/** The seq of the first message that is whole in view. */
const topmost = (log) =>
  log.evaluate((element) => {
    const { top } = element.getBoundingClientRect();
    const whole = [...element.querySelectorAll('[data-seq]')].filter((row) => row.getBoundingClientRect().top >= top);
    return Math.min(...whole.map((row) => Number(row.dataset.seq)));
  });
