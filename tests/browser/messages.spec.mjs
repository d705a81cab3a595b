import { expect, openRoom, say, shown, test } from './fixtures.mjs';
import { restingBox } from './place.mjs';

const bar = (page) => page.getByRole('log').getByRole('group', { name: 'Message actions' });
const message = (page, text) => page.getByRole('log').locator('article', { hasText: text });
const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());
const allowClipboard = (page) => page.context().grantPermissions(['clipboard-read', 'clipboard-write']);

test('hovering a message offers to copy it, link to it, like it or not, and moves nothing', async ({ person, stack }) => {
  const room = await stack.room('Hover');
  await room.say('Bob', 'with **marks** and `code`');
  await room.say('Bob', 'another one');
  const page = await person('Alice');
  await allowClipboard(page);
  await openRoom(page, room.id);
  const [first, second] = [message(page, 'with marks'), message(page, 'another one')];
  const before = [await restingBox(first), await restingBox(second)];
  await expect(bar(page)).toHaveCount(0);
  await first.hover();
  await expect(bar(page)).toBeVisible();
  expect([await restingBox(first), await restingBox(second)]).toEqual(before);

  await bar(page).getByRole('button', { name: 'Copy text' }).click();
  expect(await clipboard(page)).toBe('with **marks** and `code`');
  await expect(bar(page).getByRole('button', { name: 'Copied', exact: true })).toBeVisible();
  await expect(bar(page).getByRole('button', { name: 'Copy text' })).toBeVisible();

  const [like, dislike] = [bar(page).getByRole('button', { name: 'Like', exact: true }), bar(page).getByRole('button', { name: 'Dislike' })];
  await like.click();
  await expect(like).toHaveAttribute('aria-pressed', 'true');
  await dislike.click();
  await expect(dislike).toHaveAttribute('aria-pressed', 'true');
  await expect(like).toHaveAttribute('aria-pressed', 'false');
  expect([await restingBox(first), await restingBox(second)]).toEqual(before);
  await page.mouse.move(0, 0);
  await expect(bar(page)).toHaveCount(0);
  await expect(first).toContainText('You dislike this');
  await page.reload();
  await expect(first).toBeVisible();
  await expect(first).not.toContainText('You dislike this');
});

test('arrow keys go from message to message, and Tab reaches what can be done with one', async ({ person, stack }) => {
  const room = await stack.room('By keyboard');
  await room.fill(120, (n) => `number ${n}.`);
  const page = await person('Alice');
  await openRoom(page, room.id);
  const log = page.getByRole('log');
  await expect(message(page, 'number 120.')).toBeInViewport();
  await log.focus();
  await page.keyboard.press('ArrowUp');
  await expect(message(page, 'number 120.')).toBeFocused();
  for (let i = 0; i < 40; i += 1) await page.keyboard.press('ArrowUp');
  await expect(message(page, 'number 80.')).toBeFocused();
  await expect(message(page, 'number 80.')).toBeInViewport({ ratio: 1 });
  await page.keyboard.press('Tab');
  await expect(bar(page).getByRole('button', { name: 'Copy text' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(message(page, 'number 80.')).toContainText('You like this');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement.closest('[role=log]'))).toBeNull();

  await message(page, 'number 80.').focus();
  const top = () => log.evaluate((element) => element.scrollTop);
  const start = await top();
  await page.keyboard.press('PageUp');
  await expect.poll(top).toBeLessThan(start - 200);
  await page.keyboard.press('End');
  await expect(message(page, 'number 120.')).toBeInViewport({ ratio: 1 });
  // The first page before what is loaded comes when its place is reached; then Home goes on to its beginning.
  await expect(async () => {
    await page.keyboard.press('Home');
    await expect(message(page, 'number 1.').first()).toBeInViewport({ timeout: 1000 });
  }).toPass();
});

test.describe('on a touch screen', () => {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

  test('a held message opens its actions, scrolling over it does not', async ({ person, stack }) => {
    const room = await stack.room('Held');
    await room.fill(40, (n) => `number ${n}.`);
    const page = await person('Alice', phone);
    await allowClipboard(page);
    await openRoom(page, room.id);
    await expect(message(page, 'number 40.')).toBeInViewport();
    const { x, y, width, height } = await restingBox(message(page, 'number 36.').locator('.markdown'));
    const at = { x: x + width / 2, y: y + height / 2 };
    const cdp = await page.context().newCDPSession(page);
    const touch = (type, ...touchPoints) => cdp.send('Input.dispatchTouchEvent', { type, touchPoints });
    const sheet = page.getByRole('dialog', { name: 'Message actions' });

    await touch('touchStart', at);
    for (let step = 1; step <= 8; step += 1) await touch('touchMove', { x: at.x, y: at.y + step * 15 });
    await page.waitForFunction((from) => performance.now() > from + 700, await page.evaluate(() => performance.now()));
    await touch('touchEnd');
    await expect(sheet).toHaveCount(0);
    await page.getByRole('log').evaluate((element) => element.scrollTo(0, element.scrollHeight));

    const again = await restingBox(message(page, 'number 36.').locator('.markdown'));
    await touch('touchStart', { x: again.x + 20, y: again.y + 10 });
    await expect(sheet).toBeVisible();
    await touch('touchEnd');
    await expect(sheet).toContainText('number 36.');
    expect(await page.evaluate(() => getSelection().toString())).toBe('');
    await sheet.getByRole('button', { name: 'Copy text' }).click();
    await expect(sheet).toBeHidden();
    expect(await clipboard(page)).toBe('number 36.');
  });

  test('what can be done with a failed message is in its sheet too', async ({ person, stack }) => {
    const room = await stack.room('Held and failed');
    const page = await person('Alice', phone);
    await openRoom(page, room.id);
    await page.route('**/socket.io/**', (route) => route.abort());
    await stack.hub.kill();
    await page.route('**/api/rooms/*/messages', (route) =>
      route.request().method() === 'POST' ? route.fulfill({ status: 422, json: { error: 'no', code: 'invalid_field' } }) : route.continue(),
    );
    await say(page, 'not wanted');
    const failed = page.locator('[data-state="failed"]');
    await expect(failed).toHaveCount(1, { timeout: 40_000 });
    await failed.getByRole('button', { name: 'Message actions' }).dispatchEvent('click');
    await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
    await expect(failed).toHaveCount(0);
    await stack.hub.restart();
  });
});

test.describe('a link to a message', () => {
  const COUNT = 50_500;

  test('opens the room at it without reading the 50 000 messages in between, and goes on to the live end', async ({ person, stack }) => {
    const room = await stack.room('Far back');
    await room.fill(COUNT, (i) => `message ${i}`);
    const page = await person('Alice');
    const pages = [];
    page.on('request', (request) => {
      const { pathname, search } = new URL(request.url());
      if (pathname.endsWith('/messages')) pages.push(search);
    });
    await page.goto(`/room/${room.id}?message=400`);
    const log = page.getByRole('log');
    const target = log.locator('[data-seq="400"]');
    await expect(target).toBeInViewport({ ratio: 1 });
    await expect(log.locator('.found')).toHaveCount(1);
    expect(pages.filter((search) => /before|after/.test(search)).length).toBeLessThanOrEqual(4);

    const newest = page.getByRole('button', { name: 'To the newest' });
    await expect(newest).toBeVisible();
    await room.say('Bob', 'live meanwhile');
    await expect(page.getByRole('button', { name: '1 new message' })).toBeVisible();
    await expect(target).toBeInViewport({ ratio: 1 });
    await page.getByRole('button', { name: '1 new message' }).click();
    await expect(log.getByText('live meanwhile')).toBeInViewport();
    await expect(page).toHaveURL(`/room/${room.id}`);
    await say(page, 'and on');
    await expect(log.getByText('and on')).toBeInViewport();
  });

  test('reading on from it reaches the live end with each message once and none missing', async ({ person, stack }) => {
    const room = await stack.room('Reading on');
    await room.fill(620, (i) => `message ${i}`);
    const page = await person('Alice');
    await page.goto(`/room/${room.id}?message=150`);
    const log = page.getByRole('log');
    await expect(log.locator('[data-seq="150"]')).toBeInViewport();
    const seen = new Set();
    let last = 0;
    const atEnd = async () => (await log.locator('[data-seq="622"]').count()) === 1;
    await room.say('Bob', 'while reading on');
    for (let turn = 0; turn < 400 && !(await atEnd()); turn += 1) {
      const seqs = (await shown(page)).map(({ seq }) => seq);
      seqs.forEach((seq, i) => i > 0 && expect(seq).toBe(seqs[i - 1] + 1));
      if (last > 0) expect(seqs[0]).toBeLessThanOrEqual(last + 1);
      last = Math.max(last, seqs.at(-1));
      seqs.forEach((seq) => seen.add(seq));
      await log.hover();
      await page.mouse.wheel(0, 600);
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    }
    await expect(log.getByText('while reading on')).toBeVisible();
    expect(seen.size).toBeGreaterThanOrEqual(622 - 150);
    await room.say('Bob', 'and then live');
    await expect(log.getByText('and then live')).toHaveCount(1);
  });

  test('that is not there says so, and the room opens at the newest', async ({ person, stack }) => {
    const room = await stack.room('Missing');
    await room.fill(60, (i) => `message ${i}`);
    const page = await person('Alice');
    await page.goto(`/room/${room.id}?message=5000`);
    await expect(page.getByText('That message is not here any more.')).toBeVisible();
    await expect(page.getByRole('log').locator('[data-seq="61"]')).toBeInViewport();
    await page.getByRole('button', { name: 'Close' }).click();
    await expect(page.getByText('That message is not here any more.')).toBeHidden();
    await expect(page.getByRole('log').locator('[data-seq="61"]')).toBeInViewport();
  });

  test('within a message is followed without loading the page anew, also twice', async ({ person, stack }) => {
    const room = await stack.room('Linked');
    await room.fill(300, (i) => `message ${i}`);
    await room.say('Bob', `see [the start](${stack.origin}/room/${room.id}?message=20)`);
    const page = await person('Alice');
    await openRoom(page, room.id);
    await page.evaluate(() => (window.same = true));
    const log = page.getByRole('log');
    for (let turn = 0; turn < 2; turn += 1) {
      await log.getByRole('link', { name: 'the start' }).click();
      await expect(log.locator('[data-seq="20"]')).toBeInViewport({ ratio: 1 });
      await expect(log.locator('[data-seq="20"]')).toBeFocused();
      await page.getByRole('button', { name: 'To the newest' }).click();
      await expect(log.locator('[data-seq="302"]')).toBeInViewport();
    }
    expect(await page.evaluate(() => window.same)).toBe(true);
  });

  test('is what the action copies', async ({ person, stack }) => {
    const room = await stack.room('Copied link');
    await room.say('Bob', 'link to me');
    const page = await person('Alice');
    await allowClipboard(page);
    await openRoom(page, room.id);
    await message(page, 'link to me').hover();
    await bar(page).getByRole('button', { name: 'Copy link to message' }).click();
    expect(await clipboard(page)).toBe(`${stack.origin}/room/${room.id}?message=2`);
  });
});

test('a message that cannot be drawn blanks nothing but itself', async ({ person, stack }) => {
  const room = await stack.room('Broken');
  for (const text of ['one', 'two', 'three', 'four']) await room.say('Bob', text);
  const page = await person('Alice');
  await page.routeWebSocket(/socket\.io/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((data) => {
      const spoiled = typeof data === 'string' && data.startsWith('42["message_history"') ? spoil(data) : data;
      socket.send(spoiled);
    });
  });
  const spoil = (data) => {
    const [name, messages] = JSON.parse(data.slice(2));
    messages[1].content = { not: 'a text' };
    messages[2].username = { first: 'an object' };
    return `42${JSON.stringify([name, messages])}`;
  };
  await openRoom(page, room.id);
  const log = page.getByRole('log');
  await expect(log.getByText('This message cannot be shown.')).toHaveCount(2);
  await expect(log.getByText('one', { exact: true })).toBeVisible();
  await expect(log.getByText('four', { exact: true })).toBeVisible();
  await say(page, 'still here');
  await expect(log.getByText('still here')).toBeVisible();
});

test('new messages are announced politely, the history is not', async ({ person, stack }) => {
  const room = await stack.room('Announced');
  await room.say('Bob', 'from before');
  const page = await person('Alice');
  await openRoom(page, room.id);
  await expect(page.getByRole('log').getByText('from before')).toBeVisible();
  const live = page.locator('[aria-live=polite]', { hasText: 'Bob:' });
  await room.say('Bob', 'said twice');
  await expect(live).toContainText('Bob: said twice');
  await expect(live).not.toContainText('from before');
  await say(page, 'my own');
  await expect(page.getByRole('log').getByText('my own')).toBeVisible();
  await expect(page.locator('[aria-live=polite]', { hasText: 'my own' })).toHaveCount(0);
});
