import { expect, openRoom, test } from './fixtures.mjs';
import { restingBox } from './place.mjs';

const direction = (locator) => locator.evaluate((element) => getComputedStyle(element).direction);

test('who writes from the right stays on the side of the others, under a name that runs its own way', async ({ person, stack }) => {
  const room = await stack.room('Directions');
  await room.say('سلمى', 'مرحبا');
  await room.say('Bob', 'Hello, שלום');
  const page = await person('Alice');
  await openRoom(page, room.id);
  const log = page.getByRole('log');
  const bubble = (text) => log.locator('article', { hasText: text }).locator('.markdown');
  await expect(bubble('مرحبا')).toBeVisible();
  expect(await direction(bubble('مرحبا'))).toBe('rtl');
  expect(await direction(bubble('Hello,'))).toBe('ltr');
  expect(await direction(log.getByText('سلمى'))).toBe('rtl');
  const [rtl, ltr] = await Promise.all(['مرحبا', 'Hello,'].map(async (text) => (await restingBox(bubble(text))).x));
  expect(Math.abs(rtl - ltr)).toBeLessThan(2);
});

test('the field and its preview follow what is typed', async ({ person, stack }) => {
  const room = await stack.room('Typed from the right');
  const page = await person('Alice');
  await openRoom(page, room.id);
  const field = page.getByRole('textbox', { name: 'Message' });
  expect(await direction(field)).toBe('ltr');
  await field.fill('שלום');
  expect(await direction(field)).toBe('rtl');
  await page.getByRole('button', { name: 'Preview', exact: true }).click();
  expect(await direction(page.getByRole('region', { name: 'Preview' }).locator('.markdown'))).toBe('rtl');
});
