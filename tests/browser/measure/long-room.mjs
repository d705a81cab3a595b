import { devtools } from './lib/devtools.mjs';
import { endFrames, startFrames } from './lib/frames.mjs';
import { openAt, scrollBackTo } from './lib/list.mjs';

export const title = 'A room of 100 000 messages';

const COUNT = 100_000;
const BACK = 2000;
/** Pixels a frame: a quick hand on the wheel. */
const PACE = 100;
/** The room's creation is entry 1. */
const NEWEST = COUNT + 1;

/** Lengths and shapes as they come in a talk: mostly a line, sometimes a paragraph, now and then a list or code. */
const TEXTS = [
  (n) => `Message ${n}`,
  (n) => `Number ${n}: shall we meet at the station, or at the lake?`,
  (n) => `At ${n} it gets longer. ${'The path goes up through the wood and then along the ridge. '.repeat(4)}`,
  (n) => `**${n}** things:\n\n- bread\n- tea\n- a map`,
  (n) => `Try \`hike(${n})\`, it _should_ work`,
];

export async function measure({ stack, browser }) {
  const room = await stack.room('Long');
  await room.fill(COUNT, (n) => TEXTS[n % TEXTS.length](n));
  const rows = {};
  for (const rate of [1, 4]) {
    const { page, ms } = await openAt(browser, stack, room.id, NEWEST, async (page) => (await devtools(page)).slow(rate));
    const tools = await devtools(page);
    await tools.slow(1);
    const opened = await tools.heap();
    await tools.slow(rate);
    await startFrames(page);
    await scrollBackTo(page, NEWEST - BACK, PACE);
    const frames = await endFrames(page);
    await tools.slow(1);
    rows[`${BACK} messages back${rate > 1 ? `, processor ${rate} times as slow` : ''}`] = {
      'open, ms': ms,
      'heap at open, MB': opened,
      ...frames,
      'heap after, MB': await tools.heap(),
    };
    await page.context().close();
  }
  return rows;
}
