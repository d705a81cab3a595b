import { errors } from '@playwright/test';

import { devtools } from './lib/devtools.mjs';
import { endFrames, startFrames } from './lib/frames.mjs';
import { openAt } from './lib/list.mjs';

export const title = 'A room that receives 50 messages a second for 10 s while it is read';

const RATE = 50;
const SECONDS = 10;

export async function measure({ stack, browser }) {
  const rows = {};
  for (const rate of [1, 4]) {
    const room = await stack.room('Lively');
    await room.say('Ada', 'Go!');
    const { page } = await openAt(browser, stack, room.id, 2);
    const tools = await devtools(page);
    const before = await tools.heap();
    await tools.slow(rate);
    await startFrames(page);
    const sent = await send(room, RATE * SECONDS);
    const kept = await shows(page.locator(`[data-seq="${2 + RATE * SECONDS}"]`));
    const frames = await endFrames(page);
    await tools.slow(1);
    rows[`processor ${rate === 1 ? 'as it is' : `${rate} times as slow`}`] = {
      'sent in, s': sent,
      ...frames,
      'end kept': kept,
      'heap before, MB': before,
      'heap after, MB': await tools.heap(),
    };
    await page.context().close();
  }
  return rows;
}

/** Whether the newest message comes into view: a reader at the end should go on reading there. */
async function shows(message) {
  try {
    await message.waitFor({ timeout: 10_000 });
    return true;
  } catch (error) {
    if (error instanceof errors.TimeoutError) return false;
    throw error;
  }
}

/** Sends at an even pace, each message by another sender, for each may send few; gives the seconds that it took. */
async function send(room, count) {
  const start = performance.now();
  const sent = [];
  for (let n = 1; n <= count; n += 1) {
    const wait = start + (n * 1000) / RATE - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    sent.push(room.say(`Guest-${n % RATE}`, `Message **${n}** of a lively evening`));
  }
  await Promise.all(sent);
  return Math.round((performance.now() - start) / 100) / 10;
}
