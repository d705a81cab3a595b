// Images that are scripts, pages or style sheets too, to whoever would take them for that.
import { POLYGLOTS } from '../malice/images.mjs';
import { expect, test } from './fixtures.mjs';

for (const bypassCSP of [false, true]) {
  test(`a file that is two things runs as neither, ${bypassCSP ? 'without' : 'with'} the policy of the page`, async ({ browser, stack }) => {
    const room = await stack.room('Polyglots');
    const context = await browser.newContext({ baseURL: stack.origin, bypassCSP });
    const caught = [];
    await context.exposeBinding('canary', ({ frame }) => void caught.push(`ran in ${frame.url()}`));
    context.on('dialog', (dialog) => void dialog.dismiss());
    context.on('request', (request) => {
      if (!stack.hosts.includes(new URL(request.url()).host)) caught.push(`asked for ${request.url()}`);
    });
    const page = await context.newPage();
    await page.goto('/settings');
    const urls = [];
    for (const [name, [type, file]] of Object.entries(POLYGLOTS)) {
      const answer = await page.request.post(`/api/rooms/${room.id}/images?clientId=eve`, { data: file, headers: { 'content-type': type } });
      expect(answer.status(), name).toBe(201);
      urls.push((await answer.json()).url);
    }
    // Used as what they are not, from the page that could be hurt.
    const taken = await page.evaluate(async (all) => {
      const used = [];
      const ended = (element) => {
        const end = new Promise((resolve) => {
          element.onload = () => resolve('load');
          element.onerror = () => resolve('error');
        });
        document.body.append(element);
        return end;
      };
      for (const url of all) {
        for (const type of ['text/javascript', 'module']) {
          if ((await ended(Object.assign(document.createElement('script'), { src: url, type }))) !== 'error') used.push(`script ${url}`);
        }
        await ended(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: url }));
        await import(url).then(() => used.push(`import ${url}`), () => undefined);
        await ended(Object.assign(document.createElement('iframe'), { src: url }));
        await new Promise((resolve) => {
          try {
            const worker = new Worker(url);
            worker.onerror = resolve;
            worker.onmessage = () => used.push(`worker ${url}`);
          } catch {
            resolve();
          }
        });
      }
      const { backgroundImage } = getComputedStyle(document.body);
      if (backgroundImage !== 'none') used.push(`style ${backgroundImage}`);
      return used;
    }, urls);
    expect(taken).toEqual([]);
    // Opened by themselves.
    for (const [index, url] of urls.entries()) {
      await page.goto(url);
      const [type] = Object.values(POLYGLOTS)[index];
      expect(await page.evaluate(() => [document.contentType, document.querySelectorAll('script').length])).toEqual([type, 0]);
    }
    expect(caught).toEqual([]);
    await context.close();
  });
}
