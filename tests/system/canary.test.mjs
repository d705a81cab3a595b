// Nothing that people say, prove or keep secret is in any log, at the most verbose level of RoomTalk's own code.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startEdge, startGateway, startHub, startRedis, startRoomtalk, until } from '../lib/services.mjs';
import { png } from '../rest/samples.mjs';
import { client as rest } from '../rest/system.mjs';
import { closers, join, open, registered, send } from '../sockets/client.mjs';

const OURS = ['bench', 'domain', 'edge_host', 'http_server', 'realtime_hub', 'redis_gateway', 'rest', 'roomtalk', 'store', 'upstash'];
const env = { RUST_LOG: `info,${OURS.map((name) => `${name}=trace`).join(',')}` };
const SECRET = 'canary-identity-secret,canary-older-secret';
const STORE_TOKEN = 'canary-store-token';

const things = closers();
after(() => things.close());

/** Says and does everything, refused and broken things too, and gives the words that no log may hold. */
async function use({ hub, api, outage }) {
  const me = await api.issue();
  const room = await api.room({ ...me, name: 'canary-room-name' });
  const words = {
    'text by REST': 'canary-text-by-rest',
    'text by socket': 'canary-text-by-socket',
    'refused text': 'canary-refused-text',
    'username': 'canary-username',
    'room name': 'canary-room-name',
    'room description': 'canary-description',
    'avatar text': 'canary-avatar',
    'broken JSON': 'canary-broken-json',
    'query': 'canary-query',
    'forged header': 'canary-header',
    'wrong token': 'canary-wrong-token',
    'identity token': me.token,
    'identity secret': 'canary-identity-secret',
    'older secret': 'canary-older-secret',
    'store token': STORE_TOKEN,
    'room id': room.id,
  };
  const avatar = { text: words['avatar text'], color: 'primary' };
  const messages = `/api/rooms/${room.id}/messages`;
  const say = (content, more = {}) => ({ json: { clientId: me.clientId, content, username: words.username, avatar, ...more } });
  const broken = { body: `{"content":"${words['broken JSON']}"`, headers: { 'content-type': 'application/json' } };
  const headers = { cookie: words['forged header'], 'x-forwarded-for': words['forged header'], 'spin-path-info': words['forged header'] };

  await api.expect(201, 'POST', `/api/clients/${me.clientId}/rooms`, { json: { name: words['room name'], description: words['room description'] }, token: me.token });
  await api.expect(201, 'POST', messages, { ...say(words['text by REST']), token: me.token, headers });
  await api.expect(401, 'POST', messages, { ...say(words['refused text']), token: words['wrong token'] });
  await api.expect(400, 'POST', messages, broken);
  await api.expect(422, 'POST', messages, { ...say('x', { username: words.username.repeat(10) }), token: me.token });
  await api.expect(413, 'POST', messages, { body: words['refused text'].repeat(500_000) });
  await api.expect(404, 'POST', '/api/rooms/0000000000/messages', { ...say(words['refused text']), token: me.token });
  await api.expect(422, 'GET', `${messages}?render=${words.query}&token=${me.token}`);
  await api.expect(200, 'GET', `${messages}?render=html`, { token: me.token });
  await api.expect(404, 'GET', `/api/${words.query}/${room.id}`);
  await api.expect(201, 'POST', `/api/rooms/${room.id}/images?clientId=${me.clientId}`, { body: png(), token: me.token });

  const reader = things.add(open(hub, { auth: me }));
  await join(reader, room.id);
  const member = things.add(await registered(hub));
  await join(member, room.id);
  await send(member, room.id, words['text by socket'], { username: words.username, avatar });
  await reader.wait('new_message', (message) => message.content === words['text by socket']);
  await member.ask('join_room', { roomId: room.id, after: 1 });
  await member.ask('join_room', { roomId: room.id, after: 999 });
  await member.ask('get_room_messages', { roomId: room.id, before: 3 });
  await member.askAll('get_room_by_id', room.id);
  await member.askAll('create_room', { name: words['room name'], description: words['room description'] });
  await member.ask('send_message', { roomId: room.id, content: words['refused text'], replyTo: 'x' });
  await member.ask(words.query, { content: words['refused text'] });
  await member.ask('register', { clientId: me.clientId, token: words['wrong token'] });
  member.socket.io.engine.transport.ws.send(`42["send_message",{"content":"${words['broken JSON']}"`);
  const thief = things.add(open(hub, { auth: { clientId: me.clientId, token: words['wrong token'] } }));
  await new Promise((resolve) => thief.socket.once('connect_error', resolve));
  thief.close();

  await outage(async () => {
    const messageId = crypto.randomUUID();
    await api.expect(503, 'POST', messages, { ...say(words['refused text'], { messageId }), token: me.token });
    await api.expect(503, 'GET', messages, { token: me.token });
    await api.expect(503, 'GET', '/api/status');
    assert.equal((await reader.ask('send_message', { roomId: room.id, content: words['refused text'], messageId })).ok, false);
  });
  await until(async () => (await fetch(`${hub.url}/readyz`)).ok, { what: 'a ready hub' });
  // The store's memory of the room is taken away under its members.
  await send(reader, room.id, words['text by socket']);
  await reader.ask('leave_room', room.id);
  return words;
}

/** Fails for each word that a log holds. `logs`: name of the program to what it printed. */
function search(logs, words) {
  for (const [program, log] of Object.entries(logs)) {
    assert.ok(log.length > 0, `${program} says something`);
    for (const [what, word] of Object.entries(words)) {
      const at = log.indexOf(word);
      assert.equal(at, -1, `${what} is in the log of ${program}: ${log.slice(Math.max(0, at - 300), at + 100)}`);
    }
  }
}

test('apart: gateway on a Redis server, hub and edge', async () => {
  const redis = things.add(await startRedis());
  const gateway = things.add(await startGateway({ backend: redis.url, token: STORE_TOKEN, env }));
  const hub = things.add(await startHub({ redis: gateway, secret: SECRET, env: { ...env, RATE_LIMITS: 'on', BEAT_MS: '500' } }));
  const edge = things.add(await startEdge({ redis: gateway, secret: SECRET, variables: { rate_limits: 'on' }, env }));
  const outage = async (during) => {
    await gateway.kill();
    await during();
    await gateway.restart();
    // A store that refuses says why.
    await redis.command('CONFIG', 'SET', 'maxmemory', '1');
    const member = things.add(await registered(hub));
    await member.askAll('create_room', { name: 'canary-room-name' });
    await redis.command('CONFIG', 'SET', 'maxmemory', '0');
  };
  const words = await use({ hub, api: rest(edge.url), outage });
  const gatewayLog = gateway.output();
  await hub.stop();
  assert.match(edge.output(), /DEBUG edge_host/, 'the verbose level is on');
  assert.throws(() => search({ hub: hub.output() }, { 'what is there': 'the hub listens' }), /what is there is in the log of hub/);
  search({ hub: hub.output(), edge: edge.output(), gateway: gatewayLog || 'nothing' }, words);
});

test('as one unit: `roomtalk up` on its own store', async () => {
  const unit = things.add(
    await startRoomtalk({ redisToken: STORE_TOKEN, env: { ...env, CLIENT_TOKEN_SECRET: SECRET, RATE_LIMITS: 'on' } }),
  );
  const api = rest(unit.edge);
  const words = await use({
    hub: { url: unit.hub },
    api,
    outage: async () => {},
  });
  await unit.end();
  search({ roomtalk: unit.output() }, words);
});
