// What every browser test starts from: running services, and people whose pages must stay clean.
import { expect, test as base } from '@playwright/test';

import { startStack } from './stack.mjs';

export { expect };

export const test = base.extend({
  stack: [
    async ({}, use) => {
      const stack = await startStack();
      await use(stack);
      await stack.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  /**
   * `person(name, options)`: a page of its own, in a browser profile of its own; without a name, somebody new. More tabs of
   * the same profile are watched too. Whatever happens to them, they must not break the content security policy, ask any
   * other host for anything, or throw.
   */
  person: async ({ browser, stack }, use) => {
    const guards = [];
    await use(async (name, options = {}) => {
      const context = await browser.newContext({ baseURL: stack.origin, ...options });
      const guard = { name, context, faults: [] };
      guards.push(guard);
      await context.addInitScript((username) => {
        // The frame that draws diagrams has no origin, and so no storage.
        if (username && origin !== 'null' && !localStorage.getItem('roomtalk_username')) localStorage.setItem('roomtalk_username', username);
        document.addEventListener('securitypolicyviolation', (event) => {
          console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI}`);
        });
      }, name);
      context.on('page', (page) => watch(page, stack.hosts, guard.faults));
      return context.newPage();
    });
    // Pages that stay open go on reading and reconnecting, and hold up the tests that come later.
    for (const { context } of guards) await context.close();
    for (const { name, faults } of guards) expect(faults, `faults on the page of ${name}`).toEqual([]);
  },
});

/** Notes everything that a clean page never does. */
export function watch(page, hosts, faults) {
  page.on('pageerror', (error) => faults.push(`error: ${error.stack}`));
  page.on('console', (message) => {
    const text = message.text();
    if (/policy violation|content security policy/i.test(text)) faults.push(text);
  });
  const check = (address) => {
    const url = new URL(address);
    if (['data:', 'blob:'].includes(url.protocol)) return;
    if (!hosts.includes(url.host)) faults.push(`third-party request: ${address}`);
  };
  page.on('request', (request) => check(request.url()));
  page.on('websocket', (socket) => check(socket.url()));
}

/** Types into the composer and sends, by the key that sends on every device. */
export async function say(page, text) {
  const field = page.getByRole('textbox', { name: 'Message' });
  await field.fill(text);
  await field.press('Control+Enter');
}

/** Opens a room and waits until it is all there: the connection, who is in it, and what was said. */
export async function openRoom(page, roomId) {
  await page.goto(`/room/${roomId}`);
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
  await expectStatus(page, 'live');
  await expect(page.getByTestId('members')).toBeVisible();
  await expect(page.getByRole('log').or(page.getByText('It is quiet here'))).toBeVisible();
}

export async function expectStatus(page, status) {
  await expect(page.locator(`[data-status="${status}"]:visible`).first()).toBeVisible({ timeout: 30_000 });
}

/** Waits until what was written last is in the outbox, from where it survives a reload; until then it is a draft. */
export async function expectKept(page, roomId) {
  await expect.poll(() => page.evaluate((id) => localStorage.getItem(`roomtalk_draft_${id}`), roomId)).toBeNull();
}

/** The stored messages that the page shows, in the order of the page. */
export async function shown(page) {
  return page.locator('[data-message][data-state="stored"]').evaluateAll((rows) =>
    rows
      .map((row) => ({ seq: Number(row.dataset.seq), text: row.querySelector('.markdown')?.textContent ?? '' }))
      .sort((a, b) => a.seq - b.seq),
  );
}
