import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { start, temporaryFolder } from '../../lib/process.mjs';
import { chromium } from '../playwright.config.mjs';
import { TALK } from '../talk.mjs';

export const title = 'Lighthouse 12.8.2 (figures of 100)';

/** Not a dependency: it brings 187 packages, and only measuring needs it. */
const LIGHTHOUSE = 'lighthouse@12.8.2';
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];

export async function measure({ stack }) {
  const room = await stack.room('Weekend hike', 'Saturday: the lake above the old mill');
  for (const [name, text] of TALK) await room.say(name, text);
  const rows = {};
  for (const [page, address] of [['home', '/'], ['room', `/room/${room.id}`]]) {
    for (const form of ['mobile', 'desktop']) {
      const report = await audit(stack.origin + address, form);
      rows[`${page}, ${form}`] = {
        ...Object.fromEntries(CATEGORIES.map((name) => [name, Math.round(report.categories[name].score * 100)])),
        'largest paint, ms': Math.round(report.audits['largest-contentful-paint'].numericValue),
        'blocked, ms': Math.round(report.audits['total-blocking-time'].numericValue),
        shift: Number(report.audits['cumulative-layout-shift'].numericValue.toFixed(3)),
      };
      for (const line of faults(report)) console.log(`${page}, ${form}: ${line}`);
    }
  }
  return rows;
}

async function audit(url, form) {
  const { folder, remove } = await temporaryFolder('lighthouse');
  const report = path.join(folder, 'report.json');
  try {
    const lighthouse = start('npx', [
      ...['--yes', LIGHTHOUSE, url, '--quiet', '--output=json', `--output-path=${report}`],
      `--chrome-path=${chromium.executablePath}`,
      `--chrome-flags=--headless ${chromium.args.join(' ')}`,
      `--only-categories=${CATEGORIES.join(',')}`,
      ...(form === 'desktop' ? ['--preset=desktop'] : []),
    ]);
    const { code } = await lighthouse.ended;
    if (code !== 0) throw new Error(lighthouse.output());
    return JSON.parse(await readFile(report, 'utf8'));
  } finally {
    await remove();
  }
}

/** The audits that cost something, with what they cost it for. */
function faults({ categories, audits }) {
  return CATEGORIES.flatMap((name) =>
    categories[name].auditRefs
      .filter(({ id, weight }) => weight > 0 && audits[id].score !== null && audits[id].score < 0.995)
      .map(({ id }) => `${name}: ${audits[id].title} ${audits[id].displayValue ?? ''} (${Math.round(audits[id].score * 100)})`),
  );
}
