import AxeBuilder from '@axe-core/playwright';

import { expect, openRoom, test } from './fixtures.mjs';
import { restingBox } from './place.mjs';

const fenced = (source) => `\`\`\`mermaid\n${source}\n\`\`\``;
const FLOW = 'flowchart LR\n  accTitle: How tea is made\n  A[Kettle] --> B[Cup]';
const tall = { width: 1000, height: 2400 };

/** The shown diagrams as SVG. */
const pictures = (page) =>
  page.locator('.diagram img').evaluateAll((images) => images.map(({ src }) => decodeURIComponent(src.slice(src.indexOf(',') + 1))));

const drawn = (page, count) => expect(page.locator('.diagram img')).toHaveCount(count, { timeout: 30_000 });

for (const colorScheme of ['light', 'dark']) {
  test(`a diagram is a picture with a name, and its source is a press away (${colorScheme})`, async ({ person, stack }) => {
    const room = await stack.room('Diagram');
    await room.say('Ann', `Like this:\n\n${fenced(FLOW)}\n\nClear?`);
    const page = await person('Alice', { colorScheme, permissions: ['clipboard-read', 'clipboard-write'] });
    await openRoom(page, room.id);
    const image = page.getByRole('img', { name: 'Diagram: How tea is made' });
    await expect(image).toBeVisible();
    expect(await image.evaluate(({ complete, naturalWidth }) => complete && naturalWidth > 50)).toBe(true);
    const { violations } = await new AxeBuilder({ page }).include('[role=log]').analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);

    await page.getByRole('button', { name: 'Source' }).click();
    await expect(image).toHaveCount(0);
    await expect(page.locator('pre code')).toHaveText(FLOW);
    await page.getByRole('button', { name: 'Copy code' }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(FLOW);
    await page.getByRole('button', { name: 'Diagram', exact: true }).click();
    await expect(image).toBeVisible();

    await page.getByRole('button', { name: 'Show larger' }).click();
    const large = page.getByRole('dialog', { name: 'Diagram: How tea is made' }).locator('img');
    await expect.poll(async () => (await large.boundingBox())?.width).toBeGreaterThan((await image.boundingBox()).width);
    const fit = (await restingBox(large)).width;
    await page.keyboard.press('+');
    await expect.poll(async () => (await large.boundingBox()).width).toBeGreaterThan(fit);
    await page.keyboard.press('0');
    await expect.poll(async () => (await large.boundingBox()).width).toBeCloseTo(fit, 0);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Show larger' })).toBeFocused();
  });
}

test('a diagram follows the theme, chosen or the system’s, and stays readable where its author gave one colour only', async ({
  person,
  stack,
}) => {
  const room = await stack.room('Themes');
  await room.say('Ann', fenced(`${FLOW}\n  style B fill:#ffe08a`));
  const page = await person('Alice', { colorScheme: 'light' });
  await openRoom(page, room.id);
  await drawn(page, 1);
  const [light] = await pictures(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(async () => (await pictures(page))[0]).not.toBe(light);
  const [dark] = await pictures(page);
  expect(light).toContain('#dfe8ff');
  expect(dark).toContain('#26365f');
  // Light letters on the author's yellow would be lost.
  expect(dark).toMatch(/color: rgb\(20, ?24, ?36\) !important[^>]*>(?:<p>)?Cup/);
  expect(light).not.toContain('!important;">Kettle');
  await page.getByRole('button', { name: 'Switch to light' }).click();
  await expect.poll(async () => (await pictures(page))[0]).toBe(light);
});

test('what cannot be drawn shows its source and says why, and the rest of the message stands', async ({ person, stack }) => {
  const room = await stack.room('Broken');
  const edges = Array.from({ length: 301 }, (_, number) => `a-->b${number % 7}`).join('\n');
  await room.say('Ann', `before\n\n${fenced('flowchart TD\n  A[ -->')}\n\n**after**`);
  await room.say('Ann', fenced(`flowchart TD\n${edges}`));
  await room.say('Ann', fenced(`flowchart TD\n%% ${'long '.repeat(1700)}\nA-->B`));
  await room.say('Ann', fenced('nothing that Mermaid knows'));
  const page = await person('Alice', { viewport: tall });
  await openRoom(page, room.id);
  await expect(page.getByText('Not a valid diagram')).toHaveCount(2);
  await expect(page.getByText('Too large to draw')).toHaveCount(2);
  await expect(page.locator('.diagram')).toHaveCount(0);
  const first = page.locator('[data-message]').first();
  await expect(first.locator('strong')).toHaveText('after');
  await expect(first.locator('pre code')).toHaveText('flowchart TD\n  A[ -->');
});

test('a frame that does not answer is thrown away after a while, and messages of others are not taken for its own', async ({
  person,
  stack,
}) => {
  const room = await stack.room('Slow');
  await room.say('Ann', fenced(FLOW));
  const page = await person('Alice');
  let opened = 0;
  await page.route('**/frames/diagram.html', (route) => {
    opened += 1;
    const mute = '<script>parent.postMessage({ type: "ready" }, "*")</script>';
    return opened === 1 ? route.fulfill({ contentType: 'text/html', body: mute }) : route.continue();
  });
  await openRoom(page, room.id);
  await expect(page.getByText('Drawing…')).toBeVisible();
  await expect(page.locator('pre code')).toHaveText(FLOW);
  await page.evaluate(() => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';
    for (let id = 0; id < 9; id += 1) postMessage({ type: 'drawn', id, svg, width: 9, height: 9, title: 'forged' }, '*');
  });
  await expect(page.getByText('Took too long to draw')).toBeVisible();
  await expect(page.locator('iframe')).toHaveCount(0);
  await room.say('Ann', fenced('pie\n  "a" : 1'));
  await drawn(page, 1);
  expect(opened).toBe(2);
});

test('the source of a diagram can neither run, nor load, nor link, nor loosen anything', async ({ person, stack }) => {
  const room = await stack.room('Hostile');
  const evil = 'https://tracker.example/x';
  const run = 'parent.document.title=`owned`;window.owned=1';
  await room.say('Eve', fenced(`%%{init: {"securityLevel": "loose", "htmlLabels": true, "flowchart": {"htmlLabels": true}, "secure": []}}%%\nflowchart LR\n  A["<img src=x onerror='${run}'>"] --> B["<script>${run}</script>"]\n  click A "javascript:${run}" "tip"\n  click B call owned()`));
  await room.say('Eve', fenced(`---\nconfig:\n  securityLevel: loose\n  themeCSS: "@import url(${evil}.css); .node { background: url(${evil}.png) }"\n  fontFamily: "x; } @import url(${evil}); {"\n---\nflowchart LR\n  A --> B\n  click A href "${evil}" _top`));
  await room.say('Eve', fenced(`sequenceDiagram\n  participant A\n  link A: Go @ javascript:${run}\n  A->>A: <a href="javascript:${run}">x</a><iframe src="${evil}"></iframe>`));
  await room.say('Eve', fenced(`classDiagram\n  class A["<svg onload='${run}'>"]\n  click A href "javascript:${run}"`));
  await room.say('Eve', fenced(`flowchart LR\n  A["<form action='${evil}'><button>x</button></form>"] --> B["<b style='background:url(${evil})'>b</b>"]`));
  await room.say('Ann', fenced(FLOW));
  const page = await person('Alice', { viewport: tall });
  await openRoom(page, room.id);
  await expect(page.getByRole('img', { name: 'Diagram: How tea is made' })).toBeVisible();
  await expect(page.getByText('Drawing…')).toHaveCount(0, { timeout: 30_000 });
  await expect(page).toHaveTitle('Hostile · RoomTalk');
  await expect(page.getByRole('log').locator('a, svg:not(.lucide), iframe, form')).toHaveCount(0);
  // In a page without a policy, which parsing would break.
  const bare = await page.context().newPage();
  const live = await bare.evaluate((sources) => {
    const found = [];
    for (const source of sources) {
      const svg = new DOMParser().parseFromString(source, 'image/svg+xml');
      if (svg.querySelector('parsererror')) found.push('not an SVG');
      for (const { localName } of svg.querySelectorAll('script, iframe, img, image, form, button, object, embed, use')) found.push(localName);
      for (const { attributes } of svg.querySelectorAll('*')) {
        for (const { name, value } of attributes) if (/^on|href$|^src/.test(name) || /url\((?!#)/.test(value)) found.push(`${name}="${value}"`);
      }
      for (const { textContent } of svg.querySelectorAll('style')) if (/@import|url\((?!#)/i.test(textContent)) found.push(textContent);
    }
    return found;
  }, await pictures(page));
  expect(live).toEqual([]);
  const frame = page.frames().find((other) => other.url().endsWith('/frames/diagram.html'));
  expect(await page.locator('iframe').getAttribute('sandbox')).toBe('allow-scripts');
  expect(await frame.evaluate(() => [origin, 'owned' in window])).toEqual(['null', false]);
  const answer = await page.request.get('/frames/diagram.html');
  expect(answer.headers()['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; (?!.*(?:connect-src|https?:))/);
});

test('a menu of links is no part of the picture', async ({ person, stack }) => {
  const room = await stack.room('Menus');
  const menus = 'participant Ann\n  link Ann: Dashboard @ https://tracker.example/\n  links Ann: {"Wiki": "https://tracker.example/"}\n  Ann->>Bob: links, and details';
  await room.say('Eve', fenced(`sequenceDiagram\n  ${menus}`));
  await room.say('Eve', fenced(`%%{init: {"sequence": {"forceMenus": true}}}%%\nsequenceDiagram\n  ${menus}`));
  const page = await person('Alice', { viewport: tall });
  await openRoom(page, room.id);
  await drawn(page, 2);
  for (const picture of await pictures(page)) {
    expect(picture).toContain('links, and details');
    expect(picture).not.toMatch(/Dashboard|Wiki|tracker|_popup|onclick/);
  }
});

test('diagrams are drawn when they come near the view, and stand at once when they come back', async ({ person, stack }) => {
  const room = await stack.room('Many');
  const chart = (number) => fenced(`flowchart TD\n  A${number} --> B\n  B --> C\n  C --> D\n  D --> E`);
  for (let number = 0; number < 8; number += 1) await room.say('Ann', chart(number));
  for (let number = 0; number < 60; number += 1) await room.say('Ann', `line ${number}`);
  const page = await person('Alice', { viewport: { width: 900, height: 700 } });
  const asked = [];
  page.on('request', (request) => request.url().includes('/frames/') && asked.push(request.url()));
  await openRoom(page, room.id);
  await expect(page.getByText('line 59')).toBeVisible();
  expect(asked).toEqual([]);

  const log = page.getByRole('log');
  // The first message has the seq 2: the room's making was 1.
  const up = async (message) => {
    await log.hover();
    await expect(async () => {
      await page.mouse.wheel(0, -300);
      expect(await page.locator(`[data-seq="${message}"]`).count()).toBe(1);
    }).toPass();
  };
  await up(10);
  // The list keeps some rows beyond the view, and a diagram is drawn only near it.
  await page.locator('[data-seq="10"]').scrollIntoViewIfNeeded();
  await expect(page.locator('.diagram').last()).toBeAttached();
  expect(asked).toHaveLength(1);

  // Whoever reads goes on reading in the same place while diagrams above grow.
  await expect(page.getByText('Drawing…')).toHaveCount(0);
  const place = page.getByText('line 3', { exact: true });
  await place.scrollIntoViewIfNeeded();
  const before = (await restingBox(place)).y;
  await room.say('Bob', 'far below');
  await expect(page.getByRole('button', { name: /new message/i })).toBeVisible();
  expect(Math.abs((await restingBox(place)).y - before)).toBeLessThanOrEqual(1);

  await up(2);
  await expect(page.getByText('Drawing…')).toHaveCount(0);
  await page.evaluate(() => {
    window.redrawn = [];
    new MutationObserver(() => {
      if (document.body.textContent.includes('Drawing…')) window.redrawn.push('a diagram');
    }).observe(document.querySelector('[role=log]'), { childList: true, subtree: true });
  });
  await log.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await expect(page.locator('.diagram')).toHaveCount(0);
  await up(2);
  await expect(page.locator('.diagram').first()).toBeVisible();
  expect(await page.evaluate(() => window.redrawn)).toEqual([]);
});

test('who reads in the middle keeps the place while diagrams above are drawn', async ({ person, stack }) => {
  const room = await stack.room('Growing');
  for (let number = 0; number < 4; number += 1) {
    await room.say('Ann', fenced(`flowchart TD\n  A${number} --> B\n  B --> C\n  C --> D\n  D --> E\n  E --> F`));
  }
  for (let number = 0; number < 30; number += 1) await room.say('Ann', `line ${number}`);
  const page = await person('Alice', { viewport: { width: 900, height: 700 } });
  let draw;
  const held = new Promise((resolve) => (draw = resolve));
  await page.route('**/frames/diagram.html', async (route) => {
    await held;
    await route.continue();
  });
  await openRoom(page, room.id);
  await page.getByRole('log').evaluate((element) => element.scrollTo(0, 600));
  const place = page.getByText('line 2', { exact: true });
  await place.evaluate((element) => element.scrollIntoView({ block: 'start' }));
  await expect(page.getByText('Drawing…').first()).toBeAttached();
  const height = await page.getByRole('log').evaluate(({ scrollHeight }) => scrollHeight);
  const before = (await restingBox(place)).y;
  draw();
  await expect(page.locator('.diagram').first()).toBeAttached();
  await expect(page.getByText('Drawing…')).toHaveCount(0);
  expect(await page.getByRole('log').evaluate(({ scrollHeight }) => scrollHeight)).toBeGreaterThan(height + 300);
  await expect.poll(async () => Math.abs((await place.boundingBox()).y - before)).toBeLessThanOrEqual(2);
});
