import { expect, openRoom, test } from './fixtures.mjs';

test('another tab follows name, language, theme and saved rooms at once', async ({ person, stack }) => {
  const room = await stack.room('Kept in both');
  const first = await person('Alice');
  await first.goto('/settings');
  await expect(first.getByRole('textbox', { name: 'Name' })).toHaveValue('Alice');
  const second = await first.context().newPage();
  await second.goto(`${stack.origin}/settings`);
  const field = second.getByRole('textbox', { name: 'Name' });
  await field.fill('Alina');
  await field.press('Enter');
  await expect(first.getByRole('textbox', { name: 'Name' })).toHaveValue('Alina');
  await second.getByRole('radio', { name: 'Dark' }).click();
  await expect(first.locator('html')).toHaveClass(/dark/);
  await second.getByText('Play a sound').click();
  await expect(first.getByRole('switch', { name: 'Play a sound' })).toBeChecked();
  await second.getByRole('radio', { name: '中文' }).click();
  await expect(first.getByRole('heading', { level: 1, name: '设置' })).toBeVisible();
  await expect(first).toHaveTitle('设置 · RoomTalk');
  await expect(first.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await first.getByRole('radio', { name: 'English' }).click();
  await first.getByRole('link', { name: 'Saved' }).click();
  await openRoom(second, room.id);
  await second.getByRole('button', { name: 'Save room' }).click();
  await expect(first.getByRole('listitem').filter({ hasText: 'Kept in both' })).toBeVisible();
});

test('the title counts what came while the page was out of sight', async ({ person, stack }) => {
  const room = await stack.room('Counted');
  const page = await person('Alice');
  await page.addInitScript(() => {
    Object.defineProperty(document, 'visibilityState', { get: () => (window.away ? 'hidden' : 'visible') });
  });
  await openRoom(page, room.id);
  await expect(page).toHaveTitle('Counted · RoomTalk');
  await page.evaluate(() => (window.away = true));
  await room.say('Bob', 'one');
  await room.say('Bob', 'two');
  await expect(page).toHaveTitle('(2) Counted · RoomTalk');
  await page.evaluate(() => {
    window.away = false;
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await expect(page).toHaveTitle('Counted · RoomTalk');
});
