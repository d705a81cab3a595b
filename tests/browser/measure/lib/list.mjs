// A room's list of messages, as a reader uses it.

/** Opens a room; gives the page and how many ms it took until the newest message was shown. */
export async function openAt(browser, stack, roomId, newest, prepare = async () => {}) {
  const context = await browser.newContext({ baseURL: stack.origin, locale: 'en-US', viewport: { width: 1280, height: 800 } });
  await context.addInitScript(() => localStorage.setItem('roomtalk_username', 'Reader'));
  const page = await context.newPage();
  await prepare(page);
  const start = performance.now();
  await page.goto(`/room/${roomId}`, { waitUntil: 'commit' });
  await page.locator(`[data-seq="${newest}"]`).waitFor();
  const ms = Math.round(performance.now() - start);
  await page.locator('[data-status="live"]:visible').first().waitFor();
  return { page, ms };
}

/** Scrolls back by `pixels` a frame until a message with at most `seq` is in the page. */
export const scrollBackTo = (page, seq, pixels) =>
  page.evaluate(
    ([seq, pixels]) =>
      new Promise((resolve) => {
        const log = document.querySelector('[role="log"]');
        const step = () => {
          const first = Number(log.querySelector('[data-seq]')?.dataset.seq);
          if (first <= seq) return resolve();
          log.scrollBy(0, -pixels);
          requestAnimationFrame(step);
        };
        step();
      }),
    [seq, pixels],
  );
