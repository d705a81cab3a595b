import { expect, openRoom, say, shown, test } from './fixtures.mjs';

test('a room is created, entered, and still there after a reload of its link', async ({ person }) => {
  const page = await person('Alice', { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.goto('/');
  await page.getByRole('button', { name: 'Create room' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Create room' })).toBeDisabled();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Reading club');
  await dialog.getByRole('textbox', { name: 'Description' }).fill('One book a month');
  await dialog.getByRole('textbox', { name: 'Name' }).press('Enter');
  await expect(page).toHaveURL(/\/room\/[0-9A-Za-z]{10}$/);
  await expect(page.getByRole('heading', { level: 1, name: 'Reading club' })).toBeVisible();
  await say(page, 'Hello **room**');
  await expect.poll(async () => (await shown(page)).map(({ text }) => text)).toEqual(['Hello room']);

  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Reading club' })).toBeVisible();
  await expect.poll(async () => (await shown(page)).map(({ text }) => text)).toEqual(['Hello room']);

  await page.getByRole('button', { name: 'Copy link' }).click();
  await expect(page.getByText('Link copied')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url());

  await page.getByRole('link', { name: 'My rooms' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Reading club' })).toContainText('One book a month');
});

for (const path of ['/', '/chat']) {
  test(`an old link (${path}?room=ID) asks, and joins`, async ({ person, stack }) => {
    const room = await stack.room('Old links');
    const page = await person('Alice');
    await page.goto(`${path}?room=${room.id}`);
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('Old links');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(page).toHaveURL(new RegExp(`${path}$`));
    await page.goto(`${path}?room=${room.id}`);
    await page.getByRole('dialog').getByRole('button', { name: 'Join' }).click();
    await expect(page).toHaveURL(new RegExp(`/room/${room.id}$`));
    await expect(page.getByRole('heading', { level: 1, name: 'Old links' })).toBeVisible();
  });
}

test('a room that does not exist is told clearly, by every kind of link', async ({ person }) => {
  const page = await person('Alice');
  await page.goto('/room/doesnotexi');
  await expect(page.getByRole('heading', { name: 'This room does not exist' })).toBeVisible();
  await expect(page.getByText('doesnotexi')).toBeVisible();
  await page.getByRole('button', { name: 'Back to my rooms' }).click();
  await expect(page).toHaveURL(/\/$/);
  await page.goto('/?room=doesnotexi');
  await expect(page.getByRole('dialog')).toContainText('This room does not exist');
});

test('a saved room is found again, and can be taken away', async ({ person, stack }) => {
  const room = await stack.room('Worth keeping');
  const page = await person('Alice');
  await openRoom(page, room.id);
  await page.getByRole('button', { name: 'Save room' }).click();
  await page.getByRole('link', { name: 'Saved' }).click();
  await page.reload();
  const card = page.getByRole('listitem').filter({ hasText: 'Worth keeping' });
  await expect(card).toBeVisible();
  await card.getByRole('button', { name: 'Remove from saved' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByRole('heading', { name: 'Nothing saved yet' })).toBeVisible();
});

test('a room created in one tab shows up in the other at once', async ({ person, stack }) => {
  const first = await person('Alice');
  await first.goto('/');
  await expect(first.getByRole('heading', { name: 'Send a link, start talking' })).toBeVisible();
  const second = await first.context().newPage();
  await second.goto(stack.origin);
  await second.getByRole('button', { name: 'Create room' }).click();
  await second.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('In both tabs');
  await second.keyboard.press('Enter');
  await expect(first.getByRole('listitem').filter({ hasText: 'In both tabs' })).toBeVisible();
});

test('the last room comes back when the page is opened anew', async ({ person, stack }) => {
  const room = await stack.room('Where I was');
  const page = await person('Alice');
  await openRoom(page, room.id);
  await page.goto('/');
  await expect(page).toHaveURL(new RegExp(`/room/${room.id}$`));
});

test('what is new in a room is counted while one is elsewhere, and marked on return', async ({ person, stack }) => {
  const room = await stack.room('News');
  await room.say('Script', 'read already');
  const page = await person('Alice');
  await openRoom(page, room.id);
  await expect(page.getByRole('log').getByText('read already')).toBeInViewport();
  await page.getByRole('button', { name: 'Save room' }).click();
  await page.getByRole('button', { name: 'Leave room' }).click();
  await expect(page.getByRole('log')).toHaveCount(0);
  await room.say('Script', 'first news');
  await room.say('Script', 'second news');
  await page.getByRole('link', { name: 'Saved' }).click();
  const card = page.getByRole('listitem').filter({ hasText: 'News' });
  await expect(card.getByRole('img', { name: '2 new messages' })).toBeVisible();
  await card.getByRole('link', { name: 'News' }).click();
  await expectLineBetween(page, 'read already', 'first news');
  await page.getByRole('link', { name: 'Saved' }).click();
  await expect(card).toBeVisible();
  await expect(card.getByRole('img', { name: /new message/ })).toHaveCount(0);
});

test('a line stands above what came while another view was shown, also after a reload, and goes when it was read', async ({ person, stack }) => {
  const room = await stack.room('Returning');
  await room.say('Script', 'read already');
  const page = await person('Alice');
  await openRoom(page, room.id);
  await expect(page.getByRole('log').getByText('read already')).toBeInViewport();
  await expect(page.getByTestId('unread')).toHaveCount(0);
  await page.getByRole('link', { name: 'Settings' }).click();
  // The room stays in view, and what comes is read, until the other view has been loaded.
  await expect(page.getByRole('textbox', { name: 'Name' })).toBeVisible();
  await room.say('Script', 'came meanwhile');
  await room.say('Script', 'and more');
  await page.reload();
  await page.getByRole('link', { name: 'Current room: Returning' }).click();
  await expectLineBetween(page, 'read already', 'came meanwhile');
  await say(page, 'answered');
  await expect(page.getByRole('log').getByText('answered')).toBeInViewport();
  await page.reload();
  await expect(page.getByRole('log').getByText('answered')).toBeInViewport();
  await expect(page.getByTestId('unread')).toHaveCount(0);
});

/** The one line of what is unread stands below one text and above another. */
async function expectLineBetween(page, read, fresh) {
  const log = page.getByRole('log');
  await expect(log.getByText(read)).toBeVisible();
  await expect(log.getByText(fresh)).toBeVisible();
  await expect(page.getByTestId('unread')).toBeVisible();
  // In one look: rows that are still being measured move.
  const order = () =>
    log.evaluate((root, texts) => {
      const rows = [...root.querySelectorAll('[data-testid="unread"], .markdown')];
      return rows
        .map((row) => ({ top: row.getBoundingClientRect().top, text: row.matches('.markdown') ? row.textContent.trim() : 'line' }))
        .filter(({ text }) => ['line', ...texts].includes(text))
        .sort((a, b) => a.top - b.top)
        .map(({ text }) => text);
    }, [read, fresh]);
  await expect.poll(order).toEqual([read, 'line', fresh]);
}

test('a room’s link is shown as text and as a code for cameras', async ({ person, stack }) => {
  const room = await stack.room('For the wall');
  const page = await person('Alice', { permissions: ['clipboard-read', 'clipboard-write'] });
  await openRoom(page, room.id);
  const link = page.url();
  await page.getByRole('button', { name: 'Show QR code' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('img', { name: 'QR code of the link' })).toBeVisible();
  await expect(dialog.getByText(link)).toBeVisible();
  await dialog.getByRole('button', { name: 'Copy link' }).click();
  await expect(dialog).toBeHidden();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
});

test('a room that cannot be created keeps what was typed and says why; meanwhile the button is busy', async ({ person }) => {
  const page = await person('Alice');
  await page.goto('/');
  let answer;
  const asked = new Promise((resolve) => (answer = resolve));
  await page.route('**/api/clients/*/rooms', (route) => (route.request().method() === 'POST' ? answer(route) : route.continue()));
  await page.getByRole('button', { name: 'Create room' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Not yet');
  await page.keyboard.press('Enter');
  const create = dialog.getByRole('button', { name: 'Create room' });
  await expect(create).toHaveAttribute('data-pending', 'true');
  await (await asked).abort();
  await expect(dialog.getByRole('alert')).toHaveText('No connection to the server.');
  await expect(dialog.getByRole('textbox', { name: 'Name' })).toHaveValue('Not yet');
  await page.unroute('**/api/clients/*/rooms');
  await create.click();
  await expect(page.getByRole('heading', { level: 1, name: 'Not yet' })).toBeVisible();
});
