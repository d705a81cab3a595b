// Every hostile text of ../malice is said in a room, by REST and by socket in turn, and read in two pages: one with the
// content security policy and one without, where nothing but the way a message is drawn holds it back.
import { corpus, MESSAGES } from '../malice/corpus.mjs';
import { join, registered, send } from '../sockets/client.mjs';
import { expect, test } from './fixtures.mjs';
import { inspect, inspectHtml, readers, settled, surroundings } from './hostile.mjs';

/** As many as are in the page at once: the list draws what is near the view. */
const GROUP = 12;
const BARE = 'http://bare.example/';

for (const name of MESSAGES) {
  test(`hostile ${name}: nothing runs, leaves, is loaded, or reaches out of its message, with the policy and without`, async ({ browser, person, stack }) => {
    test.setTimeout(240_000);
    const room = await stack.room(`Hostile ${name}`);
    const pages = await readers({ person, stack }, room);
    const eve = await registered(stack.hub);
    await join(eve, room.id);
    const html = [];
    const texts = corpus[name];
    for (let at = 0; at < texts.length; at += GROUP) {
      const group = texts.slice(at, at + GROUP);
      const say = (text, index) => (index % 2 === 0 ? room.say('Eve', text) : send(eve, room.id, text, { username: 'Eve' }));
      const said = (await Promise.all(group.map(say))).map(({ seq }) => seq).toSorted((a, b) => a - b);
      await Promise.all(pages.map(({ page, before }) => look(page, said, before)));
      html.push(...(await stack.api(`/api/rooms/${room.id}/messages?after=${said[0] - 1}&render=html`)).map((message) => message.html));
    }
    eve.close();
    for (const { caught } of pages) expect(caught).toEqual([]);
    expect(html).toHaveLength(texts.length);
    expect(await shownBare(html)).toEqual([]);

    /** The HTML that scripts are given, as a bad script would show it: in a page without any policy. */
    async function shownBare(parts) {
      const context = await browser.newContext({ bypassCSP: true });
      const caught = [];
      await context.exposeBinding('canary', () => void caught.push('ran'));
      context.on('dialog', (dialog) => {
        caught.push('asked');
        void dialog.dismiss();
      });
      await context.route('**', (route) => {
        const url = route.request().url();
        if (url !== BARE) caught.push(`asked for ${url}`);
        return url === BARE
          ? route.fulfill({ contentType: 'text/html; charset=utf-8', body: `<!doctype html><body>${parts.map((part) => `<section>${part}</section>`).join('')}` })
          : route.abort();
      });
      const page = await context.newPage();
      await page.goto(BARE);
      const faults = await page.evaluate(inspectHtml, parts.length);
      if (page.url() !== BARE) caught.push(`went to ${page.url()}`);
      await context.close();
      return [...faults, ...caught];
    }
  });
}

/** Looks at all of these messages: at the end of the room, and up to where the first of them is in the page. */
async function look(page, seqs, before) {
  const log = page.getByRole('log');
  const missing = new Set(seqs);
  await expect(page.locator(`[data-seq="${seqs.at(-1)}"]`)).toBeAttached();
  for (let turn = 0; missing.size > 0; turn += 1) {
    expect(turn, `never seen: ${[...missing]}`).toBeLessThan(20);
    if (turn > 0) {
      await log.hover();
      await page.mouse.wheel(0, -1500);
    }
    await settled(page);
    const { seen, faults } = await page.evaluate(inspect, [...missing]);
    expect(faults).toEqual([]);
    for (const seq of seen) missing.delete(seq);
  }
  await page.mouse.move(0, 0);
  await log.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await expect.poll(() => page.evaluate(surroundings)).toEqual(before);
}
