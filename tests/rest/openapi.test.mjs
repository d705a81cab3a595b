// The document promises, and every promise is kept: each path, method and status is brought about once.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';

import { startEdge, startGateway, startRedis } from '../lib/services.mjs';
import { document, promises } from './contract.mjs';
import { gif, png } from './samples.mjs';
import { client } from './system.mjs';

let redis;
let gateway;
let open;
let closed;
before(async () => {
  redis = await startRedis();
  gateway = await startGateway({ backend: redis.url });
  open = await startEdge({ redis: gateway });
  closed = await startEdge({ redis: gateway, variables: { open_client_ids: 'false' } });
});
after(async () => {
  await open?.stop();
  await closed?.stop();
  await gateway?.stop();
  await redis?.stop();
});

test('the document is served as it is kept', async () => {
  const api = client(open.url);
  const { json, headers } = await api.expect(200, 'GET', '/api/openapi.json');
  assert.deepEqual(json, document);
  assert.match(headers.get('content-type'), /^application\/json/);
  assert.equal(json.openapi, '3.1.0');
});

test('each documented answer is given, and is valid', async () => {
  const api = client(open.url);
  const me = await api.issue();
  const room = await api.room(me);
  const byClient = '/api/clients/alice/rooms';
  const mine = `/api/clients/${me.clientId}/rooms`;
  const messages = `/api/rooms/${room.id}/messages`;
  const images = `/api/rooms/${room.id}/images`;
  const upload = `${images}?clientId=alice`;
  const nowhere = '/api/rooms/0000000000';
  const name = { json: { name: 'x' } };
  const text = (more) => ({ json: { clientId: 'alice', content: 'x', ...more } });
  const form = { body: 'x', headers: { 'content-type': 'text/plain' } };
  const malformed = { body: '{', headers: { 'content-type': 'application/json' } };
  const large = (bytes) => ({ body: Buffer.alloc(bytes, 0x20), headers: { 'content-type': 'application/json' } });

  await api.expect(200, 'GET', '/api/status');
  await api.expect(200, 'GET', '/api/openapi.json');

  await api.expect(200, 'GET', mine, { token: me.token });
  await api.expect(401, 'GET', mine);
  await api.expect(422, 'GET', '/api/clients/a%20b/rooms');
  await api.expect(201, 'POST', byClient, name);
  await api.expect(400, 'POST', byClient, malformed);
  await api.expect(401, 'POST', mine, name);
  await api.expect(413, 'POST', byClient, large(17 * 1024));
  await api.expect(415, 'POST', byClient, form);
  await api.expect(422, 'POST', byClient, { json: { name: 7 } });
  await api.expect(200, 'GET', `${mine}/${room.id}`);
  await api.expect(404, 'GET', `${byClient}/${room.id}`);
  await api.expect(422, 'GET', `/api/clients/a%20b/rooms/${room.id}`);
  await api.expect(200, 'GET', `/api/rooms/${room.id}`);
  await api.expect(404, 'GET', nowhere);

  const messageId = randomUUID();
  await api.expect(201, 'POST', messages, text({ messageId }));
  await api.expect(200, 'POST', messages, text({ messageId }));
  await api.expect(409, 'POST', messages, text({ messageId, content: 'y' }));
  await api.expect(400, 'POST', messages, text({ content: '' }));
  await api.expect(401, 'POST', messages, text({ clientId: me.clientId }));
  await api.expect(404, 'POST', `${nowhere}/messages`, text());
  await api.expect(413, 'POST', messages, large(8 * 1024 * 1024 + 1));
  await api.expect(415, 'POST', messages, form);
  await api.expect(422, 'POST', messages, text({ username: 7 }));
  const { headers } = await api.expect(200, 'GET', messages);
  await api.expect(304, 'GET', messages, { headers: { 'if-none-match': headers.get('etag') } });
  await api.expect(400, 'GET', `${messages}?limit=0`);
  await api.expect(404, 'GET', `${nowhere}/messages`);
  await api.expect(422, 'GET', `${messages}?render=pdf`);

  const image = (await api.expect(201, 'POST', upload, { body: png() })).json;
  await api.expect(201, 'POST', upload, { body: gif });
  await api.expect(400, 'POST', images, { body: png() });
  await api.expect(401, 'POST', `${images}?clientId=${me.clientId}`, { body: png() });
  await api.expect(404, 'POST', `${nowhere}/images?clientId=alice`, { body: png() });
  await api.expect(413, 'POST', upload, { body: Buffer.alloc(5 * 1024 * 1024 + 1) });
  await api.expect(415, 'POST', upload, { body: 'no image' });
  await api.expect(422, 'POST', upload, { body: png(1, 1, { claim: [0, 0] }) });
  await api.expect(200, 'GET', image.url);
  await api.expect(304, 'GET', image.url, { headers: { 'if-none-match': `"${image.id}"` } });
  await api.expect(404, 'GET', `${images}/${'0'.repeat(64)}`);
  await api.send(room.id, {
    ...{ username: 'Alice', avatar: { text: 'A', color: 'primary' }, replyTo: 1, images: [image.id] },
  });
  await api.expect(200, 'GET', `${messages}?render=html&after=0`);

  const strict = client(closed.url);
  await strict.expect(403, 'POST', byClient, name);
  await strict.expect(403, 'POST', messages, text());
  await strict.expect(403, 'POST', upload, { body: png() });

  const limited = await startEdge({ redis: gateway, variables: { rate_limits: 'messages=1/h,rooms=1/h,uploads=1/h' } });
  const busy = client(limited.url);
  try {
    for (const status of [201, 429]) {
      await busy.expect(status, 'POST', byClient, name);
      await busy.expect(status, 'POST', messages, text());
      await busy.expect(status, 'POST', upload, { body: png() });
    }
  } finally {
    await limited.stop();
  }

  const unset = await startEdge({ redis: gateway, variables: { client_token_secret: '' } });
  const unconfigured = client(unset.url);
  try {
    await unconfigured.expect(503, 'POST', '/api/clients', {}, 'not_configured');
  } finally {
    await unset.stop();
  }

  await gateway.kill();
  const gone = [byClient, `${byClient}/${room.id}`, `/api/rooms/${room.id}`, messages, `${images}/${'0'.repeat(64)}`, '/api/status'];
  for (const path of gone) await api.expect(503, 'GET', path);
  await api.expect(503, 'POST', byClient, name);
  await api.expect(503, 'POST', messages, text());
  await api.expect(503, 'POST', upload, { body: png() });

  const kept = new Set([...api.kept, ...strict.kept, ...busy.kept, ...unconfigured.kept]);
  // Only many readers that stand still bring it about, in one instance; `crates/rest/tests/handlers.rs` does without them.
  const alone = ['get /api/rooms/{roomId}/images/{imageId} 429'];
  assert.deepEqual(promises.filter((promise) => !kept.has(promise)), alone);
});
