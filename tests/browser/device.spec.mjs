// What only some devices have, or some readers ask for: handing on a link, notifications, a sound, a notch, less motion.
import { expect, openRoom, test } from './fixtures.mjs';
import { restingBox } from './place.mjs';

test('where the device can hand a link on to another app, the dialog offers it, and a change of mind is no error', async ({ person, stack }) => {
  const room = await stack.room('Handed on');
  const page = await person('Alice');
  await page.addInitScript(() => {
    window.handed = [];
    navigator.share = (what) => {
      window.handed.push(what);
      return window.handed.length === 1 ? Promise.resolve() : Promise.reject(new DOMException('no', 'AbortError'));
    };
  });
  await openRoom(page, room.id);
  await page.getByRole('button', { name: 'Show QR code' }).click();
  const handOn = page.getByRole('dialog').getByRole('button', { name: 'Share…' });
  await handOn.click();
  await handOn.click();
  const what = { title: 'Handed on', url: `${stack.origin}/room/${room.id}` };
  await expect.poll(() => page.evaluate(() => window.handed)).toEqual([what, what]);
});

test('where it cannot, link and code are what is offered', async ({ person, stack }) => {
  const room = await stack.room('Not handed on');
  const page = await person('Alice');
  await page.addInitScript(() => delete Navigator.prototype.share);
  await openRoom(page, room.id);
  await page.getByRole('button', { name: 'Show QR code' }).click();
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Copy link' })).toBeVisible();
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Share…' })).toHaveCount(0);
});

test('notifications that the browser refuses are told, and the switch stays off', async ({ person }) => {
  const page = await person('Alice');
  await page.addInitScript(() => {
    window.Notification = class {
      static permission = 'denied';
      static requestPermission = () => Promise.resolve('denied');
    };
  });
  await page.goto('/settings');
  const notifications = page.getByRole('switch', { name: 'Show notifications' });
  await expect(notifications).not.toBeChecked();
  await page.getByText('Show notifications').click();
  await expect(page.getByText('The browser does not allow notifications.')).toBeVisible();
  await expect(notifications).not.toBeChecked();
  await page.reload();
  await expect(notifications).not.toBeChecked();
});

test('a sound for messages of others out of sight, when it is wanted, and none before', async ({ person, stack }) => {
  const room = await stack.room('Heard');
  const page = await person('Alice');
  await page.addInitScript(() => {
    window.tones = 0;
    const { start } = OscillatorNode.prototype;
    OscillatorNode.prototype.start = function (...when) {
      window.tones += 1;
      return start.apply(this, when);
    };
    Object.defineProperty(document, 'visibilityState', { get: () => (window.away ? 'hidden' : 'visible') });
  });
  await openRoom(page, room.id);
  const tones = () => page.evaluate(() => window.tones);
  const hears = async (text) => {
    await room.say('Bob', text);
    await expect(page.getByRole('log').getByText(text)).toBeVisible();
    return tones();
  };
  await page.evaluate(() => (window.away = true));
  expect(await hears('off by default')).toBe(0);
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByText('Play a sound').click();
  await expect(page.getByRole('switch', { name: 'Play a sound' })).toBeChecked();
  await page.getByRole('link', { name: 'Current room: Heard' }).click();
  await expect(page.getByRole('log')).toBeVisible();
  await hears('now it sounds');
  await expect.poll(tones).toBeGreaterThan(0);
  await page.evaluate(() => (window.away = false));
  const before = await tones();
  expect(await hears('in sight')).toBe(before);
});

test('with reduced motion nothing moves: not in dialogs, bars, buttons or the list', async ({ person, stack }) => {
  const room = await stack.room('Still');
  await room.fill(60, (n) => `message ${n}`);
  const page = await person('Alice', { reducedMotion: 'reduce' });
  await page.addInitScript(() => {
    const motion = ['transform', 'translate', 'scale', 'rotate', 'left', 'top', 'height', 'width'];
    window.moved = new Set();
    const look = () => {
      for (const { effect, animationName, transitionProperty } of document.getAnimations()) {
        const moves = effect.getKeyframes().some((frame) => motion.some((name) => name in frame && frame[name] !== 'none'));
        if (moves && effect.getComputedTiming().duration > 1) window.moved.add(`${animationName ?? transitionProperty}: ${effect.target?.className}`);
      }
      requestAnimationFrame(look);
    };
    look();
  });
  await openRoom(page, room.id);
  await page.getByRole('button', { name: 'Show QR code' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.getByRole('button', { name: 'Save room' }).click();
  await expect(page.getByText('Room saved')).toBeVisible();
  await page.getByRole('log').locator('article').last().hover();
  await page.getByRole('log').evaluate((element) => element.scrollTo(0, 200));
  await page.getByRole('button', { name: 'To the newest' }).click();
  await expect(page.getByRole('log').getByText('message 60', { exact: true })).toBeInViewport();
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByText('Play a sound').click();
  await expect(page.getByText('Room saved')).toBeHidden();
  expect(await page.evaluate(() => [...window.moved])).toEqual([]);
});

test('what a phone’s notch and home bar cover stays free', async ({ person, stack }) => {
  const room = await stack.room('Notch');
  const page = await person('Alice', { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setSafeAreaInsetsOverride', { insets: { top: 47, bottom: 34, left: 0, right: 0 } });
  await openRoom(page, room.id);
  const edges = async (locator) => {
    const { x, y, width, height } = await restingBox(locator);
    return { top: y, bottom: y + height, left: x, right: x + width };
  };
  expect((await edges(page.getByRole('button', { name: 'Back to my rooms' }))).top).toBeGreaterThanOrEqual(47);
  expect((await edges(page.getByRole('button', { name: 'Send' }))).bottom).toBeLessThanOrEqual(844 - 34);
  await page.setViewportSize({ width: 844, height: 390 });
  await devtools.send('Emulation.setSafeAreaInsetsOverride', { insets: { top: 0, bottom: 21, left: 47, right: 47 } });
  for (const name of ['Back to my rooms', 'Add images', 'Send', 'Leave room']) {
    await expect.poll(async () => (await edges(page.getByRole('button', { name }))).left, name).toBeGreaterThanOrEqual(47);
    expect((await edges(page.getByRole('button', { name }))).right, name).toBeLessThanOrEqual(844 - 47);
  }
});
