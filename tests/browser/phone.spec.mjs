import { expect, openRoom, say, test } from './fixtures.mjs';
import { walk } from './walk.mjs';

for (const width of [320, 390]) {
  test(`on a phone ${width} px wide everything is within reach`, async ({ person, stack }) => {
    const room = await stack.room('A room with quite a long name, longer than any phone is wide');
    await room.say('Script', `A wide one: \`\`\`\n${'x'.repeat(200)}\n\`\`\``);
    await room.say('Script', `| ${'column | '.repeat(12)}\n|${'---|'.repeat(12)}\n| ${'cell | '.repeat(12)}`);
    await room.say('Script', `https://example.org/${'long'.repeat(60)}`);
    const page = await person('Alice', { viewport: { width, height: 700 }, isMobile: true, hasTouch: true });
    await page.goto('/');
    await page.getByRole('button', { name: 'More' }).tap();
    await page.getByRole('menuitem', { name: 'Switch to dark' }).tap();
    await expect(page.locator('html')).toHaveClass(/dark/);
    await noSidewaysScroll(page);

    await openRoom(page, room.id);
    await say(page, 'from my phone');
    const log = page.getByRole('log');
    await expect(log.getByText('from my phone')).toBeInViewport();
    for (const name of ['Back to my rooms', 'Copy link', 'Show QR code', 'Save room', 'Leave room', 'Send']) {
      await expect(page.getByRole('button', { name })).toBeInViewport({ ratio: 1 });
    }
    await noSidewaysScroll(page);
    expect(await log.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
    await page.getByRole('button', { name: 'Back to my rooms' }).tap();
    await expect(page).toHaveURL(/\/$/);
    await page.getByRole('link', { name: 'Settings' }).tap();
    await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
    await noSidewaysScroll(page);
    await page.getByRole('radio', { name: '中文' }).tap();
    await expect(page.getByRole('heading', { level: 1, name: '设置' })).toBeVisible();
    for (const section of await page.locator('section').all()) {
      expect(await section.evaluate((element) => element.scrollWidth - element.clientWidth)).toBeLessThanOrEqual(0);
    }
  });
}

for (const width of [320, 390, 2560]) {
  test(`nothing is wider than a page of ${width} px, on any screen`, async ({ person, stack }) => {
    test.setTimeout(180_000);
    const page = await person(null, {
      viewport: { width, height: 800 },
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    for await (const screen of walk(stack, page)) {
      expect.soft(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), screen).toBeLessThanOrEqual(0);
      expect.soft(await page.evaluate(beyond), screen).toEqual([]);
    }
  });
}

test('who wants less motion sees nothing move', async ({ person, stack }) => {
  expect(await movedBy(person, stack, 'reduce')).toEqual([]);
});

test('without that wish things do move', async ({ person, stack }) => {
  expect((await movedBy(person, stack, 'no-preference')).length).toBeGreaterThan(0);
});

/** What moves while a link is copied and dialogs open and close. */
async function movedBy(person, stack, reducedMotion) {
  const room = await stack.room('Calm');
  const page = await person('Alice', { reducedMotion, permissions: ['clipboard-read', 'clipboard-write'] });
  await page.addInitScript(recordMotion);
  await openRoom(page, room.id);
  await page.getByRole('button', { name: 'Copy link' }).click();
  await expect(page.getByText('Link copied')).toBeVisible();
  await page.getByRole('button', { name: 'Show QR code' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByRole('link', { name: 'My rooms' }).click();
  await page.getByRole('button', { name: 'Create room' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  return page.evaluate(() => window.moved);
}

/** Notes every animation and transition that changes the place or size of something and takes longer than a millisecond. */
function recordMotion() {
  if (origin === 'null') return;
  window.moved = [];
  const PLACES = /^(transform|translate|scale|rotate|top|left|right|bottom|width|height|inset|margin)/;
  const note = ({ target }) => {
    for (const { effect } of target.getAnimations?.() ?? []) {
      const { duration, iterations } = effect.getTiming();
      const places = effect.getKeyframes().flatMap(Object.keys).filter((key) => PLACES.test(key));
      const still = effect.getKeyframes().every((frame, _, [first]) => places.every((key) => frame[key] === first[key]));
      if (iterations !== Infinity && duration > 1 && places.length > 0 && !still) window.moved.push(`${target.className}: ${places}`);
    }
  };
  document.addEventListener('animationstart', note, true);
  document.addEventListener('transitionrun', note, true);
}

/** Buttons and fields that stick out of the page, but for those in something that scrolls sideways by itself. */
function beyond() {
  const scrolls = (element) => element && (/auto|scroll/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
  return [...document.querySelectorAll('button, a, input, textarea, h1, h2, [role=dialog]')]
    .filter((element) => element.checkVisibility() && !element.closest('.sr-only') && !scrolls(element.parentElement))
    .filter((element) => {
      const { left, right, width } = element.getBoundingClientRect();
      return width > 1 && (left < 0 || right > innerWidth + 0.5);
    })
    .map((element) => element.outerHTML.slice(0, 120));
}

async function noSidewaysScroll(page) {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
}
