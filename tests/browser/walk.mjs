// A way through every screen, dialog, menu and bar of the page, for whoever looks at each: a camera, axe, a ruler.
import { furnish } from './scene.mjs';
import { file, png } from './pictures.mjs';

/** In the page's two languages. */
const WORDS = {
  create: /^(Create room|创建房间)$/,
  enter: /^(Join with a link|用链接加入)$/,
  more: /^(More|更多)$/,
  remove: /^(Remove from saved|取消收藏)$/,
  share: /^(Copy link|复制链接)$/,
  qr: /^(Show QR code|显示二维码)$/,
  actions: /^(Message actions|消息操作)$/,
  enlarge: /^(Show larger|放大查看)$/,
  picture: /^(Show image 1 large|放大图片 1)$/,
  formatting: /^(Formatting and preview|格式与预览)$/,
  preview: /^(Preview|预览)$/,
  close: /^(Close|关闭)$/,
  reload: /^(Reload|重新加载)$/,
  send: /^(Send|发送)$/,
};
const COLOURS = [[180, 40, 40], [40, 60, 180], [40, 140, 60], [150, 120, 30], [120, 40, 140]];
const PICTURES = Array.from({ length: 9 }, (_, i) => file(`${i}.png`, png(90 + i * 8, 120, COLOURS[i % COLOURS.length])));
const WRITTEN = 'The *last* train leaves at **19:40**:\n\n- [ ] tickets\n- [x] tea, see `list`\n\n$d = 4.3$ km';

/** Gives the name of each screen when it is there; goes on when asked for the next. The page belongs to somebody new. */
export async function* walk(stack, page) {
  const button = (name) => page.getByRole('button', { name });
  const dialog = page.getByRole('dialog');
  const log = page.getByRole('log');
  const shut = async () => {
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  };
  const started = () => page.locator('[data-status="live"]:visible').first().waitFor();

  await page.goto('/');
  await button(WORDS.create).waitFor();
  yield 'rooms-empty';
  await button(WORDS.create).click();
  await dialog.getByRole('textbox').first().waitFor();
  yield 'create';
  await shut();
  await button(WORDS.enter).click();
  await dialog.getByRole('textbox').fill('no link at all');
  await page.keyboard.press('Enter');
  await dialog.getByRole('alert').waitFor();
  yield 'enter-refused';
  await shut();
  await page.goto('/saved');
  await page.getByRole('heading', { level: 1 }).waitFor();
  yield 'saved-empty';

  const scene = await furnish(stack, page);
  await scene.rooms();
  yield 'rooms';
  if (await button(WORDS.more).isVisible()) {
    await button(WORDS.more).click();
    await page.getByRole('menu').waitFor();
    yield 'more';
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
  }
  await page.goto('/saved');
  await button(WORDS.remove).click();
  await dialog.waitFor();
  yield 'remove';
  await shut();
  yield 'saved';

  await scene.settings();
  yield 'settings';
  const key = page.locator('input[type=password]');
  await key.fill('no key');
  await key.press('Enter');
  await page.getByRole('alert').last().scrollIntoViewIfNeeded();
  yield 'settings-end';

  const quiet = await stack.room('Open questions', 'Ask anything');
  await page.goto(`/?room=${quiet.id}`);
  await dialog.getByText('Open questions').waitFor();
  yield 'join';
  await page.goto('/?room=doesnotexi');
  await dialog.getByText('doesnotexi').waitFor();
  yield 'join-missing';
  await page.goto('/room/doesnotexi');
  await page.getByText('doesnotexi').first().waitFor();
  yield 'missing';
  await page.goto(`/room/${quiet.id}`);
  await started();
  await page.getByRole('heading', { level: 2 }).first().waitFor();
  yield 'quiet';

  await scene.chat();
  yield 'chat';
  await log.locator('article').last().hover();
  yield 'actions';
  await log.locator('article').last().getByText(WORDS.actions).dispatchEvent('click');
  await dialog.waitFor();
  yield 'sheet';
  await shut();
  await log.locator('.diagram img').scrollIntoViewIfNeeded();
  yield 'diagram';
  await button(WORDS.enlarge).click();
  await dialog.locator('img').waitFor();
  yield 'large-diagram';
  await shut();
  await button(WORDS.qr).click();
  await dialog.getByRole('img').waitFor();
  yield 'share';
  await shut();
  await button(WORDS.share).click();
  await page.locator('.lucide-circle-check').waitFor();
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error('refused'));
    document.execCommand = () => false;
  });
  await button(WORDS.share).click();
  await button(WORDS.close).waitFor();
  yield 'bars';
  await button(WORDS.close).click();
  await page.route('**/config.json', (route) => route.fulfill({ json: { socketUrl: '/', build: 'another' } }));
  await page.evaluate(() => dispatchEvent(new Event('vite:preloadError')));
  await button(WORDS.reload).waitFor();
  yield 'newer';
  await button(WORDS.close).click();
  await page.unroute('**/config.json');

  await page.locator('input[type=file]').first().setInputFiles([...PICTURES, file('minutes.pdf', Buffer.from('%PDF-1.7'), 'application/pdf')]);
  await page.locator('textarea').fill(WRITTEN);
  await page.locator('[data-grip][aria-busy=false]').nth(8).waitFor();
  if (await button(WORDS.formatting).isVisible()) await button(WORDS.formatting).click();
  yield 'composer';
  await button(WORDS.preview).click();
  await page.getByRole('region', { name: WORDS.preview }).locator('.katex').waitFor();
  yield 'preview';
  await button(WORDS.send).click();
  await log.locator('[data-state="stored"]').getByText('19:40').waitFor();
  await button(WORDS.picture).last().locator('img').waitFor();
  yield 'nine';

  await scene.older();
  yield 'older';
  await button(WORDS.picture).first().click();
  await dialog.locator('img').waitFor();
  await page.waitForFunction(() => [...document.querySelectorAll('[role=dialog] img')].every((image) => image.complete));
  yield 'lightbox';
  await shut();
  await page.goto(`/room/${scene.room.id}?message=3`);
  await log.locator('[data-seq="3"]').waitFor();
  yield 'found';
  await page.goto(`/room/${scene.room.id}?message=99999`);
  await log.getByText('🎉').waitFor();
  yield 'not-found';
  await started();
  await page.context().setOffline(true);
  await page.locator('[data-status="offline"]:visible').first().waitFor();
  await page.locator('textarea').fill('Typed in the tunnel');
  await button(WORDS.send).click();
  await log.getByText('Typed in the tunnel').waitFor();
  yield 'offline';
  await page.context().setOffline(false);
}
