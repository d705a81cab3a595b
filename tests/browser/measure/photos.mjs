import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { temporaryFolder } from '../../lib/services.mjs';

// By the clock: what PerformanceObserver tells. In processor time: Chromium's trace, which other programs on the same
// machine do not lengthen. The first row has no photo: what typing alone costs.
export const title = 'Photos through the composer while somebody types';

const PHOTOS = [
  { megabytes: 1, width: 3000, height: 2000 },
  { megabytes: 5, width: 4000, height: 3000 },
  { megabytes: 12, width: 6000, height: 4000 },
];

export async function measure({ stack, browser }) {
  const { folder, remove } = await temporaryFolder('photos');
  try {
    const context = await browser.newContext({ baseURL: stack.origin, locale: 'en-US' });
    const maker = await context.newPage();
    const room = await stack.room('Photos');
    const rows = { none: await send({ stack, browser, context, room, photo: null }) };
    for (const photo of PHOTOS) {
      rows[`${photo.megabytes} MB`] = await send({ stack, browser, context, room, photo: await take(maker, folder, photo) });
    }
    return rows;
  } finally {
    await remove();
  }
}

/** A JPEG with light, shapes and grain, of the quality that comes nearest to the size from below. */
async function take(page, folder, { megabytes, width, height }) {
  const base64 = await page.evaluate(
    async ({ bytes, width, height }) => {
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext('2d');
      const sky = context.createLinearGradient(0, 0, width, height);
      ['#123a66', '#f2b36b', '#2d5a3c'].forEach((color, i) => sky.addColorStop(i / 2, color));
      context.fillStyle = sky;
      context.fillRect(0, 0, width, height);
      for (let i = 0; i < 4000; i += 1) {
        context.fillStyle = `hsl(${(i * 47) % 360} 45% ${20 + (i % 60)}% / 0.35)`;
        context.beginPath();
        context.arc((i * 7919) % width, (i * 104_729) % height, 5 + ((i * 31) % 120), 0, 7);
        context.fill();
      }
      const image = context.getImageData(0, 0, width, height);
      let seed = 1;
      for (let i = 0; i < image.data.length; i += 4) {
        seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
        const grain = (seed >>> 27) - 16;
        for (let c = 0; c < 3; c += 1) image.data[i + c] += grain;
      }
      context.putImageData(image, 0, 0);
      let [low, high, best] = [0.02, 1, null];
      for (let step = 0; step < 7; step += 1) {
        const quality = (low + high) / 2;
        const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality });
        if (blob.size <= bytes) [low, best] = [quality, blob];
        else high = quality;
      }
      const reader = new FileReader();
      return new Promise((resolve) => {
        reader.onload = () => resolve(reader.result.split(',')[1]);
        reader.readAsDataURL(best);
      });
    },
    { bytes: megabytes * 1_000_000, width, height },
  );
  const file = path.join(folder, `${megabytes}.jpg`);
  await writeFile(file, Buffer.from(base64, 'base64'));
  return { width, height, file, bytes: (await stat(file)).size };
}

/** Writes a message beside a photo that is being prepared, and sends both. */
async function send({ stack, browser, context, room, photo }) {
  const page = await context.newPage();
  await page.goto(`/room/${room.id}`);
  await page.locator('[data-status="live"]:visible').first().waitFor();
  await page.evaluate(() => {
    window.longTasks = [];
    new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map(({ startTime, duration }) => ({ startTime, duration })))).observe({ type: 'longtask' });
  });
  const field = page.getByRole('textbox', { name: 'Message' });
  await field.focus();
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
  const begin = await page.evaluate(() => performance.now());
  if (photo) await page.locator('input[type=file]').setInputFiles(photo.file);
  const sendable = () => page.locator('[data-grip][aria-busy="true"]').count().then((busy) => busy === 0);
  let typed = '';
  do {
    typed += 'typing on ';
    await field.pressSequentially('typing on ', { delay: 15 });
  } while (typed.length < 100 || !(await sendable()));
  const prepared = await page.evaluate(() => performance.now());
  if ((await field.inputValue()) !== typed) throw new Error('what was typed did not all arrive');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('[data-state="sending"], [data-state="waiting"]').first().waitFor({ state: 'detached' });
  await page.locator('[data-state="stored"]', { hasText: typed.trim() }).first().waitFor();
  const tasks = await page.evaluate((from) => window.longTasks.filter((task) => task.startTime >= from), begin);
  const worked = longestWork(await browser.stopTracing());
  const [image] = (await stack.messages(room.id)).at(-1).images ?? [];
  await page.close();
  return {
    'bytes picked': photo?.bytes,
    'pixels picked': photo && `${photo.width}x${photo.height}`,
    'bytes uploaded': image?.bytes,
    type: image?.mimeType,
    'pixels uploaded': image && `${image.width}x${image.height}`,
    'prepared in ms': photo && Math.round(prepared - begin),
    'tasks over 50 ms': tasks.length,
    'longest by the clock, ms': Math.round(Math.max(0, ...tasks.map(({ duration }) => duration))) || 'under 50',
    'longest in processor time, ms': worked,
  };
}

/** The processor time of the longest task on a page's own thread, ms. */
function longestWork(trace) {
  const { traceEvents } = JSON.parse(trace.toString());
  const thread = ({ pid, tid }) => `${pid} ${tid}`;
  const own = new Set(traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(thread));
  const tasks = traceEvents.filter((event) => event.name.endsWith('RunTask') && event.tdur !== undefined && own.has(thread(event)));
  if (tasks.length === 0) throw new Error('the trace holds no task of the page');
  return Math.round(Math.max(...tasks.map(({ tdur }) => tdur)) / 100) / 10;
}
