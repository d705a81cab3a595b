// The benchmark runs, every scenario against every system, in sizes that say nothing of speed.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { binary, start, temporaryFolder } from '../lib/process.mjs';

const everybody = ['roomtalk', 'node', 'floor'];
const chats = ['roomtalk', 'node'];
const own = ['roomtalk', 'roomtalk-embedded', 'roomtalk-apart', 'native'];
const edges = [...own, 'node'];

/** What a run measures: the metric that each scenario is there for, and the systems that have it. */
const expected = {
  'fan-out 1x100': ['deliveries', everybody],
  'fan-out 1x500': ['deliveries', everybody],
  'fan-out 1x1000': ['deliveries', everybody],
  'fan-out 100x10': ['deliveries', everybody],
  'delivery CPU': ['CPU per delivery', everybody],
  'light load': ['p99', [...everybody, 'roomtalk-embedded']],
  'idle 10': ['memory per socket', everybody],
  'idle 20': ['memory per socket', everybody],
  'idle 30': ['memory per socket', everybody],
  connect: ['connections', everybody],
  'fill 10': ['time', chats],
  'rejoin storm': ['commands per further client', chats],
  'history readers': ['p50 with over without', chats],
  'scale-out': ['store commands per message', ['roomtalk', 'roomtalk, 2 hubs', 'roomtalk, 4 hubs']],
  'POST c16, 100 in room': ['rate', edges],
  'POST c16, 100000 in room': ['rate', edges],
  'POST c16 with an id, 100 in room': ['rate', own],
  'GET c16, 100 in room': ['rate', edges],
  'GET c16, 5000 in room': ['rate', edges],
  'GET c1, 100000 in room': ['rate', edges],
  '304 c1': ['billed commands', [...chats, 'roomtalk-apart']],
  '304 c16': ['rate over GET', edges],
  'image upload c16, 100 kB': ['rate', own],
  'image download c1, 100 kB': ['p99', own],
  'hello c64': ['rate', ['roomtalk-apart', 'native']],
  'share of messages POST': ['framework p99', ['roomtalk-apart']],
  'share of site': ['p99', ['roomtalk-apart', 'native']],
  'append, always': ['rate', ['engine', 'gateway', 'redis-server']],
  'append, everysec': ['p99', ['engine', 'gateway', 'redis-server']],
  'append, no': ['rate', ['engine', 'gateway', 'redis-server']],
  'start of the gateway': ['start', ['roomtalk']],
  'start of the hub': ['start', ['roomtalk']],
  'start of the edge, not compiled': ['start', ['roomtalk']],
  'start of the edge, compiled': ['start', ['roomtalk']],
  'start of all, compiled': ['start', chats],
  'first load, br': ['transferred', ['roomtalk']],
  'first load, gzip': ['requests', ['roomtalk']],
};

let folder;
let remove;
let report;

before(async () => {
  ({ folder, remove } = await temporaryFolder('bench'));
  const results = path.join(folder, 'results.json');
  const run = start(binary('bench'), ['--quick', '--results', results, '--charts', path.join(folder, 'charts')]);
  const { code } = await run.ended;
  assert.equal(code, 0, run.output());
  report = JSON.parse(await readFile(results, 'utf8'));
}, { timeout: 300_000 });

after(() => remove());

for (const [scenario, [metric, systems]] of Object.entries(expected)) {
  test(`the benchmark measures ${scenario} of ${systems.join(', ')}`, () => {
    const rows = report.rows.filter((row) => row.scenario === scenario && row.metric === metric);
    assert.deepEqual(new Set(rows.map((row) => row.system)), new Set(systems));
    for (const row of rows) assert.ok(row.rounds === 1 && row.min <= row.median && row.median <= row.max, JSON.stringify(row));
  });
}

test('the benchmark loses and doubles nothing where there is so little to do', () => {
  const lost = report.rows.filter((row) => row.metric === 'lost' || row.metric === 'delivered');
  assert.notEqual(lost.length, 0);
  for (const row of lost) assert.equal(row.median, row.metric === 'lost' ? 0 : 100, JSON.stringify(row));
});

test('the benchmark draws charts, and says which machine it ran on', async () => {
  const chart = await readFile(path.join(folder, 'charts', 'fan-out.svg'), 'utf8');
  assert.match(chart, /^<svg /);
  assert.ok(report.machine.cores > 0 && report.quick);
});
