// Every answer of the edge is fenced in: pages, files, images, the API, and what goes wrong.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { gif } from './samples.mjs';
import { startRest } from './system.mjs';

let api;
let room;
let image;

before(async () => {
  api = await startRest();
  room = await api.room();
  image = (await api.expect(201, 'POST', `/api/rooms/${room.id}/images?clientId=alice`, { body: gif })).json;
});
after(() => api.stop());

/** What, the request, and its status. */
const answers = () => {
  const json = (value) => ({ body: JSON.stringify(value), headers: { 'content-type': 'application/json' } });
  return [
    ['the page', 'GET', '/', {}, 200],
    ['a room', 'GET', `/room/${room.id}`, {}, 200],
    ["v0.4's link to a room", 'GET', `/chat?room=${room.id}`, {}, 200],
    ['the configuration', 'GET', '/config.json', {}, 200],
    ['a script', 'GET', '/theme.js', {}, 200],
    ['a picture of the site', 'GET', '/icon.svg', {}, 200],
    ['a file that is not there', 'GET', '/assets/none.js', {}, 404],
    ['the page, posted to', 'POST', '/', {}, 405],
    ['an image', 'GET', image.url, {}, 200],
    ['an image that is known', 'GET', image.url, { headers: { 'if-none-match': `"${image.id}"` } }, 304],
    ['an image, without its body', 'HEAD', image.url, {}, 200],
    ['an image that is not there', 'GET', image.url.replace(image.id, '0'.repeat(64)), {}, 404],
    ['no image', 'POST', `/api/rooms/${room.id}/images?clientId=alice`, { body: '<svg onload=alert(1)>' }, 415],
    ['messages', 'GET', `/api/rooms/${room.id}/messages?render=html`, {}, 200],
    ['a message', 'POST', `/api/rooms/${room.id}/messages`, json({ clientId: 'alice', content: '<b>' }), 201],
    ['an identity', 'POST', '/api/clients', {}, 201],
    ['the document', 'GET', '/api/openapi.json', {}, 200],
    ['the status', 'GET', '/api/status', {}, 200],
    ['an unknown route', 'GET', '/api/none', {}, 404],
    ['a wrong method', 'DELETE', '/api/status', {}, 405],
    ['a preflight', 'OPTIONS', '/api/clients', { headers: { origin: api.url } }, 204],
    ['what is no JSON', 'POST', `/api/rooms/${room.id}/messages`, { ...json({}), body: '{' }, 400],
    ["what the API's limit refuses", 'POST', '/api/clients/alice/rooms', json({ name: 'x'.repeat(17_000) }), 413],
    ["what the host's limit refuses", 'POST', '/api/clients/alice/rooms', { body: Buffer.alloc(17 << 20) }, 413],
    ["the host's health", 'GET', '/.well-known/spin/health', {}, 200],
    ["the host's metrics", 'GET', '/.well-known/spin/metrics', {}, 200],
    ["the host's unknown", 'GET', '/.well-known/spin/none', {}, 404],
  ];
};

test('each says what it is, tells nobody where it was read, and has a policy without anything unsafe', async () => {
  for (const [what, method, path, options, status] of answers()) {
    const answer = await fetch(api.url + path, { method, ...options });
    await answer.arrayBuffer();
    assert.equal(answer.status, status, what);
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff', what);
    assert.equal(answer.headers.get('referrer-policy'), 'no-referrer', what);
    const policy = answer.headers.get('content-security-policy');
    assert.match(policy ?? '', /^default-src 'none'/, what);
    assert.doesNotMatch(policy, /unsafe|\*|data:[^;]*script/, what);
    assert.equal(answer.headers.get('server'), null, what);
    assert.equal(answer.headers.get('x-powered-by'), null, what);
  }
});

test('an image can run nothing and be held by no page', async () => {
  for (const method of ['GET', 'HEAD']) {
    const { headers } = await api.call(method, image.url);
    assert.equal(headers.get('content-security-policy'), "default-src 'none'; sandbox");
  }
});

test('no cache keeps a token, an error or an answer about a room', async () => {
  for (const [what, method, path, options, status] of answers()) {
    if (!path.startsWith('/api') || path === '/api/openapi.json' || (path === image.url && status < 400)) continue;
    const { headers } = await fetch(api.url + path, { method, ...options });
    if (method === 'OPTIONS') continue;
    assert.match(headers.get('cache-control') ?? '', /no-store|private, no-cache/, what);
  }
});
