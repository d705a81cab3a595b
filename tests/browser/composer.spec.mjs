import { expect, openRoom, say, shown, test } from './fixtures.mjs';
import { file, give, png } from './pictures.mjs';

const BLUE = [40, 60, 180];

const previews = (page) => page.getByRole('list', { name: 'Images to send' }).getByRole('listitem');

test('Enter sends, Shift+Enter breaks the line, and Enter while composing does neither', async ({ person, stack }) => {
  const room = await stack.room('Keys');
  const page = await person('Alice');
  await openRoom(page, room.id);
  const field = page.getByRole('textbox', { name: 'Message' });
  await field.focus();
  await page.keyboard.type('one');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('two');
  await field.dispatchEvent('keydown', { key: 'Enter', isComposing: true });
  await expect(field).toHaveValue('one\ntwo');
  await page.keyboard.press('Enter');
  await expect(field).toHaveValue('');
  await expect(field).toBeFocused();
  await expect.poll(async () => (await shown(page)).map(({ text }) => text)).toEqual(['one\ntwo']);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Send' })).toBeDisabled();
  expect(await stack.messages(room.id)).toHaveLength(1);
});

test('shortcuts format what is selected, and undo takes it back', async ({ person, stack }) => {
  const room = await stack.room('Shortcuts');
  const page = await person('Alice');
  await openRoom(page, room.id);
  const field = page.getByRole('textbox', { name: 'Message' });
  await field.fill('bold');
  await field.selectText();
  await page.keyboard.press('Control+b');
  await expect(field).toHaveValue('**bold**');
  await page.keyboard.press('Control+i');
  await expect(field).toHaveValue('***bold***');
  await page.keyboard.press('Control+z');
  await expect(field).toHaveValue('**bold**');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('log').locator('strong')).toHaveText('bold');
});

test('a draft is kept for its room over a reload', async ({ person, stack }) => {
  const [first, second] = [await stack.room('First'), await stack.room('Second')];
  const page = await person('Alice');
  await openRoom(page, first.id);
  const field = page.getByRole('textbox', { name: 'Message' });
  await field.fill('not finished');
  await openRoom(page, second.id);
  await expect(field).toHaveValue('');
  await openRoom(page, first.id);
  await expect(field).toHaveValue('not finished');
});

test('formulas, code and tables are shown as such', async ({ person, stack }) => {
  const room = await stack.room('Markdown');
  await room.say('Script', 'Euler: $e^{i\\pi}+1=0$ costs $5 and $6');
  await room.say('Script', '```js\nconst answer = 42;\n```');
  await room.say('Script', '| a | b |\n|---|---|\n| 1 | $x_1$ |');
  await room.say('Script', 'not valid: $\\frac{1$');
  const page = await person('Alice');
  await openRoom(page, room.id);
  const log = page.getByRole('log');
  await expect(log.locator('.katex').first()).toBeVisible();
  await expect(log.getByText('costs $5 and $6')).toBeVisible();
  await expect(log.locator('pre .hljs-keyword')).toHaveText('const');
  await expect(log.locator('table .katex')).toBeVisible();
  await expect(log.getByText('not valid: \\frac{1')).toBeVisible();
});

for (const width of [1280, 320]) {
  test(`a preview shows Markdown and formulas, by keyboard alone, ${width} px wide`, async ({ person, stack }) => {
    const room = await stack.room('Preview');
    const page = await person('Alice', { viewport: { width, height: 700 } });
    await openRoom(page, room.id);
    const field = page.getByRole('textbox', { name: 'Message' });
    const toggle = page.getByRole('button', { name: 'Preview', exact: true });
    if (width === 320) {
      await expect(toggle).toBeHidden();
      await page.getByRole('button', { name: 'Formatting and preview' }).press('Enter');
    }
    await expect(toggle).toBeDisabled();
    await field.fill('**strong** and $e^{i\\pi}$');
    await toggle.focus();
    await page.keyboard.press('Enter');
    const preview = page.getByRole('region', { name: 'Preview' });
    await expect(preview.locator('strong')).toHaveText('strong');
    await expect(preview.locator('.katex')).toBeVisible();
    await expect(field).toBeHidden();
    await expect(preview).toBeInViewport({ ratio: 1 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    const back = page.getByRole('button', { name: 'Write', exact: true });
    await expect(back).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(field).toBeFocused();
    await expect(field).toHaveValue('**strong** and $e^{i\\pi}$');
    await toggle.click();
    await page.getByRole('button', { name: 'Send' }).click();
    await expect(page.getByRole('log').locator('strong')).toHaveText('strong');
    await expect(field).toBeFocused();
    await expect(field).toHaveValue('');
  });
}

test('the buttons format what is selected and leave the focus in the text', async ({ person, stack }) => {
  const room = await stack.room('Buttons');
  const page = await person('Alice');
  await openRoom(page, room.id);
  const field = page.getByRole('textbox', { name: 'Message' });
  await field.pressSequentially('some words');
  for (const [name, expected] of [
    ['Bold', '**some words**'],
    ['Italic', '*some words*'],
    ['Code', '`some words`'],
    ['Link', '[some words](https://)'],
    ['Code block', '```\nsome words\n```'],
  ]) {
    await field.selectText();
    await page.getByRole('button', { name, exact: true }).click();
    await expect(field).toHaveValue(expected);
    await expect(field).toBeFocused();
    await page.keyboard.press('Control+z');
    await expect(field).toHaveValue('some words');
  }
});

test('on a touch screen Enter breaks the line, and the button sends', async ({ person, stack }) => {
  const room = await stack.room('Touch');
  const page = await person('Alice', { viewport: { width: 390, height: 700 }, isMobile: true, hasTouch: true });
  await openRoom(page, room.id);
  const field = page.getByRole('textbox', { name: 'Message' });
  await expect(field).toHaveAttribute('enterkeyhint', 'enter');
  await field.tap();
  await page.keyboard.type('one');
  await page.keyboard.press('Enter');
  await page.keyboard.type('two');
  await expect(field).toHaveValue('one\ntwo');
  await page.getByRole('button', { name: 'Send' }).tap();
  await expect.poll(async () => (await shown(page)).map(({ text }) => text)).toEqual(['one\ntwo']);
  await expect(field).toBeFocused();
});

test('a keyboard laid over the page leaves the composer in sight', async ({ person, stack }) => {
  const room = await stack.room('On-screen keyboard');
  const page = await person('Alice', { viewport: { width: 390, height: 800 }, isMobile: true, hasTouch: true });
  await openRoom(page, room.id);
  const lay = (height) =>
    page.evaluate((visible) => {
      Object.defineProperty(visualViewport, 'height', { configurable: true, get: () => visible });
      visualViewport.dispatchEvent(new Event('resize'));
    }, height);
  const bottom = async () => {
    const { y, height } = await page.getByRole('button', { name: 'Send' }).boundingBox();
    return y + height;
  };
  await lay(450);
  await expect.poll(bottom).toBeLessThan(450);
  await lay(800);
  await expect.poll(bottom).toBeGreaterThan(700);
});

test('a paste of text with images brings both, and undo takes the text back', async ({ person, stack }) => {
  const room = await stack.room('Pasted');
  const page = await person('Alice');
  await openRoom(page, room.id);
  const field = page.getByRole('textbox', { name: 'Message' });
  await field.pressSequentially('Look: ');
  await give(field, 'paste', [file('a.png', png(50, 50, BLUE)), file('b.png', png(60, 60, BLUE))], 'two pictures');
  await expect(field).toHaveValue('Look: two pictures');
  await expect(previews(page)).toHaveCount(2);
  await page.keyboard.press('Control+z');
  await expect(field).toHaveValue('Look: ');
});

test('text and images that are not sent are kept for their room, over a change of rooms and a reload', async ({ person, stack }) => {
  const [first, second] = [await stack.room('Kept'), await stack.room('Other')];
  const page = await person('Alice');
  await openRoom(page, first.id);
  const field = page.getByRole('textbox', { name: 'Message' });
  await page.locator('input[type=file]').setInputFiles([70, 90].map((side) => file(`${side}.png`, png(side, side, BLUE))));
  await expect(previews(page)).toHaveCount(2);
  await field.fill('with images');
  await expect(page.locator('[data-grip][aria-busy="true"]')).toHaveCount(0);
  await page.getByRole('button', { name: 'Move image 2 back' }).click();
  await openRoom(page, second.id);
  await expect(field).toHaveValue('');
  await expect(previews(page)).toHaveCount(0);
  await page.goBack();
  await expect(field).toHaveValue('with images');
  await expect(page.getByRole('button', { name: 'Image 1 of 2: 90.png' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('button', { name: 'Image 1 of 2: 90.png' }).locator('img')).toBeVisible();
  await page.getByRole('button', { name: 'Send' }).click();
  await expect.poll(async () => (await stack.messages(first.id)).map(({ images }) => images.map(({ width }) => width))).toEqual([[90, 70]]);
  await expect(page.locator('[data-state="stored"]')).toHaveCount(1);
  await page.reload();
  await expect(page.locator('[data-state="stored"]')).toHaveCount(1);
  await expect(previews(page)).toHaveCount(0);
});

test('a message sent while its images are still being prepared goes as soon as they are', async ({ person, stack }) => {
  const room = await stack.room('At once');
  const page = await person('Alice');
  await openRoom(page, room.id);
  await page.locator('input[type=file]').setInputFiles([file('a.png', png(2400, 1800, BLUE)), file('b.png', png(2000, 1500, BLUE))]);
  await say(page, 'already sent');
  await expect.poll(async () => (await stack.messages(room.id)).map(({ content, images }) => [content, images.length]), { timeout: 30_000 }).toEqual([['already sent', 2]]);
  await expect(page.getByRole('textbox', { name: 'Message' })).toHaveValue('');
});
