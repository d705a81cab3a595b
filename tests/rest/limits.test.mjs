// How much one client and one address may send by REST, with the limits on: counted in the store, by all edges together.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';

import { startEdge, startGateway, startRedis, until } from '../lib/services.mjs';
import { png } from './samples.mjs';
import { client } from './system.mjs';

let redis;
let gateway;
const edges = [];

/** Behind a proxy on this machine, so that a test can say where a request comes from. */
const deploy = async (rate_limits, args = ['--trusted-proxies', '127.0.0.1']) => {
  const edge = await startEdge({ redis: gateway, variables: { rate_limits }, args });
  edges.push(edge);
  return client(edge.url);
};
const from = (address) => ({ headers: { 'x-forwarded-for': address } });
const name = (address) => ({ json: { name: 'x' }, ...from(address) });

before(async () => {
  redis = await startRedis();
  gateway = await startGateway({ backend: redis.url });
});
after(async () => {
  for (const edge of edges) await edge.stop();
  await gateway?.stop();
  await redis?.stop();
});

describe('limits that are on', () => {
  let api;
  let second;
  let room;
  before(async () => {
    [api, second] = [await deploy('on'), await deploy('on')];
    room = (await api.expect(201, 'POST', '/api/clients/owner/rooms', name('198.51.100.1'))).json;
  });
  const say = (clientId, address, json = {}, by = api) =>
    by.call('POST', `/api/rooms/${room.id}/messages`, { json: { clientId, content: 'x', ...json }, ...from(address) });
  const of = (status, answers) => answers.filter((answer) => answer.status === status);

  test('a burst of a client passes, the rest is a 429 that says when to come again, and nothing refused is stored', async () => {
    const start = Date.now();
    const burst = Array.from({ length: 60 }, (_, i) => say('flooder', `198.51.100.${10 + (i % 4)}`, {}, i % 2 ? api : second));
    const answers = await Promise.all(burst);
    const [sent, refused] = [of(201, answers), of(429, answers)];
    const allowed = 20 + Math.ceil((Date.now() - start) / 200);
    assert.ok(sent.length >= 20 && sent.length <= allowed, `${sent.length} of 60 in ${Date.now() - start} ms, by two edges`);
    assert.equal(sent.length + refused.length, 60);
    for (const { json, headers } of refused) {
      assert.deepEqual(json, { error: 'Too many messages; try again in 1 s', code: 'rate_limited', retryAfter: 1 });
      assert.equal(headers.get('retry-after'), '1');
    }
    const { json } = await api.expect(200, 'GET', `/api/rooms/${room.id}/messages?limit=200`);
    assert.equal(json.length, sent.length);
    assert.equal((await say('innocent', '198.51.100.20')).status, 201);
    await until(async () => (await say('flooder', '198.51.100.10')).status === 201, { interval: 200 });
  });

  test('clients of one address are counted together', async () => {
    const start = Date.now();
    const burst = Array.from({ length: 60 }, () => say(randomUUID(), '198.51.100.30'));
    const sent = of(201, await Promise.all(burst));
    const allowed = 20 + Math.ceil((Date.now() - start) / 200);
    assert.ok(sent.length >= 20 && sent.length <= allowed, `${sent.length} of 60 in ${Date.now() - start} ms`);
  });

  test('a retry of what is stored is answered however many were sent since', async () => {
    const messageId = randomUUID();
    const first = await say('retrier', '198.51.100.40', { messageId });
    assert.equal(first.status, 201);
    let limited = 0;
    for (let i = 0; i < 40; i += 1) limited += (await say('retrier', '198.51.100.40')).status === 429;
    const again = await say('retrier', '198.51.100.40', { messageId });
    assert.deepEqual([again.status, again.json], [200, first.json], `${limited} others were refused`);
  });

  test('ten rooms an hour come from one address, by all edges and clients together', async () => {
    for (let i = 0; i < 10; i += 1) {
      await (i % 2 ? api : second).expect(201, 'POST', `/api/clients/c${i}/rooms`, name('198.51.100.50'));
    }
    const { headers, json } = await api.expect(429, 'POST', '/api/clients/new/rooms', name('198.51.100.50'), 'rate_limited');
    const wait = Number(headers.get('retry-after'));
    assert.ok(wait > 300 && wait <= 360 && json.retryAfter === wait, String(wait));
    await api.expect(201, 'POST', '/api/clients/new/rooms', name('198.51.100.51'));
  });

  test('sixty images an hour come from one address, inside messages too', async () => {
    const upload = (i) => ({ body: png(i + 1, 1), ...from('198.51.100.60') });
    for (let i = 0; i < 58; i += 1) await api.expect(201, 'POST', `/api/rooms/${room.id}/images?clientId=a`, upload(i));
    const url = (i) => `data:image/png;base64,${png(i + 1, 2).toString('base64')}`;
    assert.equal((await say('painter', '198.51.100.60', { images: [url(1), url(2)] })).status, 201);
    assert.equal((await say('painter', '198.51.100.60', { images: [url(3)] })).json.code, 'rate_limited');
    await api.expect(429, 'POST', `/api/rooms/${room.id}/images?clientId=b`, upload(99), 'rate_limited');
  });

  test('no bucket outlives its use', async () => {
    const buckets = (await redis.command('KEYS', 'limit:*')).split('\n').filter(Boolean);
    assert.ok(buckets.length > 0);
    for (const bucket of buckets) assert.ok(Number(await redis.command('PTTL', bucket)) >= -2 && (await redis.command('TTL', bucket)) !== '-1', bucket);
  });
});

test('an address that a client claims is not believed', async () => {
  const api = await deploy('rooms=1/h', []);
  await api.expect(201, 'POST', '/api/clients/a/rooms', { json: { name: 'x' } });
  for (const header of ['x-forwarded-for', 'spin-client-addr', 'fly-client-ip', 'forwarded', 'x-real-ip']) {
    const headers = { [header]: header === 'forwarded' ? 'for=192.0.2.9' : '192.0.2.9' };
    await api.expect(429, 'POST', '/api/clients/a/rooms', { json: { name: 'x' }, headers }, 'rate_limited');
  }
});

test('limits can be changed, and one that can not be read is named', async () => {
  const loose = await deploy('rooms=off,messages=1000/s');
  for (let i = 0; i < 15; i += 1) await loose.expect(201, 'POST', '/api/clients/a/rooms', name('198.51.100.70'));
  const wrong = await deploy('messages=lots');
  const { json } = await wrong.expect(503, 'POST', '/api/clients/a/rooms', name('198.51.100.71'), 'not_configured');
  assert.match(json.error, /rate_limits.*messages=lots/);
});
