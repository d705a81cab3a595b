import { expect, shown, test } from './fixtures.mjs';

/** Goes on with Tab until the element with this role and name has the focus, which must be seen. */
async function tabTo(page, role, name) {
  const wanted = page.getByRole(role, { name, exact: true });
  await expect(wanted.first()).toBeVisible();
  await expect(async () => {
    await page.keyboard.press('Tab');
    expect(await wanted.evaluateAll((found) => found.includes(document.activeElement))).toBe(true);
  }).toPass({ intervals: [0] });
}

test('without a mouse: skip the header, create a room, write, share, leave', async ({ person }) => {
  const page = await person('Alice', { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.goto('/');
  await expect(page.getByRole('button', { name: 'Create room' })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Create room' })).toBeFocused();

  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog').getByRole('textbox', { name: 'Name' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Create room' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog').getByRole('textbox', { name: 'Name' })).toBeFocused();
  await page.keyboard.type('By keys');
  await page.keyboard.press('Enter');

  await expect(page.getByRole('heading', { level: 1, name: 'By keys' })).toBeVisible();
  await tabTo(page, 'textbox', 'Message');
  await page.keyboard.type('typed');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await shown(page)).map(({ text }) => text)).toEqual(['typed']);
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeFocused();

  await tabTo(page, 'button', 'Copy link');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Link copied')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url());
  await tabTo(page, 'button', 'Leave room');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('listitem').filter({ hasText: 'By keys' })).toBeVisible();
  await expect(page.locator('#content')).toBeFocused();
});

test('a pasted link leads into its room, and what is none is refused', async ({ person, stack }) => {
  const room = await stack.room('Pasted');
  const page = await person('Alice');
  await page.goto('/');
  await page.getByRole('button', { name: 'Join with a link' }).click();
  const field = page.getByRole('dialog').getByRole('textbox', { name: 'Link or room ID' });
  await field.fill('no link at all');
  await field.press('Enter');
  await expect(page.getByRole('alert')).toHaveText('This is neither a link to a room nor a room ID.');
  await field.fill(`${stack.origin}/room/${room.id}`);
  await field.press('Enter');
  await expect(page.getByRole('dialog')).toContainText('You were invited to “\u2068Pasted\u2069”.');
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Pasted' })).toBeVisible();
});
