// The hub's HTTP side: origins, health, metrics, single-origin mode, refusals at the start.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import net from 'node:net';
import { after, before, test } from 'node:test';

import { binary, start } from '../lib/process.mjs';
import { startGateway, startHub, startRedis, temporaryFolder } from '../lib/services.mjs';
import { closers, join, newRoom, open, registered, send } from './client.mjs';

const things = closers();
let gateway;
let hub;
let edge;

/** One request with exactly these headers, Host included. */
const raw = (path, { method = 'GET', headers = {}, body } = {}) =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(hub.url);
    const sent = request({ hostname, port, path, method, headers }, async (answer) => {
      const chunks = [];
      for await (const chunk of answer) chunks.push(chunk);
      resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks).toString() });
    });
    sent.on('error', reject);
    sent.end(body);
  });

before(async () => {
  const redis = things.add(await startRedis());
  gateway = things.add(await startGateway({ backend: redis.url }));
  const server = createServer(async (incoming, answer) => {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    answer.setHeader('x-edge', 'yes');
    answer.setHeader('connection', 'keep-alive, x-hop');
    answer.setHeader('x-hop', '1');
    answer.writeHead(incoming.url === '/missing' ? 404 : 200);
    if (incoming.url === '/stream') {
      answer.write('first ');
      edge.streaming = answer;
      return;
    }
    answer.end(JSON.stringify({ url: incoming.url, method: incoming.method, headers: incoming.headers, body }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  edge = { url: `http://127.0.0.1:${server.address().port}` };
  things.add({ close: () => (server.closeAllConnections(), server.close()) });
  const env = { EDGE_URL: edge.url, CLIENT_URL: 'https://page.example,http://localhost:3011' };
  hub = things.add(await startHub({ redis: gateway, env }));
});
after(() => things.close());

const handshake = '/socket.io/?EIO=4&transport=polling';
const upgrade = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

test('a page of a foreign origin gets no session, by polling or by WebSocket', async () => {
  for (const origin of ['https://evil.example', 'https://page.example.evil', 'http://page.example', 'null']) {
    const polling = await raw(handshake, { headers: { origin } });
    assert.deepEqual([polling.status, JSON.parse(polling.body).code], [403, 'forbidden'], origin);
    assert.equal(polling.headers['access-control-allow-origin'], undefined);
    const socket = await raw('/socket.io/?EIO=4&transport=websocket', { headers: { ...upgrade, origin } });
    assert.equal(socket.status, 403, origin);
    const preflight = await raw(handshake, { method: 'OPTIONS', headers: { origin } });
    assert.equal(preflight.status, 403, origin);
  }
});

test('listed pages, pages of the same host and programs get one', async () => {
  const { host } = new URL(hub.url);
  for (const origin of ['https://page.example', 'http://localhost:3011', `http://${host}`, `https://${host}`]) {
    const answer = await raw(handshake, { headers: { origin } });
    assert.equal(answer.status, 200, origin);
    assert.equal(answer.headers['access-control-allow-origin'], origin);
    assert.equal(answer.headers['access-control-allow-credentials'], 'true');
    const preflight = await raw(handshake, { method: 'OPTIONS', headers: { origin } });
    assert.deepEqual([preflight.status, preflight.headers['access-control-allow-origin']], [204, origin]);
  }
  const program = await raw(handshake);
  assert.deepEqual([program.status, program.headers['access-control-allow-origin']], [200, undefined]);
  const client = things.add(open(hub, { extraHeaders: { origin: 'https://page.example' } }));
  assert.equal((await client.ask('register', 'page')).ok, true);
});

test('health, readiness and metrics answer', async () => {
  assert.deepEqual([(await raw('/healthz')).status, (await raw('/healthz')).body], [200, 'ok\n']);
  const ready = await raw('/readyz');
  assert.deepEqual([ready.status, JSON.parse(ready.body)], [200, { ready: true, store: 'connected', stream: 'live', lacks: [] }]);
  const client = things.add(await registered(hub));
  const roomId = await newRoom(client);
  await join(client, roomId);
  await send(client, roomId, 'counted');
  await client.wait('new_message');
  const metrics = await raw('/metrics');
  assert.match(metrics.headers['content-type'], /^text\/plain/);
  for (const line of [
    /^roomtalk_hub_sockets [1-9]\d*$/m,
    /^roomtalk_hub_rooms 1$/m,
    /^roomtalk_hub_deliveries_total 1$/m,
    /^roomtalk_hub_gaps_filled_total 0$/m,
    /^roomtalk_hub_slow_closes_total 0$/m,
    /^roomtalk_hub_store_calls_total\{op="append",outcome="ok"\} 1$/m,
  ]) {
    assert.match(metrics.body, line);
  }
});

test('every other path is the edge\'s', async () => {
  const answer = await raw('/api/rooms/abc/messages?limit=3', {
    method: 'POST',
    headers: {
      host: 'chat.example',
      'content-type': 'application/json',
      'x-forwarded-for': '6.6.6.6',
      'fly-client-ip': '6.6.6.6',
      'spin-path-info': '/x',
      connection: 'x-secret',
      'x-secret': '1',
      authorization: 'Bearer t',
    },
    body: '{"content":"x"}',
  });
  const seen = JSON.parse(answer.body);
  assert.deepEqual([seen.url, seen.method, seen.body], ['/api/rooms/abc/messages?limit=3', 'POST', '{"content":"x"}']);
  assert.deepEqual([seen.headers.host, seen.headers['x-forwarded-host']], ['chat.example', 'chat.example']);
  assert.deepEqual([seen.headers['x-forwarded-for'], seen.headers.authorization], ['127.0.0.1', 'Bearer t']);
  for (const name of ['fly-client-ip', 'spin-path-info', 'x-secret']) assert.equal(seen.headers[name], undefined, name);
  assert.deepEqual([answer.headers['x-edge'], answer.headers['x-hop']], ['yes', undefined]);
  assert.equal((await raw('/missing')).status, 404);
  assert.equal((await raw('/socket.io-admin')).headers['x-edge'], 'yes');
});

test('answers of the edge are streamed', async () => {
  const answer = await fetch(`${hub.url}/stream`);
  const reader = answer.body.getReader();
  assert.equal(new TextDecoder().decode((await reader.read()).value), 'first ');
  edge.streaming.end('last');
  assert.equal(new TextDecoder().decode((await reader.read()).value), 'last');
});

test('a path that nobody serves is 404, and an edge that is gone is 502', async () => {
  const bare = things.add(await startHub({ redis: gateway }));
  assert.equal((await fetch(`${bare.url}/anything`)).status, 404);
  const orphan = things.add(await startHub({ redis: gateway, env: { EDGE_URL: 'http://127.0.0.1:1' } }));
  assert.equal((await fetch(`${orphan.url}/anything`)).status, 502);
});

test('a client that never finishes its request is cut off', async () => {
  const { port } = new URL(hub.url);
  const socket = net.connect(Number(port), '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n');
  socket.resume();
  await once(socket, 'close');
});

test('a hub that is not configured does not start and says what is wrong', async () => {
  const cases = [
    [{ REDIS_URL: 'https://store.example' }, /CLIENT_TOKEN_SECRET.*not_configured/],
    [{ REDIS_URL: 'redis://127.0.0.1:1' }, /REDIS_URL/],
    [{ REDIS_TOKEN: '' }, /REDIS_TOKEN/],
    [{ CLIENT_URL: 'nowhere' }, /CLIENT_URL/],
    [{ TRUSTED_PROXIES: 'me' }, /TRUSTED_PROXIES/],
    [{ HISTORY_LIMIT: 'many' }, /HISTORY_LIMIT/],
    [{ PORT: 'x' }, /PORT/],
    [{ OPEN_CLIENT_IDS: 'maybe' }, /OPEN_CLIENT_IDS/],
  ];
  for (const [env, sentence] of cases) {
    const base = { PORT: '0', HOST: '127.0.0.1', REDIS_URL: gateway.url, REDIS_TOKEN: 'x', DATA_DIR: '/nonexistent' };
    const service = start(binary('realtime-hub'), [], { env: { ...base, ...env } });
    const { code } = await service.ended;
    assert.notEqual(code, 0);
    assert.match(service.output(), sentence);
  }
});

test('without a token the hub takes the one that the local gateway keeps', async () => {
  const { folder, remove } = await temporaryFolder('kept');
  things.add({ close: remove });
  await writeFile(`${folder}/redis-token`, `${gateway.token}\n`);
  things.add(await startHub({ redis: { url: gateway.url, token: '' }, env: { DATA_DIR: folder } }));
});

test('where only issued ids may act, an open one is refused', async () => {
  const strict = things.add(await startHub({ redis: gateway, env: { OPEN_CLIENT_IDS: 'false' } }));
  const client = things.add(open(strict));
  assert.equal((await client.ask('register', 'me')).code, 'open_ids_disabled');
  assert.equal((await client.ask('register', '')).ok, true);
});

test('a token of an older secret is accepted and renewed', async () => {
  const old = things.add(await startHub({ redis: gateway, secret: 'old' }));
  const { clientId, token } = await things.add(open(old)).ask('register', '');
  const rotated = things.add(await startHub({ redis: gateway, secret: 'new,old' }));
  const renewed = await things.add(open(rotated)).ask('register', { clientId, token });
  assert.equal(renewed.ok, true);
  assert.notEqual(renewed.token, token);
  const byHandshake = things.add(open(rotated, { auth: { clientId, token } }));
  assert.deepEqual(await byHandshake.wait('identity'), { clientId, token: renewed.token });
  const fresh = things.add(await startHub({ redis: gateway, secret: 'new' }));
  assert.equal((await things.add(open(fresh)).ask('register', { clientId, token })).code, 'unauthorized');
  assert.equal((await things.add(open(fresh)).ask('register', { clientId, token: renewed.token })).ok, true);
});
