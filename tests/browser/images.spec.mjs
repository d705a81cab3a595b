import { expect, openRoom, say, test } from './fixtures.mjs';
import { file, gif, give, jpeg, png } from './pictures.mjs';
import { restingBox } from './place.mjs';

const RED = [180, 40, 40];
const BLUE = [40, 60, 180];

const previews = (page) => page.getByRole('list', { name: 'Images to send' }).getByRole('listitem');
const pictures = (page) => page.getByRole('log').getByRole('button', { name: /^Show image/ });

test('text and chosen images go out as one message, made smaller, and others see them', async ({ person, stack }) => {
  const room = await stack.room('Photos');
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await openRoom(alice, room.id);
  await openRoom(bob, room.id);
  const large = png(1600, 1200, RED);
  await alice.locator('input[type=file]').setInputFiles([
    file('large.png', large),
    file('small.png', png(300, 200, BLUE)),
    file('wrong.png', png(200, 200, BLUE)),
  ]);
  await expect(previews(alice)).toHaveCount(3);
  await expect(alice.getByText('3/9')).toBeVisible();
  await alice.getByRole('button', { name: 'Move image 2 back' }).click();
  await alice.getByRole('button', { name: 'Remove image 3' }).click();
  await expect(previews(alice)).toHaveCount(2);
  await expect(alice.getByRole('button', { name: 'Send' })).toBeEnabled();
  await say(alice, 'Two photos');
  await expect(previews(alice)).toHaveCount(0);
  for (const page of [alice, bob]) {
    await expect(pictures(page)).toHaveCount(2);
    for (const image of await pictures(page).locator('img').all()) {
      await expect.poll(() => image.evaluate((element) => element.complete && element.naturalWidth)).toBeGreaterThan(0);
    }
  }
  const [message] = await stack.messages(room.id);
  expect(message).toMatchObject({ content: 'Two photos', images: [{ width: 300, height: 200 }, { width: 1600, height: 1200 }] });
  expect(message.images[1].bytes).toBeLessThan(large.length / 2);
});

test('images come by paste and by drop, nine at most, and nothing but images', async ({ person, stack }) => {
  const room = await stack.room('Paste and drop');
  const page = await person('Alice');
  await openRoom(page, room.id);
  const field = page.getByRole('textbox', { name: 'Message' });
  const some = (count) => Array.from({ length: count }, (_, i) => file(`${i}.png`, png(40 + i, 40, BLUE)));
  await give(field, 'paste', some(3));
  await expect(previews(page)).toHaveCount(3);
  await give(page.getByRole('main'), 'dragenter', some(1));
  await expect(page.getByText('Drop images here')).toBeVisible();
  await give(page.getByRole('main'), 'drop', some(4));
  await expect(page.getByText('Drop images here')).toBeHidden();
  await expect(previews(page)).toHaveCount(7);
  await give(field, 'paste', some(5));
  await expect(previews(page)).toHaveCount(9);
  await expect(page.getByRole('alert')).toContainText('A message holds 9 images at most. Left out: 2.png, 3.png, 4.png.');
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(page.getByText('Left out')).toHaveCount(0);
  await page.getByRole('button', { name: 'Remove image 9' }).click();
  await give(field, 'paste', [file('notes.txt', Buffer.from('text'), 'text/plain')]);
  await expect(page.getByText('Only images can be added, not notes.txt.')).toBeVisible();
  await give(field, 'paste', [file('broken.png', Buffer.from('no picture at all'))]);
  await expect(page.getByText('This cannot be read as an image: broken.png.')).toBeVisible();
  await expect(previews(page)).toHaveCount(8);
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(pictures(page)).toHaveCount(8);
});

test('the lightbox shows a message’s images in turn, by keyboard alone', async ({ person, stack }) => {
  const room = await stack.room('Lightbox');
  const page = await person('Alice');
  await openRoom(page, room.id);
  await page.locator('input[type=file]').setInputFiles([file('a.png', png(800, 600, RED)), file('b.png', png(600, 800, BLUE))]);
  await expect(page.getByRole('button', { name: 'Send' })).toBeEnabled();
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(pictures(page)).toHaveCount(2);
  await pictures(page).first().focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('1 / 2');
  await page.keyboard.press('ArrowRight');
  await expect(dialog).toContainText('2 / 2');
  await page.keyboard.press('+');
  await expect(dialog.getByRole('button', { name: 'Zoom out' })).toBeVisible();
  await expect(dialog.getByRole('link', { name: 'Download' })).toHaveAttribute('href', /\/images\/[0-9a-f]{64}$/);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(pictures(page).first()).toBeFocused();
});

test('images are put in order by mouse, by finger and by keyboard, and each move is announced', async ({ person, stack }) => {
  const room = await stack.room('Order');
  const page = await person('Alice', { hasTouch: true });
  await openRoom(page, room.id);
  await page.locator('input[type=file]').setInputFiles(['a', 'b', 'c'].map((name, i) => file(`${name}.png`, png(60 + i, 60, BLUE))));
  await expect(page.getByRole('button', { name: 'Send' })).toBeEnabled();
  const order = () => page.getByRole('button', { name: /^Image \d of 3/ }).evaluateAll((tiles) => tiles.map((tile) => tile.ariaLabel.at(-5)).join(''));
  const middle = async (index) => {
    const { x, y, width, height } = await restingBox(previews(page).nth(index));
    return { x: x + width / 2, y: y + height / 2 };
  };
  await expect.poll(order).toBe('abc');

  await page.getByRole('button', { name: 'Image 1 of 3: a.png' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(order).toBe('bac');
  await expect(page.getByRole('button', { name: 'Image 2 of 3: a.png' })).toBeFocused();
  await expect(page.getByText('Image moved to place 2 of 3')).toBeAttached();
  await page.keyboard.press('End');
  await expect.poll(order).toBe('bca');

  const [from, to] = [await middle(0), await middle(2)];
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 8 });
  await page.mouse.up();
  await expect.poll(order).toBe('cab');

  const touch = await page.context().newCDPSession(page);
  const finger = (type, at) => touch.send('Input.dispatchTouchEvent', { type, touchPoints: at ? [at] : [] });
  await finger('touchStart', await middle(2));
  await expect(page.locator('[data-taken]')).toHaveCount(1);
  await finger('touchMove', await middle(1));
  await finger('touchMove', await middle(0));
  await finger('touchEnd');
  await expect.poll(order).toBe('bca');

  await page.getByRole('button', { name: 'Image 3 of 3: a.png' }).focus();
  await page.keyboard.press('Delete');
  await expect(page.getByRole('button', { name: 'Image 2 of 2: c.png' })).toBeFocused();
  await page.keyboard.press('Delete');
  await page.keyboard.press('Delete');
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeFocused();
});

test('an image that is refused keeps the others, and what is uploaded is not uploaded again', async ({ person, stack }) => {
  const room = await stack.room('Refused image');
  const page = await person('Alice');
  await openRoom(page, room.id);
  const uploads = [];
  let refuse = true;
  await page.route('**/api/rooms/*/images?*', async (route) => {
    const { length } = route.request().postDataBuffer();
    uploads.push(length);
    if (uploads.length === 2 || (refuse && length === uploads[1])) await route.fulfill({ status: 413, json: { error: 'no', code: 'too_large' } });
    else await route.continue();
  });
  await page.locator('input[type=file]').setInputFiles([70, 90, 110, 130].map((side) => file(`${side}.png`, png(side, side, RED))));
  await say(page, 'four');
  await expect(page.locator('[data-state="failed"]')).toHaveCount(1);
  await expect(page.getByRole('alert').filter({ hasText: 'Not sent' })).toContainText('That is too large.');
  expect(uploads).toHaveLength(4);
  refuse = false;
  await page.getByRole('button', { name: 'Upload image 2 again' }).click();
  await expect(pictures(page)).toHaveCount(4);
  expect(uploads).toHaveLength(5);
  expect(uploads[4]).toBe(uploads[1]);
  expect((await stack.messages(room.id)).map(({ images }) => images.map(({ width }) => width))).toEqual([[70, 90, 110, 130]]);
});

test('each upload shows how far it is and can be cancelled by itself', async ({ person, stack }) => {
  const room = await stack.room('Cancelled image');
  const page = await person('Alice');
  await openRoom(page, room.id);
  const held = [];
  await page.route('**/api/rooms/*/images?*', (route) => (held.length === 0 ? void held.push(route) : route.continue()));
  await page.locator('input[type=file]').setInputFiles([70, 90, 110].map((side) => file(`${side}.png`, png(side, side, RED))));
  await say(page, '');
  await expect(page.getByRole('progressbar')).toHaveCount(3);
  await expect.poll(() => held.length).toBe(1);
  await page.getByRole('button', { name: 'Take image 3 out of the message' }).click();
  await page.getByRole('button', { name: 'Take image 1 out of the message' }).click();
  await expect(pictures(page)).toHaveCount(1);
  expect((await stack.messages(room.id)).map(({ images }) => images.map(({ width }) => width))).toEqual([[90]]);
});

test('a photo stands upright without what the camera wrote; what moves is sent as it is, or not at all', async ({ person, stack }) => {
  const room = await stack.room('Photos and GIFs');
  const page = await person('Alice');
  await openRoom(page, room.id);
  const moving = gif(1000);
  await page.locator('input[type=file]').setInputFiles([
    file('turned.jpg', await jpeg(page, 900, 600, { orientation: 6, note: 'SECRET PLACE' }), 'image/jpeg'),
    file('tiny.jpg', await jpeg(page, 8, 4, { orientation: 6, note: 'SECRET PLACE', quality: 0.01 }), 'image/jpeg'),
    file('moving.gif', moving, 'image/gif'),
    file('heavy.gif', gif(5 * 1024 * 1024), 'image/gif'),
  ]);
  await expect(page.getByText('Larger than 5 MB even when made smaller: heavy.gif.')).toBeVisible();
  await expect(previews(page)).toHaveCount(3);
  await say(page, 'as they are');
  await expect(pictures(page)).toHaveCount(3);
  const [{ images }] = await stack.messages(room.id);
  expect(images.map(({ width, height }) => [width, height])).toEqual([[600, 900], [4, 8], [1, 1]]);
  const files = await Promise.all(images.map(async ({ id }) => Buffer.from(await (await fetch(`${stack.origin}/api/rooms/${room.id}/images/${id}`)).arrayBuffer())));
  for (const kept of files) expect(kept.includes('SECRET')).toBe(false);
  expect(files[2].equals(moving)).toBe(true);
});

test('no image is sent larger than it was', async ({ person, stack }) => {
  const room = await stack.room('Small already');
  const page = await person('Alice');
  await openRoom(page, room.id);
  const upright = (width, height, quality) => jpeg(page, width, height, { orientation: 1, note: '', quality });
  const originals = [png(3, 3, BLUE), png(1600, 1200, RED), await upright(40, 30, 0.05), await upright(900, 600, 0.3)];
  const types = ['image/png', 'image/png', 'image/jpeg', 'image/jpeg'];
  await page.locator('input[type=file]').setInputFiles(originals.map((bytes, i) => file(`image ${i}`, bytes, types[i])));
  await say(page, 'four');
  await expect.poll(async () => (await stack.messages(room.id)).length).toBe(1);
  const [{ images }] = await stack.messages(room.id);
  expect(images).toHaveLength(4);
  images.forEach(({ bytes }, i) => expect(bytes, `image ${i}`).toBeLessThanOrEqual(originals[i].length));
});
