// Two hubs on one store, who do not know each other.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startGateway, startHub, startRedis, until } from '../lib/services.mjs';
import { closers, join, newRoom, registered, send } from './client.mjs';

const things = closers();
let gateway;
let one;
let two;

before(async () => {
  const redis = things.add(await startRedis());
  gateway = things.add(await startGateway({ backend: redis.url }));
  [one, two] = await Promise.all([0, 0].map(() => startHub({ redis: gateway, env: { BEAT_MS: '500' } })));
  things.add(one);
  things.add(two);
});
after(() => things.close());

const come = async (hub, id) => things.add(await registered(hub, id));

test('a message goes to both hubs once, and in the same order', async () => {
  const [a, b] = [await come(one), await come(two)];
  const roomId = await newRoom(a);
  await join(a, roomId);
  await join(b, roomId);
  for (let i = 0; i < 50; i += 1) {
    a.emit('send_message', { roomId, content: `a${i}` });
    b.emit('send_message', { roomId, content: `b${i}` });
  }
  for (const client of [a, b]) await client.wait('new_message', (m) => m.seq === 101);
  assert.deepEqual(a.all('new_message'), b.all('new_message'));
  assert.deepEqual(a.all('new_message').map((m) => m.seq), Array.from({ length: 100 }, (_, i) => i + 2));
});

test('new_room reaches the creator on every hub', async () => {
  const id = crypto.randomUUID();
  const [a, b, stranger] = [await come(one, id), await come(two, id), await come(two)];
  const roomId = await newRoom(a, 'Everywhere');
  assert.equal((await b.wait('new_room')).id, roomId);
  assert.equal(a.all('new_room').length, 1);
  await stranger.ask('get_rooms');
  assert.deepEqual(stranger.all('new_room'), []);
});

test('presence counts members of both hubs from the first moment', async () => {
  const [a, b] = [await come(one), await come(two)];
  const roomId = await newRoom(a);
  assert.equal((await join(a, roomId)).count, 1);
  assert.equal((await join(b, roomId)).count, 2);
  assert.equal((await a.wait('room_member_change', (e) => e.user.id === b.id)).count, 2);
  b.close();
  const left = await a.wait('room_member_change', (e) => e.action === 'leave');
  assert.deepEqual([left.user.id, left.count], [b.id, 1]);
});

test('tabs of one client on two hubs count once, and closing one keeps the other', async () => {
  const [watcher, id] = [await come(one), crypto.randomUUID()];
  const roomId = await newRoom(watcher);
  await join(watcher, roomId);
  const [first, second] = [await come(one, id), await come(two, id)];
  assert.equal((await join(first, roomId)).count, 2);
  assert.equal((await join(second, roomId)).count, 2);
  // Once this has come by the stream, so has the second tab's presence.
  const before = await send(second, roomId, 'here too');
  await watcher.wait('new_message', (m) => m.seq === before.seq);
  const from = watcher.seen.length;
  first.close();
  const message = await send(second, roomId, 'still here');
  await watcher.wait('new_message', (m) => m.seq === message.seq);
  second.close();
  await watcher.wait('room_member_change', (e) => e.action === 'leave' && e.user.id === id && e.count === 1, from);
  assert.equal(watcher.all('room_member_change', from).length, 1);
});

test('members of a hub that was killed stop counting, and its traces are removed', async () => {
  const three = things.add(await startHub({ redis: gateway, env: { BEAT_MS: '500' } }));
  const [a, lost] = [await come(one), await come(three)];
  const roomId = await newRoom(a);
  await join(a, roomId);
  await join(lost, roomId);
  await a.wait('room_member_change', (e) => e.user.id === lost.id && e.count === 2);
  await three.kill();
  await a.wait('room_member_change', (e) => e.action === 'leave' && e.user.id === lost.id && e.count === 1);
  // As 75 s later, by the store's clock.
  const fields = await gateway.command('HKEYS', `room:{${roomId}}:online`);
  const dead = fields.map((field) => field.split('|')).find(([, client]) => client === lost.id)[0];
  await gateway.command('DEL', `hub:${dead}`);
  const late = await come(two);
  assert.equal((await join(late, roomId)).count, 2);
  await until(async () => (await gateway.command('HLEN', `room:{${roomId}}:online`)) === 2, { what: 'the cleaning' });
});

test('members of a hub whose key ran out too early count again as soon as it hears of it', async () => {
  const old = things.add(await startHub({ redis: gateway }));
  const members = [await come(old), await come(old)];
  const roomId = await newRoom(members[0]);
  for (const member of members) await join(member, roomId);
  const written = async () => gateway.command('HKEYS', `room:{${roomId}}:online`);
  await until(async () => (await written()).length === 2, { what: 'both to be written' });
  // As after a jump of the store's clock.
  await gateway.command('DEL', `hub:${(await written())[0].split('|')[0]}`);
  // With 30 s between two beats, a hub that comes now has heard nothing of the older one.
  const late = await come(things.add(await startHub({ redis: gateway })));
  const { count } = await join(late, roomId);
  assert.ok(count >= 1);
  await until(async () => (await join(late, roomId)).count === 3, { what: 'all three to count' });
  await until(async () => (await written()).length === 3, { what: 'all three to be written' });
});

test('members of a hub that was silent for long count again when it is heard again', async () => {
  const silent = things.add(await startHub({ redis: gateway, env: { BEAT_MS: '500' } }));
  const watcher = await come(one);
  const roomId = await newRoom(watcher);
  await join(watcher, roomId);
  const members = [await come(silent), await come(silent), await come(silent)];
  for (const member of members) await join(member, roomId);
  await watcher.wait('room_member_change', (e) => e.count === 4);
  let from = watcher.seen.length;
  await silent.pause();
  await watcher.wait('room_member_change', (e) => e.action === 'leave' && e.count === 1, from);
  from = watcher.seen.length;
  silent.resume();
  await watcher.wait('room_member_change', (e) => e.action === 'join' && e.count === 4, from);
});

test('a room of more than fifty is told its count, not every move', async () => {
  const watcher = await come(one);
  const roomId = await newRoom(watcher);
  await join(watcher, roomId);
  const crowd = [];
  for (let i = 0; i < 69; i += 1) {
    const client = await come(i % 2 ? one : two);
    await join(client, roomId);
    crowd.push(client);
  }
  await watcher.wait('room_member_count', (e) => e.count === 70);
  const moves = watcher.all('room_member_change').map((e) => e.count);
  assert.deepEqual(moves, Array.from({ length: 50 }, (_, i) => i + 1));
  assert.equal(crowd.at(-1).all('room_member_change').length, 1, 'the newcomer sees its own coming');
});
