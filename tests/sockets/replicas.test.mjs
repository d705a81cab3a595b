// A store whose reads come from a replica far behind its leader: what is missing there is not gone.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import { seeded } from '../faults/random.mjs';
import { replica } from '../faults/replica.mjs';
import { startStoreProxy } from '../faults/store-proxy.mjs';
import { startGateway, startHub, startRedis } from '../lib/services.mjs';
import { closers, join, newRoom, registered, send } from './client.mjs';

const things = closers();
let store;
let route;
let behind;
let direct;

beforeEach(async () => {
  const redis = things.add(await startRedis());
  const gateway = things.add(await startGateway({ backend: redis.url }));
  route = await replica({ redis, gateway, keep: (thing) => things.add(thing) });
  store = things.add(await startStoreProxy({ url: () => gateway.url, random: seeded(1), route }));
  behind = things.add(await startHub({ redis: { url: store.url, token: gateway.token } }));
  direct = things.add(await startHub({ redis: gateway }));
});
afterEach(() => things.close());

/** From now on the replica gets nothing more, and the hub before it knows of nothing that it lacks. */
const freeze = async () => {
  await route.level();
  route.fall(600_000);
};
const come = async (hub) => things.add(await registered(hub));

test('messages that were not published are shown before a later one, though the replica does not have them', async () => {
  const [writer, reader] = [await come(direct), await come(behind)];
  const roomId = await newRoom(writer);
  await join(reader, roomId);
  await freeze();
  store.fault('drop', { ms: 600_000 });
  for (const content of ['first', 'second']) await send(writer, roomId, content);
  store.heal();
  await send(writer, roomId, 'third');
  await reader.wait('new_message', (message) => message.content === 'third');
  assert.deepEqual(reader.all('new_message').map(({ seq, content }) => [seq, content]), [[2, 'first'], [3, 'second'], [4, 'third']]);
  assert.deepEqual(reader.all('resync'), []);
});

test('whoever comes from a quicker hub goes on where he was, and is not told to start again', async () => {
  const [writer, reader] = [await come(direct), await come(behind)];
  const roomId = await newRoom(writer);
  await join(reader, roomId);
  await freeze();
  store.fault('drop', { ms: 600_000 });
  const { seq, id } = await send(writer, roomId, 'seen elsewhere');
  const answer = await join(await come(behind), { roomId, after: seq, afterId: id });
  store.heal();
  assert.deepEqual([answer.recovered, answer.latestSeq], [true, seq]);
  await reader.wait('new_message', (message) => message.seq === seq);
});

test('a newcomer to a room of large messages leaves no hole for those who come back', async () => {
  const [writer, reader] = [await come(direct), await come(behind)];
  const roomId = await newRoom(writer);
  const large = 'x'.repeat(15_000);
  // More than a page by size: the hub's memory starts with less than a newcomer is shown.
  for (let i = 0; i < 30; i += 1) await send(writer, roomId, `${i} ${large}`);
  await join(reader, roomId);
  await freeze();
  const last = await send(writer, roomId, 'last');
  await reader.wait('new_message', (message) => message.seq === last.seq);
  await join(await come(behind), roomId);
  const guest = await come(behind);
  const from = guest.seen.length;
  assert.equal((await join(guest, { roomId, after: last.seq - 2 })).recovered, true);
  assert.deepEqual(guest.all('message_history', from)[0].map(({ seq }) => seq), [last.seq - 1, last.seq]);
});
