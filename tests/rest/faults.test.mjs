// A store that is away, silent or unwilling, and deployments that are set up otherwise.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';

import { startEdge, startGateway, startRedis, until } from '../lib/services.mjs';
import { png } from './samples.mjs';
import { client } from './system.mjs';

describe('when the store fails', () => {
  let redis;
  let gateway;
  let edge;
  let api;
  let room;
  let messages;
  before(async () => {
    redis = await startRedis();
    gateway = await startGateway({ backend: redis.url });
    edge = await startEdge({ redis: gateway });
    api = client(edge.url);
    room = await api.room();
    messages = `/api/rooms/${room.id}/messages`;
  });
  after(async () => {
    await edge?.stop();
    await gateway?.stop();
    await redis?.stop();
  });

  const contents = async () => (await api.expect(200, 'GET', `${messages}?limit=200`)).json.map(({ content }) => content);
  const post = (json, options = {}) => api.call('POST', messages, { json: { clientId: 'alice', ...json }, ...options });

  test('the status tells it, with v0.4\'s fields', async () => {
    const { json } = await api.expect(200, 'GET', '/api/status');
    assert.deepEqual(Object.keys(json), ['status', 'redis', 'socketAdapterReady', 'rooms', 'timestamp']);
    assert.deepEqual([json.status, json.redis, json.socketAdapterReady, json.rooms], ['online', 'connected', false, 1]);
    await gateway.command('SET', 'hubs:live', '1', 'EX', '75');
    await api.room();
    const now = (await api.expect(200, 'GET', '/api/status')).json;
    assert.deepEqual([now.socketAdapterReady, now.rooms], [true, 2]);
  });

  test('a write that the store refuses is a 503, and nothing is stored', async () => {
    const before = await contents();
    await redis.command('CONFIG', 'SET', 'min-replicas-to-write', '1');
    const json = { clientId: 'alice', content: 'refused', messageId: randomUUID() };
    await api.expect(503, 'POST', messages, { json }, 'store_unavailable');
    await api.expect(503, 'POST', '/api/clients/alice/rooms', { json: { name: 'x' } }, 'store_unavailable');
    await api.expect(503, 'POST', `/api/rooms/${room.id}/images?clientId=alice`, { body: png() }, 'store_unavailable');
    assert.deepEqual(await contents(), before);
    await redis.command('CONFIG', 'SET', 'min-replicas-to-write', '0');
    // The refused id is free: the same message can be sent now.
    await api.expect(201, 'POST', messages, { json });
    assert.deepEqual(await contents(), [...before, 'refused']);
  });

  test('a silent store is told within its deadline, and a retry with the same id stores once', async () => {
    const before = await contents();
    const json = { content: 'perhaps', messageId: randomUUID() };
    await gateway.pause();
    try {
      const status = await api.call('GET', '/api/status');
      assert.equal(status.status, 503);
      assert.deepEqual([status.json.status, status.json.redis, status.json.rooms], ['degraded', 'disconnected', null]);
      const unknown = await post(json);
      assert.deepEqual([unknown.status, unknown.json.code], [503, 'outcome_unknown']);
    } finally {
      gateway.resume();
    }
    const retried = await post(json);
    assert.ok([200, 201].includes(retried.status));
    assert.deepEqual(await contents(), [...before, 'perhaps']);
  });

  test('a store that is gone makes every route that needs it a 503, and its return is noticed', async () => {
    const before = await contents();
    await gateway.kill();
    const image = `/api/rooms/${room.id}/images`;
    for (const path of ['/api/clients/alice/rooms', `/api/clients/alice/rooms/${room.id}`, `/api/rooms/${room.id}`, messages]) {
      await api.expect(503, 'GET', path, {}, 'store_unavailable');
    }
    await api.expect(503, 'GET', `${image}/${'0'.repeat(64)}`, {}, 'store_unavailable');
    await api.expect(503, 'GET', '/api/status', {}, 'store_unavailable');
    await api.expect(503, 'POST', '/api/clients/alice/rooms', { json: { name: 'x' } }, 'store_unavailable');
    await api.expect(503, 'POST', `${image}?clientId=alice`, { body: png() }, 'store_unavailable');
    assert.equal((await post({ content: 'lost' })).status, 503);
    // What needs no store still works.
    await api.issue();
    await api.expect(200, 'GET', '/api/openapi.json');
    await gateway.restart();
    await until(async () => (await api.call('GET', '/api/status')).status === 200);
    assert.deepEqual(await contents(), before);
  });

  test('a refusal tells the log why, and the client nothing of the store\'s address or token', async () => {
    await redis.command('CONFIG', 'SET', 'min-replicas-to-write', '1');
    const { json } = await post({ content: 'secret text' });
    await redis.command('CONFIG', 'SET', 'min-replicas-to-write', '0');
    assert.equal(json.error, "The store can't be reached; nothing was saved");
    assert.match(edge.output(), /NOREPLICAS/);
    for (const secret of ['secret text', gateway.token, room.id]) assert.ok(!edge.output().includes(secret), secret);
  });
});

describe('deployments', () => {
  let redis;
  let gateway;
  const edges = [];
  before(async () => {
    redis = await startRedis();
    gateway = await startGateway({ backend: redis.url });
  });
  after(async () => {
    for (const edge of edges) await edge.stop();
    await gateway?.stop();
    await redis?.stop();
  });
  const deploy = async (options) => {
    const edge = await startEdge({ redis: gateway, ...options });
    edges.push(edge);
    return client(edge.url);
  };

  test('where open ids are off, only issued ones may act, and everybody may read', async () => {
    const api = await deploy({ variables: { open_client_ids: 'false' } });
    const me = await api.issue();
    const room = await api.room(me);
    const messages = `/api/rooms/${room.id}/messages`;
    const json = { clientId: 'alice', content: 'x' };
    await api.expect(403, 'POST', messages, { json }, 'open_ids_disabled');
    await api.expect(403, 'POST', '/api/clients/alice/rooms', { json: { name: 'x' } }, 'open_ids_disabled');
    await api.expect(403, 'POST', `/api/rooms/${room.id}/images?clientId=alice`, { body: png() }, 'open_ids_disabled');
    await api.expect(200, 'GET', messages);
    await api.expect(200, 'GET', '/api/clients/alice/rooms');
    await api.expect(201, 'POST', messages, { json: { ...json, clientId: me.clientId }, token: me.token });
  });

  test('a token of an older secret still counts, and a new one comes with the answer', async () => {
    const old = await deploy({ secret: 'first' });
    const me = await old.issue();
    const api = await deploy({ secret: 'second, first' });
    const created = await api.expect(201, 'POST', `/api/clients/${me.clientId}/rooms`, { json: { name: 'x' }, token: me.token });
    const token = created.headers.get('roomtalk-token');
    assert.ok(token && token !== me.token);
    const room = created.json;
    const requests = [
      ['GET', `/api/clients/${me.clientId}/rooms`, {}],
      ['POST', `/api/rooms/${room.id}/messages`, { json: { clientId: me.clientId, content: 'x' } }],
      ['POST', `/api/rooms/${room.id}/images?clientId=${me.clientId}`, { body: png() }],
    ];
    for (const [method, path, options] of requests) {
      const renewed = await api.call(method, path, { ...options, token: me.token });
      assert.deepEqual([renewed.headers.get('roomtalk-token'), renewed.headers.get('cache-control')], [token, 'no-store']);
      assert.equal((await api.call(method, path, { ...options, token })).headers.get('roomtalk-token'), null);
    }
    const only = await deploy({ secret: 'second' });
    await only.expect(401, 'GET', `/api/clients/${me.clientId}/rooms`, { token: me.token }, 'unauthorized');
    await only.expect(200, 'GET', `/api/clients/${me.clientId}/rooms`, { token });
  });

  test('the built-in secret beside a store elsewhere is not configured', async () => {
    const elsewhere = { url: 'http://192.0.2.1:3013', token: 'x' };
    const api = await deploy({ redis: elsewhere, secret: 'roomtalk-development-secret' });
    const { json } = await api.expect(503, 'POST', '/api/clients', {}, 'not_configured');
    assert.match(json.error, /client_token_secret/);
    await api.expect(503, 'POST', '/api/clients/alice/rooms', { json: { name: 'x' } }, 'not_configured');
    const local = await deploy({ secret: 'roomtalk-development-secret' });
    await local.issue();
  });

  test('a setting that makes no sense is named', async () => {
    for (const [name, value] of [['open_client_ids', 'maybe'], ['history_limit', '0'], ['redis_token', '']]) {
      const api = await deploy({ variables: { [name]: value } });
      const { json } = await api.expect(503, 'POST', '/api/clients/alice/rooms', { json: { name: 'x' } }, 'not_configured');
      assert.match(json.error, new RegExp(name));
    }
  });

  test('the star as origin lets every page read, and only where it was said', async () => {
    const api = await deploy({ variables: { client_url: '*' } });
    const { headers } = await api.expect(200, 'GET', '/api/status', { headers: { origin: 'https://anywhere.example' } });
    assert.equal(headers.get('access-control-allow-origin'), '*');
  });

  test('a history limit is kept to, and a cursor behind it is not recovered from', async () => {
    const api = await deploy({ variables: { history_limit: '50' } });
    const room = await api.room();
    for (let n = 0; n < 400; n += 1) await api.send(room.id, { content: `${n}` });
    const messages = `/api/rooms/${room.id}/messages`;
    const oldest = (await api.expect(200, 'GET', `${messages}?limit=200`)).json;
    assert.ok(oldest.length < 400 && oldest.length >= 50, `${oldest.length}`);
    const { headers, json } = await api.expect(200, 'GET', `${messages}?after=1&limit=10`);
    assert.equal(headers.get('roomtalk-recovered'), 'false');
    assert.deepEqual(json.map(({ content }) => content), Array.from({ length: 10 }, (_, n) => `${390 + n}`));
  });
});
