// That the guards of every test here see what a clean page never does, and that the policy in front of them is strict.
import { expect, openRoom, say, test, watch } from './fixtures.mjs';

test('a request to another host, a breach of the policy and an error are each noticed', async ({ browser, stack }) => {
  const context = await browser.newContext();
  const faults = [];
  context.on('page', (page) => watch(page, stack.hosts, faults));
  const page = await context.newPage();
  await page.goto(stack.origin);
  expect(faults).toEqual([]);

  await page.evaluate(() => void (document.body.appendChild(new Image()).src = 'https://third-party.example/pixel.png'));
  await expect.poll(() => faults.some((fault) => /content security policy/i.test(fault) && fault.includes('third-party.example'))).toBe(true);
  faults.length = 0;
  await page.evaluate(() => document.body.append(Object.assign(document.createElement('script'), { text: 'window.ran = true' })));
  await expect.poll(() => faults.some((fault) => /content security policy/i.test(fault))).toBe(true);
  expect(await page.evaluate(() => window.ran)).toBeUndefined();
  faults.length = 0;
  await page.evaluate(() => void setTimeout(() => Promise.reject(new Error('thrown by the test'))));
  await expect.poll(() => faults).toEqual([expect.stringContaining('error: Error: thrown by the test')]);

  // Where no policy stands in between, the request itself is what is seen.
  faults.length = 0;
  await page.goto('about:blank');
  await page.evaluate(() => void (document.body.appendChild(new Image()).src = 'http://third-party.example/pixel.png'));
  await expect.poll(() => faults).toEqual(['third-party request: http://third-party.example/pixel.png']);
  await context.close();
});

test('every screen comes under a policy that allows its own scripts and styles only, and the hub', async ({ person, stack }) => {
  const room = await stack.room('Under a policy');
  const page = await person('Alice');
  const [own, hub] = stack.hosts;
  for (const path of ['/', `/room/${room.id}`, '/saved', '/settings', `/?room=${room.id}`]) {
    const response = await page.goto(path);
    const policy = Object.fromEntries(
      response.headers()['content-security-policy'].split(';').map((part) => {
        const [name, ...sources] = part.trim().split(/\s+/);
        return [name, sources];
      }),
    );
    expect(policy['default-src'], path).toEqual(["'none'"]);
    expect(policy['script-src'], path).toEqual(["'self'"]);
    expect(policy['style-src'], path).toEqual(["'self'"]);
    expect(policy['connect-src'].filter((source) => source !== "'self'").map((source) => new URL(source).host), path).toEqual([hub, hub]);
    expect(policy['frame-ancestors'], path).toEqual(["'none'"]);
    expect(policy['base-uri'], path).toEqual(["'none'"]);
  }
  expect(own).toBe(new URL(page.url()).host);
});

test('what is loaded only when it is needed comes from here too', async ({ person, stack }) => {
  const room = await stack.room('On demand');
  const page = await person('Alice');
  const loaded = [];
  page.on('response', (response) => loaded.push(new URL(response.url())));
  const named = (part) => loaded.filter(({ pathname }) => pathname.includes(part)).length;
  await openRoom(page, room.id);
  await say(page, 'plain words');
  await expect(page.locator('[data-state="stored"]')).toHaveCount(1);
  for (const part of ['katex', 'KaTeX', 'highlight', 'mermaid']) expect(named(part), part).toBe(0);

  await room.say('Bob', '![far](https://third-party.example/a.png) $\\int_0^1 \\mathcal{F}(x)\\,dx$\n\n```js\nlet a = 1;\n```\n\n```mermaid\nflowchart LR\n  A --> B\n```');
  const log = page.getByRole('log');
  await expect(log.locator('.katex')).toBeVisible();
  await expect(log.locator('.hljs-keyword')).toBeVisible();
  await expect(log.getByRole('img', { name: 'Diagram' })).toBeVisible({ timeout: 30_000 });
  await expect.poll(() => named('KaTeX')).toBeGreaterThan(0);
  for (const { host, protocol, href } of loaded) {
    if (protocol.startsWith('http')) expect(stack.hosts, href).toContain(host);
  }
});
