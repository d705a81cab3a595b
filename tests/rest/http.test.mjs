// What holds for every route: CORS, methods, unknown paths, bodies, headers.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';

import { document } from './contract.mjs';
import { startRest } from './system.mjs';

describe('every route', () => {
  let api;
  let room;
  before(async () => {
    api = await startRest({ variables: { client_url: 'http://localhost:3011, https://talk.example' } });
    room = await api.room();
  });
  after(() => api?.stop());

  /** A path of the template, with ids that fit. */
  const fill = (template) =>
    template.replace('{clientId}', 'alice').replace('{roomId}', room.id).replace('{imageId}', '0'.repeat(64));

  test('answers a preflight of a page that is allowed', async () => {
    for (const [template, operations] of Object.entries(document.paths)) {
      for (const origin of ['http://localhost:3011', 'https://talk.example']) {
        const headers = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' };
        const answer = await api.call('OPTIONS', fill(template), { headers });
        assert.equal(answer.status, 204, template);
        assert.equal(answer.headers.get('access-control-allow-origin'), origin);
        assert.equal(answer.headers.get('access-control-allow-credentials'), 'true');
        const methods = answer.headers.get('access-control-allow-methods').split(', ');
        assert.deepEqual([methods.includes('GET'), methods.includes('POST')], ['get' in operations, 'post' in operations]);
        const allowed = answer.headers.get('access-control-allow-headers').toLowerCase();
        for (const name of ['authorization', 'content-type', 'idempotency-key', 'if-none-match']) assert.ok(allowed.includes(name), name);
        assert.match(answer.headers.get('vary'), /Origin/);
        assert.match(answer.headers.get('access-control-max-age'), /^\d+$/);
      }
    }
  });

  test('lets an allowed page read the answer and its headers, errors included', async () => {
    for (const [path, status] of [[`/api/rooms/${room.id}/messages`, 200], ['/api/rooms/0000000000', 404], ['/api/none', 404]]) {
      const { headers } = await api.expect(status, 'GET', path, { headers: { origin: 'http://localhost:3011' } });
      assert.equal(headers.get('access-control-allow-origin'), 'http://localhost:3011');
      assert.match(headers.get('vary'), /Origin/);
      const exposed = headers.get('access-control-expose-headers').toLowerCase().split(', ');
      for (const name of ['latest-seq', 'oldest-seq', 'next-after', 'recovered', 'token']) assert.ok(exposed.includes(`roomtalk-${name}`), name);
      for (const name of ['etag', 'link']) assert.ok(exposed.includes(name), name);
    }
  });

  test('lets no other page read anything', async () => {
    const strangers = ['http://localhost:3012', 'https://talk.example.evil', 'https://evil.example', 'null', 'http://LOCALHOST:3011'];
    for (const origin of strangers) {
      for (const method of ['GET', 'OPTIONS']) {
        const { headers } = await api.call(method, `/api/rooms/${room.id}`, { headers: { origin } });
        assert.equal(headers.get('access-control-allow-origin'), null, origin);
        assert.match(headers.get('vary'), /Origin/);
      }
    }
  });

  test('refuses other methods with 405 and says which there are', async () => {
    for (const [template, operations] of Object.entries(document.paths)) {
      for (const method of ['PUT', 'DELETE', 'PATCH', ...(operations.get ? [] : ['GET', 'HEAD']), ...(operations.post ? [] : ['POST'])]) {
        const { status, headers, json } = await api.call(method, fill(template));
        assert.equal(status, 405, `${method} ${template}`);
        if (method !== 'HEAD') assert.equal(json.code, 'method_not_allowed');
        const expected = [...(operations.get ? ['GET', 'HEAD'] : []), ...(operations.post ? ['POST'] : []), 'OPTIONS'];
        assert.equal(headers.get('allow'), expected.join(', '));
      }
    }
  });

  test('answers HEAD as GET without the body', async () => {
    for (const path of [`/api/rooms/${room.id}`, `/api/rooms/${room.id}/messages`, '/api/status', '/api/openapi.json']) {
      const [get, head] = [await api.call('GET', path), await api.call('HEAD', path)];
      assert.deepEqual([head.status, head.bytes.length], [get.status, 0], path);
      assert.equal(head.headers.get('content-type'), get.headers.get('content-type'));
    }
    assert.equal((await api.call('HEAD', '/api/rooms/0000000000')).status, 404);
  });

  test('is in the document: every other path below /api is a 404 in JSON', async () => {
    const others = ['/api', '/api/', '/api/none', '/api/rooms', '/api/status/', '/api/rooms//messages', `/api/rooms/${room.id}/none`];
    for (const path of [...others, `/api/rooms/${room.id}/messages/`, '/api/clients/alice', '/api/..%2fx']) {
      await api.expect(404, 'GET', path, {}, 'not_found');
    }
  });

  test('gives answers that are what they say they are, and tells no site where they came from', async () => {
    for (const path of ['/api/status', `/api/rooms/${room.id}`, '/api/none']) {
      const { headers } = await api.call('GET', path);
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.equal(headers.get('referrer-policy'), 'no-referrer');
      assert.match(headers.get('content-security-policy'), /default-src 'none'/);
    }
  });

  test('takes its parameters from the path alone, whatever spin-* headers a client sends', async () => {
    const other = await api.room({ clientId: 'bob', name: 'Other' });
    const headers = {
      'spin-path-info': `/api/rooms/${other.id}`,
      'spin-full-url': `${api.url}/api/rooms/${other.id}`,
      'spin-matched-route': '/api/rooms/:roomId',
      'spin-raw-component-route': '/...',
      'spin-component-route': '/',
      'spin-base-path': '/x',
      'spin-path-match-roomid': other.id,
      'spin-path-match-clientid': 'bob',
      'spin-client-addr': '203.0.113.7:1',
      'x-forwarded-for': '203.0.113.7',
    };
    assert.deepEqual((await api.expect(200, 'GET', `/api/rooms/${room.id}`, { headers })).json, room);
    const rooms = (await api.expect(200, 'GET', '/api/clients/alice/rooms', { headers })).json;
    assert.ok(rooms.every(({ creatorId }) => creatorId === 'alice'));
    const json = { clientId: 'alice', content: 'here' };
    const message = await api.expect(201, 'POST', `/api/rooms/${room.id}/messages`, { json, headers });
    assert.equal(message.json.roomId, room.id);
    assert.deepEqual((await api.expect(200, 'GET', `/api/rooms/${other.id}/messages`)).json, []);
  });

  /** A request of which only so much is sent; gives the answer to that. */
  async function begin(path, { length, first }) {
    const request = http.request(api.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(length ? { 'content-length': length } : { 'transfer-encoding': 'chunked' }) },
    });
    // The connection is cut after the answer; writing into it may then fail, and that is no fault.
    request.on('error', () => {});
    request.write(first);
    const [response] = await once(request, 'response');
    let text = '';
    for await (const part of response) text += part;
    request.destroy();
    return { status: response.statusCode, json: JSON.parse(text) };
  }

  test('refuses a body that says it is too long before it has come', async () => {
    for (const [path, length] of [
      ['/api/clients/alice/rooms', 16 * 1024 + 1],
      [`/api/rooms/${room.id}/messages`, 8 * 1024 * 1024 + 1],
      [`/api/rooms/${room.id}/images?clientId=alice`, 5 * 1024 * 1024 + 1],
      [`/api/rooms/${room.id}/messages`, 20_000_000],
    ]) {
      const { status, json } = await begin(path, { length, first: '{' });
      assert.deepEqual([status, json.code], [413, 'too_large'], path);
    }
  });

  test('stops reading a body of unknown length where it passes the limit', async () => {
    const { status, json } = await begin('/api/clients/alice/rooms', { first: ' '.repeat(17 * 1024) });
    assert.deepEqual([status, json.code], [413, 'too_large']);
  });

  test('answers 413 to a client that sends 20 MB whatever is said, and goes on serving', async () => {
    const body = Buffer.alloc(20_000_000, 0x20);
    const agent = new http.Agent({ keepAlive: true });
    const send = (path, payload, headers) =>
      new Promise((resolve, reject) => {
        const request = http.request(api.url + path, { agent, method: 'POST', headers }, (response) => {
          response.resume().on('end', () => resolve(response.statusCode)).on('error', reject);
        });
        request.on('error', reject);
        request.end(payload);
      });
    const json = { 'content-type': 'application/json' };
    for (const path of [`/api/rooms/${room.id}/messages`, '/api/clients/alice/rooms', `/api/rooms/${room.id}/images?clientId=a`]) {
      assert.equal(await send(path, body, { ...json, 'content-length': body.length }), 413, path);
      assert.equal(await send(path, body, { ...json, 'transfer-encoding': 'chunked' }), 413, `${path} chunked`);
      assert.equal(await send('/api/clients/alice/rooms', '{"name":"after"}', json), 201);
    }
    agent.destroy();
  });
});
