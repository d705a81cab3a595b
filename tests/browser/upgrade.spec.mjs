// A browser in which v0.4 was used: what v0.4 kept there is taken over under the same names.
import { expect, expectStatus, test } from './fixtures.mjs';

const OLD_ID = '0b6c1f7e-2a51-4c1b-9d53-7f1f0a3f9c11';

/** Storage as v0.4 leaves it, put there once, before this page has ever run. */
async function usedBefore(page, kept) {
  await page.addInitScript((entries) => {
    if (origin === 'null' || localStorage.getItem('clientId')) return;
    for (const [key, value] of Object.entries(entries)) localStorage.setItem(key, typeof value === 'string' ? value : JSON.stringify(value));
  }, { clientId: OLD_ID, ...kept });
}

const asStored = ({ id, name, description, createdAt, creatorId }) => ({ id, name, description, createdAt, creatorId });

test('name, theme, language, saved rooms, current room and view stay', async ({ person, stack }) => {
  const [open, kept] = [await stack.room('Where I was'), await stack.room('Kept since v0.4', 'with a description')];
  const page = await person(null);
  await usedBefore(page, {
    roomtalk_username: '王小明',
    roomtalk_current_view: 'chat',
    roomtalk_current_room: asStored(open),
    saved_rooms: [asStored(kept), asStored(open)],
    'heroui-theme': 'dark',
    i18nextLng: 'zh',
  });
  await page.goto('/');
  await expect(page).toHaveURL(`/room/${open.id}`);
  await expectStatus(page, 'live');
  await expect(page.getByRole('heading', { level: 1, name: 'Where I was' })).toBeVisible();
  await expect(page.locator('html')).toHaveClass(/dark/);
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  const field = page.getByRole('textbox', { name: '消息' });
  await field.fill('还在');
  await field.press('Control+Enter');
  await expect.poll(() => stack.messages(open.id)).toMatchObject([{ content: '还在', username: '王小明', avatar: { text: '王', color: 'success' } }]);
  await page.getByRole('link', { name: '收藏' }).click();
  await expect(page.getByRole('listitem')).toHaveText([/Kept since v0\.4.*with a description/s, /Where I was/]);
  await page.getByRole('link', { name: '设置' }).click();
  await expect(page.getByRole('textbox', { name: '名字' })).toHaveValue('王小明');
});

test('the id that v0.4 made is replaced by one that nobody else can act as', async ({ person, stack }) => {
  const room = await stack.room('New id');
  const page = await person('Alice');
  await usedBefore(page, { roomtalk_current_view: 'chat', roomtalk_current_room: asStored(room) });
  await page.goto('/');
  await expectStatus(page, 'live');
  const [clientId, token] = await page.evaluate(() => [localStorage.getItem('clientId'), localStorage.getItem('roomtalk_token')]);
  expect(clientId).not.toBe(OLD_ID);
  expect(clientId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-/);
  expect(token).toMatch(/\S{32}/);
  await expect(page.getByText('Your identity was no longer accepted')).toHaveCount(0);
});

for (const [view, path] of [['rooms', '/'], ['saved', '/saved'], ['settings', '/settings']]) {
  test(`the view “${view}” comes back with the room still open behind it`, async ({ person, stack }) => {
    const room = await stack.room('Behind');
    const page = await person('Alice');
    await usedBefore(page, { roomtalk_current_view: view, roomtalk_current_room: asStored(room) });
    await page.goto('/');
    await expect(page).toHaveURL(path);
    await page.getByRole('link', { name: 'Current room: Behind' }).click();
    await expect(page).toHaveURL(`/room/${room.id}`);
  });
}

test('a room that is gone meanwhile, and storage that is damaged, stop nothing', async ({ person }) => {
  const gone = { id: 'gone000000', name: 'Gone', description: '', createdAt: '2024-01-01T00:00:00.000Z', creatorId: 'x' };
  const page = await person('Alice');
  await usedBefore(page, { roomtalk_current_view: 'chat', roomtalk_current_room: gone, saved_rooms: '[{"id":1},', 'heroui-theme': 'purple', i18nextLng: 'fr-CA' });
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'This room does not exist' })).toBeVisible();
  await page.getByRole('button', { name: 'Back to my rooms' }).click();
  await expect(page.getByRole('link', { name: /^Current room/ })).toHaveCount(0);
  await page.getByRole('link', { name: 'Saved' }).click();
  await expect(page.getByRole('heading', { name: 'Nothing saved yet' })).toBeVisible();
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.locator('html')).toHaveClass(/light/);
});
