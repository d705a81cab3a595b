// A Prometheus of Debian's, which asks some hubs and edges each second.
import { accessSync, constants } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { freePort, start, temporaryFolder } from '../../../lib/process.mjs';

const PROGRAM = process.env.PROMETHEUS ?? '/usr/bin/prometheus';
/** What installs it; it starts a service of its own, which is not needed. */
export const INSTALL = 'apt-get install --no-install-recommends prometheus';

export function isInstalled() {
  try {
    accessSync(PROGRAM, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** `pages` are names to the addresses of metrics. */
export async function startPrometheus(pages) {
  const { folder, remove } = await temporaryFolder('prometheus');
  const port = await freePort();
  const file = path.join(folder, 'prometheus.json');
  const targets = Object.entries(pages).map(([instance, url]) => {
    const { host, pathname } = new URL(url);
    return { targets: [host], labels: { instance, __metrics_path__: pathname } };
  });
  // JSON is YAML too.
  const config = { global: { scrape_interval: '1s', scrape_timeout: '1s' }, scrape_configs: [{ job_name: 'roomtalk', static_configs: targets }] };
  await writeFile(file, JSON.stringify(config));
  const address = `127.0.0.1:${port}`;
  const flags = [`--config.file=${file}`, `--storage.tsdb.path=${path.join(folder, 'data')}`, `--web.listen-address=${address}`];
  const program = start(PROGRAM, flags);
  await program.ready(async () => (await fetch(`http://${address}/-/ready`)).ok);
  return {
    /** The lines that an expression gives between two times in ms: each with its `name` by the legend, and `points` `[ms, value]`. */
    async range(query, legend, from, to) {
      const asked = new URLSearchParams({ query, start: String(from / 1000), end: String(to / 1000), step: '1' });
      const { status, data, error } = await (await fetch(`http://${address}/api/v1/query_range?${asked}`)).json();
      if (status !== 'success') throw new Error(`${query}: ${error}`);
      return data.result.map(({ metric, values }) => ({
        name: legend.replaceAll(/\{\{(\w+)\}\}/g, (_, label) => metric[label] ?? ''),
        points: values.map(([at, value]) => [at * 1000, Number(value)]).filter(([, value]) => Number.isFinite(value)),
      }));
    },
    stop: async () => {
      await program.stop();
      await remove();
    },
  };
}
