// What v0.4's page did and no other test holds; docs/ui-checklist.md names the test of each line.
import { expect, expectStatus, openRoom, say, test } from './fixtures.mjs';
import { file, png } from './pictures.mjs';
import { restingBox } from './place.mjs';

const clipboard = ['clipboard-read', 'clipboard-write'];
const copied = (page) => page.evaluate(() => navigator.clipboard.readText());
const clientId = (page) => page.evaluate(() => localStorage.getItem('clientId'));

test('the header shows a short user id that copies whole, and the avatar leads to the settings', async ({ person }) => {
  const page = await person('Alice', { permissions: clipboard });
  await page.goto('/');
  const banner = page.getByRole('banner');
  await expect(banner.getByRole('link', { name: 'RoomTalk' })).toBeVisible();
  await expect.poll(() => clientId(page)).toMatch(/^[0-9a-f]{8}-/);
  const id = await clientId(page);
  const chip = banner.getByRole('button', { name: 'Copy your user ID' });
  await expect(chip).toHaveText(`ID: ${id.slice(0, 8)}…`);
  await chip.click();
  await expect(page.getByText('User ID copied')).toBeVisible();
  expect(await copied(page)).toBe(id);
  await expect(page.getByText('User ID copied')).toBeHidden();
  await banner.getByRole('link', { name: 'Signed in as Alice' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
});

test('language and theme stand in the header from 768 px, and in the menu below', async ({ person }) => {
  const page = await person('Alice', { viewport: { width: 768, height: 800 } });
  await page.goto('/');
  const banner = page.getByRole('banner');
  const more = banner.getByRole('button', { name: 'More' });
  await expect(banner.getByRole('button', { name: '切换到中文' })).toBeVisible();
  await expect(banner.getByRole('button', { name: 'Switch to dark' })).toBeVisible();
  await expect(more).toBeHidden();
  await page.setViewportSize({ width: 767, height: 800 });
  await expect(banner.getByRole('button', { name: '切换到中文' })).toBeHidden();
  await more.click();
  await expect(page.getByRole('menuitem')).toHaveText([/Settings/, /切换到中文/, /Switch to dark/]);
});

test('an error stays until it is closed or a copy succeeds, and both bars may show at once', async ({ person, stack }) => {
  const room = await stack.room('Bars');
  const page = await person('Alice', { permissions: clipboard });
  await page.addInitScript(() => {
    const allowed = navigator.clipboard;
    Object.defineProperty(navigator, 'clipboard', { get: () => (window.forbidden ? undefined : allowed) });
    document.execCommand = () => false;
  });
  await openRoom(page, room.id);
  const refused = page.getByText('The browser did not allow copying.');
  const fail = async () => {
    await page.evaluate(() => (window.forbidden = true));
    await page.getByRole('button', { name: 'Copy link' }).click();
    await expect(refused).toBeVisible();
    await page.evaluate(() => (window.forbidden = false));
  };
  await fail();
  await page.getByRole('button', { name: 'Save room' }).click();
  await expect(page.getByText('Room saved')).toBeVisible();
  await expect(refused).toBeVisible();
  await expect(page.getByText('Room saved')).toBeHidden();
  await expect(refused).toBeVisible();
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(refused).toBeHidden();
  await fail();
  await page.getByRole('button', { name: 'Copy link' }).click();
  await expect(page.getByText('Link copied')).toBeVisible();
  await expect(refused).toBeHidden();
});

test('bars that are already shown switch their language with the page', async ({ person, stack }) => {
  const room = await stack.room('Both languages');
  const page = await person('Alice');
  await openRoom(page, room.id);
  await page.locator('input[type=file]').setInputFiles(file('notes.txt', Buffer.from('text'), 'text/plain'));
  await expect(page.getByText('Only images can be added, not notes.txt.')).toBeVisible();
  await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  await page.evaluate(() => (document.execCommand = () => false));
  await page.getByRole('button', { name: 'Copy link' }).click();
  await expect(page.getByText('The browser did not allow copying.')).toBeVisible();
  await page.getByRole('button', { name: '切换到中文' }).click();
  await expect(page.getByText('浏览器不允许复制。')).toBeVisible();
  await expect(page.getByText('只能添加图片，以下文件不是图片：notes.txt。')).toBeVisible();
  await expect(page.getByText('The browser did not allow copying.')).toHaveCount(0);
});

test('buttons without words tell what they do on hover and on keyboard focus, the language’s in the other language', async ({ person }) => {
  const page = await person('Alice');
  await page.goto('/');
  const language = page.getByRole('banner').getByRole('button', { name: '切换到中文' });
  const tip = language.getByText('切换到中文');
  await expect(tip).toBeHidden();
  await language.hover();
  await expect(tip).toBeVisible();
  await page.mouse.move(0, 400);
  await expect(tip).toBeHidden();
  await page.keyboard.press('Tab');
  await language.focus();
  await expect(tip).toBeVisible();
  for (const name of ['My rooms', 'Saved', 'Settings']) await expect(page.getByRole('link', { name, exact: true })).toHaveAttribute('title', name);
});

test('a tab changes the view and never leaves the room', async ({ person, stack }) => {
  const room = await stack.room('A long stay in a long room');
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await openRoom(alice, room.id);
  await openRoom(bob, room.id);
  await expect(bob.getByTestId('members')).toContainText('2 members');
  const tab = alice.getByRole('link', { name: 'Current room: A long stay in a long room' });
  for (const view of ['My rooms', 'Saved', 'Settings']) {
    await alice.getByRole('link', { name: view, exact: true }).click();
    await expect(alice.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(tab).toBeVisible();
  }
  await say(bob, 'still here?');
  await expect(bob.getByTestId('members')).toContainText('2 members');
  const text = tab.locator('span');
  expect(await text.evaluate((element) => element.scrollWidth > element.clientWidth)).toBe(true);
  await alice.setViewportSize({ width: 639, height: 800 });
  await expect(text).toBeHidden();
  await tab.click();
  await expect(alice.getByRole('log').getByText('still here?')).toBeVisible();
});

test('the page is at most 1400 px wide, fills the window at any size, and never scrolls as a whole', async ({ person, stack }) => {
  const room = await stack.room('Sizes');
  await room.fill(40, (n) => `message ${n}`);
  const page = await person('Alice');
  await openRoom(page, room.id);
  for (const [width, height] of [[2560, 1300], [1280, 720], [390, 844], [844, 390], [320, 568]]) {
    await page.setViewportSize({ width, height });
    await expect
      .poll(() =>
        page.evaluate(() => ({
          tooWide: document.querySelector('main').clientWidth > 1400,
          scrolls: document.documentElement.scrollHeight > innerHeight || document.documentElement.scrollWidth > innerWidth,
        })),
      )
      .toEqual({ tooWide: false, scrolls: false });
    await expect(page.getByRole('textbox', { name: 'Message' })).toBeInViewport({ ratio: 1 });
  }
  // Small letters may be made larger, which v0.4 did not allow.
  expect(await page.locator('meta[name=viewport]').getAttribute('content')).not.toMatch(/user-scalable|maximum-scale/);
});

test('the last view comes back when the page is opened anew', async ({ person }) => {
  const page = await person('Alice');
  await page.goto('/saved');
  await expect(page.getByRole('heading', { name: 'Nothing saved yet' })).toBeVisible();
  await page.goto('/');
  await expect(page).toHaveURL(/\/saved$/);
});

test('room cards stand in one, two or three columns; sharing one does not open it, and a key press does', async ({ person }) => {
  const page = await person('Alice', { permissions: clipboard });
  await page.goto('/');
  for (const name of ['One', 'Two', 'Three']) {
    await page.getByRole('button', { name: 'Create room' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByRole('textbox', { name: 'Name' })).toHaveValue('');
    await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
    await page.getByRole('link', { name: 'My rooms' }).click();
  }
  const cards = page.getByRole('listitem');
  await expect(cards).toHaveCount(3);
  for (const [width, columns] of [[767, 1], [768, 2], [1024, 3]]) {
    await page.setViewportSize({ width, height: 900 });
    const places = () => cards.evaluateAll((all) => new Set(all.map((card) => Math.round(card.getBoundingClientRect().left))).size);
    await expect.poll(places).toBe(columns);
  }
  const card = cards.filter({ hasText: 'Two' });
  await expect(card).toContainText(/Created \w{3} \d{1,2}, \d{4}/);
  await card.getByRole('button', { name: 'Copy link' }).click();
  await expect(card.getByRole('button', { name: 'Copied' })).toBeVisible();
  await expect(page).toHaveURL(/\/$/);
  expect(await copied(page)).toMatch(/\/room\/[0-9A-Za-z]{10}$/);
  await card.getByRole('link', { name: 'Two' }).press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Two' })).toBeVisible();
});

test('a saved room stays when its removal is cancelled', async ({ person, stack }) => {
  const room = await stack.room('Stays');
  const page = await person('Alice');
  await openRoom(page, room.id);
  await page.getByRole('button', { name: 'Save room' }).click();
  await page.getByRole('link', { name: 'Saved' }).click();
  const card = page.getByRole('listitem').filter({ hasText: 'Stays' });
  await card.getByRole('button', { name: 'Remove from saved' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(card).toBeVisible();
});

test('the avatar follows the name while it is typed, and Escape takes the typing back', async ({ person }) => {
  const page = await person('Alice', { permissions: clipboard });
  await page.goto('/settings');
  const field = page.getByRole('textbox', { name: 'Name' });
  const avatar = page.getByRole('main').locator('.avatar').first();
  await expect(avatar).toHaveText('A');
  await field.fill('zoe');
  await expect(avatar).toHaveText('Z');
  await field.press('Escape');
  await expect(field).toHaveValue('Alice');
  await expect(avatar).toHaveText('A');
  await page.getByRole('main').getByRole('button', { name: 'Copy user ID' }).click();
  await expect(page.getByText('User ID copied')).toBeVisible();
  expect(await copied(page)).toBe(await clientId(page));
});

test('whoever comes or goes is named for a moment beside the count', async ({ person, stack }) => {
  const room = await stack.room('Door');
  const [alice, bob] = [await person('Alice'), await person('Bob')];
  await openRoom(alice, room.id);
  await openRoom(bob, room.id);
  const who = (await clientId(bob)).slice(0, 4);
  const members = alice.getByTestId('members');
  await expect(members).toContainText(`${who} joined`);
  await bob.getByRole('button', { name: 'Leave room' }).click();
  await expect(members).toContainText(`${who} left`);
  await expect(members).not.toContainText(who);
});

test('in Chinese, too, whoever comes or goes is named', async ({ person, stack }) => {
  const room = await stack.room('门口');
  const [alice, bob] = [await person('小林', { locale: 'zh-CN' }), await person('Bob')];
  await openInChinese(alice, room.id);
  await openRoom(bob, room.id);
  const who = (await clientId(bob)).slice(0, 4);
  const members = alice.getByTestId('members');
  await expect(members).toHaveText(`2 位成员· ${who} 加入了`);
  await bob.getByRole('button', { name: 'Leave room' }).click();
  await expect(members).toHaveText(`1 位成员· ${who} 离开了`);
  await expect(members).toHaveText('1 位成员');
});

async function openInChinese(page, roomId) {
  await page.goto(`/room/${roomId}`);
  await expect(page.getByRole('textbox', { name: '消息' })).toBeVisible();
  await expectStatus(page, 'live');
}

test('leaving a room forgets it, and going back does not', async ({ person, stack }) => {
  const room = await stack.room('Left');
  const page = await person('Alice');
  await openRoom(page, room.id);
  const tab = page.getByRole('link', { name: 'Current room: Left' });
  await page.getByRole('button', { name: 'Back to my rooms' }).click();
  await expect(tab).toBeVisible();
  await tab.click();
  await page.getByRole('button', { name: 'Leave room' }).click();
  await expect(page.getByRole('heading', { name: 'Send a link, start talking' })).toBeVisible();
  await expect(tab).toBeHidden();
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Send a link, start talking' })).toBeVisible();
});

test('own messages stand right without a name, others left with avatar and name, none too wide', async ({ person, stack }) => {
  const room = await stack.room('Sides');
  const long = 'word '.repeat(100);
  await room.say('Bob', long);
  const page = await person('Alice');
  await openRoom(page, room.id);
  await say(page, long);
  await expect(page.locator('[data-state="stored"]')).toHaveCount(2);
  const other = page.locator('article:not(.own)');
  const own = page.locator('article.own');
  await expect(other).toContainText('Bob');
  await expect(own).not.toContainText('Alice');
  for (const [width, most] of [[1280, 0.6], [390, 0.75]]) {
    await page.setViewportSize({ width, height: 1600 });
    const box = async (article) => {
      const outer = await restingBox(article);
      const inner = await restingBox(article.locator('.markdown'));
      return { left: inner.x - outer.x, right: outer.x + outer.width - inner.x - inner.width, part: inner.width / outer.width };
    };
    const [theirs, mine] = [await box(other), await box(own)];
    expect(theirs.part).toBeLessThanOrEqual(most);
    expect(mine.part).toBeLessThanOrEqual(most);
    expect(theirs.left).toBeLessThan(theirs.right);
    expect(mine.right).toBeLessThan(mine.left);
  }
});

test('times and days are written in the reader’s language', async ({ person, stack }) => {
  const room = await stack.room('When');
  await room.say('Bob', 'now');
  const page = await person('Alice', { timezoneId: 'Asia/Shanghai' });
  await openRoom(page, room.id);
  const log = page.getByRole('log');
  await expect(log.getByText('Today')).toBeVisible();
  await expect(log.locator('article time').last()).toHaveText(/^\d{1,2}:\d{2}\s[AP]M$/);
  await page.getByRole('button', { name: '切换到中文' }).click();
  const inChinese = page.getByRole('log');
  await expect(inChinese.getByText('今天')).toBeVisible();
  await expect(inChinese.locator('article time').last()).toHaveText(/^\d{2}:\d{2}$/);
});

test('an empty room says what to do', async ({ person, stack }) => {
  const room = await stack.room('Silence');
  const page = await person('Alice');
  await openRoom(page, room.id);
  await expect(page.getByRole('heading', { name: 'It is quiet here' })).toBeVisible();
  await expect(page.getByText('Say the first word, or share the link.')).toBeVisible();
});

test('the room’s id copies whole', async ({ person, stack }) => {
  const room = await stack.room('Id');
  const page = await person('Alice', { permissions: clipboard });
  await openRoom(page, room.id);
  await page.getByRole('button', { name: 'Copy room ID' }).click();
  await expect(page.getByText('Room ID copied')).toBeVisible();
  expect(await copied(page)).toBe(room.id);
});

test('the composer grows to a limit and then scrolls', async ({ person, stack }) => {
  const room = await stack.room('Growth');
  const page = await person('Alice');
  await openRoom(page, room.id);
  const field = page.getByRole('textbox', { name: 'Message' });
  const height = () => field.evaluate((element) => element.clientHeight);
  const one = await height();
  await field.fill('1\n2\n3');
  expect(await height()).toBeGreaterThan(one);
  await field.fill('line\n'.repeat(60));
  expect(await height()).toBeLessThanOrEqual(240);
  expect(await field.evaluate((element) => element.scrollHeight > element.clientHeight)).toBe(true);
  await field.fill('');
  expect(await height()).toBe(one);
});

test('a picture can be chosen before the field was ever touched', async ({ person, stack }) => {
  const room = await stack.room('Untouched');
  const page = await person('Alice');
  await openRoom(page, room.id);
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Add images' }).click();
  await (await chooser).setFiles(file('a.png', png(60, 40, [180, 40, 40])));
  await expect(page.getByRole('list', { name: 'Images to send' }).getByRole('listitem')).toHaveCount(1);
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeFocused();
});

test('a page that was reloaded without a server says so, and goes on when it is back', async ({ person, stack }) => {
  const room = await stack.room('Spinner');
  await room.say('Script', 'there');
  const page = await person('Alice');
  await openRoom(page, room.id);
  const api = '**/api/**';
  await page.route(api, (route) => route.abort());
  await stack.hub.kill();
  await page.reload();
  await expect(page.locator('[data-status="reconnecting"]:visible, [data-status="connecting"]:visible').first()).toBeVisible();
  await page.unroute(api);
  await stack.hub.restart();
  await expectStatus(page, 'live');
  await expect(page.getByRole('log').getByText('there')).toBeVisible();
});
