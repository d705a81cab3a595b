// The dashboard and the alerts ask for nothing that hub and edge do not tell.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { parse } from 'yaml';

import { newClient } from '../lib/api.mjs';
import { exposed, load, named } from '../lib/dashboard.mjs';
import { blocks, read, section } from '../lib/documents.mjs';
import { startEdge, startGateway, startHub, until } from '../lib/services.mjs';
import { closers, join, newRoom, registered, send } from '../sockets/client.mjs';

/** Labels that Prometheus itself sets. */
const BY_PROMETHEUS = new Set(['job', 'instance']);

const dashboard = await load();
const things = closers();
let metrics;
before(async () => {
  const gateway = things.add(await startGateway());
  const hub = things.add(await startHub({ redis: gateway }));
  const edge = things.add(await startEdge({ redis: gateway }));
  await newClient(edge.url);
  const text = async (url) => (await fetch(url)).text();
  metrics = async () => exposed((await text(`${hub.url}/metrics`)) + (await text(`${edge.url}/.well-known/spin/metrics`)));
  metrics.client = things.add(await registered(hub));
  metrics.text = () => text(`${hub.url}/metrics`);
});
after(() => things.close());

/** Fails unless hub or edge expose each metric that an expression reads, with each label. */
function check({ series, kinds }, where, expression) {
  const reads = named(expression);
  assert.ok(reads.length > 0, `${where}: ${expression} reads nothing`);
  for (const { name, labels } of reads) {
    const has = series.get(name);
    assert.ok(has, `${where}: there is no ${name}`);
    for (const label of labels) assert.ok(has.has(label) || BY_PROMETHEUS.has(label), `${where}: ${name} has no ${label}`);
    const isRate = new RegExp(`(rate|increase)\\(${name}[{[]`).test(expression);
    const kind = kinds.get(name) ?? kinds.get(name.replace(/_(bucket|sum|count)$/, ''));
    assert.equal(isRate, kind !== 'gauge', `${where}: ${name} is a ${kind}`);
  }
}

test('every panel has a unit, a description and a place of its own, and reads what hub or edge expose', async () => {
  const known = await metrics();
  const places = new Set();
  assert.ok(dashboard.panels.length >= 15);
  for (const { id, title, description, gridPos, fieldConfig, targets, datasource } of dashboard.panels) {
    assert.ok(description && fieldConfig.defaults.unit, title);
    assert.equal(datasource.uid, '${datasource}', title);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        assert.ok(x < 24 && !places.has(`${x} ${y}`), `${title} lies on another panel`);
        places.add(`${x} ${y}`);
      }
    }
    assert.equal(dashboard.panels.filter((panel) => panel.id === id).length, 1, title);
    assert.ok(targets.length > 0, title);
    for (const { expr } of targets) {
      check(known, title, expr);
      for (const [, variable] of expr.matchAll(/\$(\w+)/g)) {
        assert.ok(variable === '__rate_interval' || dashboard.templating.list.some(({ name }) => name === variable), `${title}: $${variable}`);
      }
    }
  }
});

test('the variables are filled from a metric that a hub exposes', async () => {
  const { series } = await metrics();
  const queries = dashboard.templating.list.filter(({ type }) => type === 'query');
  assert.deepEqual(queries.map(({ name }) => name), ['job', 'instance']);
  for (const { name, definition } of queries) {
    const [, metric, label] = /^label_values\((\w+)(?:\{.*\})?, (\w+)\)$/.exec(definition);
    assert.ok(series.has(metric), definition);
    assert.equal(label, name);
  }
});

test('the alerts of the operations page read what a hub exposes', async () => {
  const known = await metrics();
  const text = section(await read('docs/operations.md'), 'Dashboard and alerts');
  const documents = blocks(text).filter(({ language }) => language === 'yaml').map((block) => parse(block.text));
  assert.equal(documents.find((document) => document.scrape_configs).scrape_configs[0].job_name, 'roomtalk');
  const [{ rules }] = documents.find((document) => document.groups).groups;
  assert.ok(rules.length >= 5);
  for (const { alert, expr, for: lasting, annotations } of rules) {
    assert.ok(/^\d+[smh]$/.test(lasting) && annotations.summary, alert);
    // That a hub does not answer is Prometheus's own to say.
    if (!/^up\{/.test(expr)) check(known, alert, expr);
  }
});

test('what reads too much is found', async () => {
  const known = await metrics();
  for (const wrong of ['sum(roomtalk_hub_nothing)', 'sum by (op) (roomtalk_hub_rooms)', 'roomtalk_hub_rooms{op="x"}', 'rate(roomtalk_hub_rooms[1m])', 'sum(roomtalk_hub_joins_total)', '1 + 1']) {
    assert.throws(() => check(known, 'a test', wrong), assert.AssertionError, wrong);
  }
  check(known, 'a test', 'histogram_quantile(0.9, sum by (le, op) (rate(roomtalk_hub_store_call_seconds_bucket{op=~"a|b"}[5m]))) > 1');
});

test('a message is counted: one delivery, one round trip, and what it was billed', async () => {
  const { client } = metrics;
  const number = async (series) => Number(new RegExp(`^${series.replaceAll(/[{}]/g, '\\$&')} (\\S+)$`, 'm').exec(await metrics.text())[1]);
  const all = ['roomtalk_hub_deliveries_total', 'roomtalk_hub_delivery_seconds_count', 'roomtalk_hub_round_trip_seconds_count', 'roomtalk_hub_billed_commands_total{op="append"}'];
  const room = await newRoom(client);
  await join(client, room);
  await send(client, room, 'so that the store knows the script', { messageId: crypto.randomUUID() });
  await client.wait('new_message');
  const before = await Promise.all(all.map(number));
  const from = client.seen.length;
  await send(client, room, 'counted', { messageId: crypto.randomUUID() });
  await client.wait('new_message', () => true, from);
  const grown = async () => (await Promise.all(all.map(number))).map((value, at) => value - before[at]);
  // The room hears of the acknowledgement in its own time.
  await until(async () => (await grown())[2] > 0, { what: 'a round trip' });
  assert.deepEqual(await grown(), [1, 1, 1, 5]);
});

test('the process tells of itself what Prometheus’s own libraries tell', async () => {
  const text = await metrics.text();
  const value = (name) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)[1]);
  assert.ok(Math.abs(value('process_start_time_seconds') - Date.now() / 1000) < 600);
  assert.ok(value('process_resident_memory_bytes') > 1e6 && value('process_virtual_memory_bytes') > value('process_resident_memory_bytes'));
  assert.ok(value('process_open_fds') > 5 && value('process_max_fds') >= value('process_open_fds'));
  assert.ok(value('process_cpu_seconds_total') >= 0);
});
