// A store that is down, hangs, or refuses: messages are refused, nothing else stands still, and all recovers by itself.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import { startGateway, startHub, startRedis, until } from '../lib/services.mjs';
import { closers, join, newRoom, open, registered, send } from './client.mjs';

const things = closers();
let redis;
let gateway;
let hub;

beforeEach(async () => {
  redis = things.add(await startRedis());
  gateway = things.add(await startGateway({ backend: redis.url }));
  hub = things.add(await startHub({ redis: gateway, env: { BEAT_MS: '1000' } }));
});
afterEach(() => things.close());

const come = async () => things.add(await registered(hub));
const ready = async () => (await fetch(`${hub.url}/readyz`)).ok;

test('a store that is down refuses messages with store_unavailable, and nobody sees them', async () => {
  const [owner, guest] = [await come(), await come()];
  const roomId = await newRoom(owner);
  await join(owner, roomId);
  await join(guest, roomId);
  await gateway.kill();
  const messageId = crypto.randomUUID();
  const refused = await owner.ask('send_message', { roomId, content: 'lost?', messageId });
  assert.deepEqual([refused.ok, refused.code], [false, 'store_unavailable']);
  assert.equal((await owner.wait('error')).code, 'store_unavailable');
  const stranger = things.add(open(hub));
  const answer = await stranger.ask('register', crypto.randomUUID());
  assert.equal(answer.ok, true, 'who one is needs no store');
  assert.equal((await stranger.ask('get_rooms')).code, 'store_unavailable');
  assert.equal((await stranger.ask('join_room', 'aaaaaaaaaa')).code, 'store_unavailable');
  assert.deepEqual((await stranger.askAll('create_room', { name: 'x' }))[1].code, 'store_unavailable');
  assert.deepEqual((await stranger.askAll('get_room_by_id', roomId))[1].code, 'store_unavailable');
  assert.equal((await join(stranger, roomId)).count, 3, 'a live room is joined from memory');
  await gateway.restart();
  await until(ready, { what: 'the hub to be ready again' });
  const message = await send(owner, roomId, 'lost?', { messageId });
  await guest.wait('new_message', (m) => m.seq === message.seq);
  assert.deepEqual(guest.all('new_message'), [message]);
});

test('a store that hangs makes the outcome unknown, stops nothing else, and a retry settles it', async () => {
  const [owner, guest] = [await come(), await come()];
  const roomId = await newRoom(owner);
  await join(guest, roomId);
  const messageId = crypto.randomUUID();
  await gateway.pause();
  try {
    const pending = owner.ask('send_message', { roomId, content: 'perhaps', messageId });
    assert.deepEqual(await owner.ask('set_username', 'alive'), { ok: true });
    const outcome = await pending;
    assert.deepEqual([outcome.ok, outcome.code], [false, 'outcome_unknown']);
  } finally {
    gateway.resume();
  }
  await until(ready, { what: 'the hub to be ready again' });
  const message = await send(owner, roomId, 'perhaps', { messageId });
  const last = await send(owner, roomId, 'last');
  await guest.wait('new_message', (m) => m.seq === last.seq);
  assert.deepEqual(guest.all('new_message'), [message, last]);
});

test('a store that refuses writes refuses messages', async () => {
  const [owner, guest] = [await come(), await come()];
  const roomId = await newRoom(owner);
  await join(guest, roomId);
  await redis.command('CONFIG', 'SET', 'maxmemory', '1');
  const refused = await owner.ask('send_message', { roomId, content: 'x' });
  assert.deepEqual([refused.ok, refused.code], [false, 'store_unavailable']);
  await redis.command('CONFIG', 'SET', 'maxmemory', '0');
  const message = await send(owner, roomId, 'y');
  await guest.wait('new_message', (m) => m.seq === message.seq);
  assert.deepEqual(guest.all('new_message'), [message]);
});

test('the hub starts without its store and is ready when that comes', async () => {
  await gateway.kill();
  await hub.stop();
  const restarted = hub.restart();
  await until(async () => (await fetch(`${hub.url}/healthz`)).ok, { what: 'a live hub' });
  const body = await (await fetch(`${hub.url}/readyz`)).json();
  assert.deepEqual([body.ready, body.store, body.stream], [false, 'disconnected', 'down']);
  await gateway.restart();
  await restarted;
});
