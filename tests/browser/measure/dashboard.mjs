import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { concrete, load } from '../../lib/dashboard.mjs';
import { root } from '../../lib/process.mjs';
import { startHub } from '../../lib/services.mjs';
import { draw } from './lib/panels.mjs';
import { INSTALL, isInstalled, startPrometheus } from './lib/prometheus.mjs';
import { startScripts } from './lib/scripts.mjs';
import { pause, startTalk } from './lib/talkers.mjs';

export const title = 'docs/grafana/roomtalk.json, drawn to docs/screenshots/dashboard.png: the end of each line';

const SECONDS = Number(process.env.DASHBOARD_SECONDS ?? 120);
/** Rates are over so long, of scrapes each second. */
const WINDOW = '8s';

/** Two hubs and an edge under load; the store is killed and comes back, and later a hub is started again. */
export async function measure({ stack, browser }) {
  if (!isInstalled()) return { 'not drawn': { 'prometheus is missing, install it by': INSTALL } };
  const other = await startHub({ redis: stack.redis });
  const prometheus = await startPrometheus({
    'hub-1': `${stack.hub.url}/metrics`,
    'hub-2': `${other.url}/metrics`,
    'edge-1': `${stack.origin}/.well-known/spin/metrics`,
  });
  const begun = Date.now();
  const talk = await startTalk([stack.hub, other], begun + SECONDS * 1000);
  const scripts = startScripts(stack.origin, begun + SECONDS * 1000);
  try {
    await pause(SECONDS * 0.4);
    await stack.redis.kill();
    await pause(2);
    await stack.redis.restart();
    await pause(SECONDS * 0.28);
    await other.end();
    await pause(1);
    await other.restart();
    await Promise.all([talk.ended, scripts]);
    const dashboard = await load();
    const panels = [];
    for (const panel of dashboard.panels) {
      const lines = [];
      for (const { expr, legendFormat } of panel.targets) {
        lines.push(...(await prometheus.range(concrete(expr, WINDOW), legendFormat, begun, Date.now())));
      }
      panels.push({ ...panel, lines });
    }
    const picture = await draw(browser, dashboard, panels, [begun, Date.now()]);
    await writeFile(path.join(root, 'docs/screenshots/dashboard.png'), picture);
    return Object.fromEntries(panels.flatMap(({ title, lines }) => lines.map(({ name, points }) => [`${title}: ${name}`, { last: points.at(-1)?.[1] }])));
  } finally {
    talk.close();
    await prometheus.stop();
    await other.stop();
  }
}
