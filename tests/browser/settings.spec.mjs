import { expect, expectStatus, openRoom, say, test } from './fixtures.mjs';

test('the language switches at once, everywhere, and stays', async ({ person }) => {
  const page = await person('Alice');
  await page.goto('/settings');
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  await page.getByRole('radio', { name: '中文' }).click();
  await expect(page.getByRole('heading', { level: 1, name: '设置' })).toBeVisible();
  await expect(page.getByRole('link', { name: '我的房间' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: '设置' })).toBeVisible();
  await page.getByRole('button', { name: 'Switch to English' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
});

test('the theme follows the system until one is chosen, and then stays', async ({ person }) => {
  const page = await person('Alice', { colorScheme: 'dark' });
  await page.goto('/settings');
  await expect(page.locator('html')).toHaveClass(/dark/);
  await page.emulateMedia({ colorScheme: 'light' });
  await expect(page.locator('html')).toHaveClass(/light/);
  await page.getByRole('radio', { name: 'Dark' }).click();
  await expect(page.locator('html')).toHaveClass(/dark/);
  await page.reload();
  await expect(page.locator('html')).toHaveClass(/dark/);
  await page.getByRole('button', { name: 'Switch to light' }).click();
  await expect(page.locator('html')).toHaveClass(/light/);
});

test('a new name stands beside the next messages and leaves the old ones alone', async ({ person, stack }) => {
  const room = await stack.room('Names');
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await openRoom(alice, room.id);
  await openRoom(bob, room.id);
  await say(alice, 'first');
  await expect(bob.getByRole('log').getByText('first')).toBeVisible();
  await alice.getByRole('link', { name: 'Settings' }).click();
  const field = alice.getByRole('textbox', { name: 'Name' });
  await field.fill('');
  await expect(alice.getByRole('alert')).toHaveText('Please enter a name.');
  await field.fill('Alina');
  await field.press('Enter');
  await alice.getByRole('link', { name: 'Current room: Names' }).click();
  await expectStatus(alice, 'live');
  await say(alice, 'second');
  await expect(bob.locator('article', { hasText: 'second' })).toContainText('Alina');
  await expect(bob.locator('article', { hasText: 'first' })).toContainText('Alice');
});

test('someone new gets a name in their language, and an identity that stays', async ({ person }) => {
  const page = await person(null, { locale: 'zh-CN' });
  await page.goto('/settings');
  await expect(page.getByRole('textbox', { name: '名字' })).toHaveValue(/^\p{Script=Han}{4}$/u);
  const id = () => page.evaluate(() => localStorage.getItem('clientId'));
  await expect.poll(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-/);
  const first = await id();
  await page.reload();
  expect(await id()).toBe(first);
});

test('an identity that the server no longer accepts is replaced, and the page goes on', async ({ person, stack }) => {
  const room = await stack.room('After a change of keys');
  const page = await person('Alice');
  await page.addInitScript(() => {
    if (sessionStorage.getItem('spoilt')) return;
    sessionStorage.setItem('spoilt', 'yes');
    localStorage.setItem('clientId', '6d1f0c52-5f43-8c1e-9a70-0a1b2c3d4e5f');
    localStorage.setItem('roomtalk_token', 'made-with-another-key');
  });
  await openRoom(page, room.id);
  await expect(page.getByText('Your identity was no longer accepted here, so you got a new one.')).toBeVisible();
  await say(page, 'still here');
  await expect.poll(async () => (await stack.messages(room.id)).map(({ content }) => content)).toEqual(['still here']);
  expect(await page.evaluate(() => localStorage.getItem('clientId'))).not.toBe('6d1f0c52-5f43-8c1e-9a70-0a1b2c3d4e5f');
});

test('with the key of one device another one becomes the same person', async ({ person }) => {
  const first = await person('Alice', { permissions: ['clipboard-read', 'clipboard-write'] });
  await first.goto('/');
  await first.getByRole('button', { name: 'Create room' }).click();
  await first.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Mine everywhere');
  await first.keyboard.press('Enter');
  await expect(first).toHaveURL(/\/room\//);
  await first.getByRole('link', { name: 'Settings' }).click();
  await first.getByRole('button', { name: 'Copy my key' }).click();
  const key = await first.evaluate(() => navigator.clipboard.readText());

  const second = await person('Alice');
  await second.goto('/settings');
  const field = second.getByLabel('Key from another device');
  await field.fill('no key at all');
  await field.press('Enter');
  await expect(second.getByRole('alert')).toHaveText('This is not a key.');
  await field.fill(key.slice(0, -4) + 'AAAA');
  await field.press('Enter');
  await expect(second.getByRole('alert')).toHaveText('Your identity was not accepted.');
  await field.fill(key);
  await field.press('Enter');
  await expect(second.getByText('You are now the same person here')).toBeVisible();
  await second.getByRole('link', { name: 'My rooms' }).click();
  await expect(second.getByRole('listitem').filter({ hasText: 'Mine everywhere' })).toBeVisible();

  const saving = first.waitForEvent('download');
  await first.getByRole('button', { name: 'Save as a file' }).click();
  const third = await person('Alice');
  await third.goto('/settings');
  const choosing = third.waitForEvent('filechooser');
  await third.getByRole('button', { name: 'From a file' }).click();
  await (await choosing).setFiles(await (await saving).path());
  await expect(third.getByText('You are now the same person here')).toBeVisible();
});

test('a message that comes while the page is out of sight is notified, when that is wanted', async ({ person, stack }) => {
  const room = await stack.room('Behind another window');
  const page = await person('Alice', { permissions: ['notifications'] });
  await page.addInitScript(() => {
    window.told = [];
    window.Notification = class {
      static permission = 'granted';
      static requestPermission = () => Promise.resolve('granted');
      constructor(title, { body }) {
        window.told.push(`${title}: ${body}`);
      }
    };
    Object.defineProperty(document, 'visibilityState', { get: () => (window.away ? 'hidden' : 'visible') });
  });
  await openRoom(page, room.id);
  await page.evaluate(() => (window.away = true));
  await room.say('Bob', 'not wanted yet');
  await expect(page.getByRole('log').getByText('not wanted yet')).toBeVisible();
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByText('Show notifications').click();
  await expect(page.getByRole('switch', { name: 'Show notifications' })).toBeChecked();
  await room.say('Bob', 'wanted');
  await expect.poll(() => page.evaluate(() => window.told)).toEqual(['Behind another window: Bob: wanted']);
});

test('another random name is in the language in use, and kept only when it is saved', async ({ person }) => {
  const page = await person('Alice');
  await page.goto('/settings');
  const field = page.getByRole('textbox', { name: 'Name' });
  const roll = page.getByRole('button', { name: 'Another random name' });
  await roll.click();
  await expect(field).toHaveValue(/^[A-Z][a-z]+[A-Z][a-z]+$/);
  await expect(page.getByRole('main').locator('.avatar').first()).toHaveText((await field.inputValue())[0]);
  await page.reload();
  await expect(field).toHaveValue('Alice');
  await page.getByRole('radio', { name: '中文' }).click();
  await page.getByRole('button', { name: '换一个随机名字' }).click();
  const chinese = page.getByRole('textbox', { name: '名字' });
  await expect(chinese).toHaveValue(/^\p{Script=Han}{4}$/u);
  const name = await chinese.inputValue();
  await chinese.press('Enter');
  await page.reload();
  await expect(chinese).toHaveValue(name);
});
