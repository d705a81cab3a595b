// Readers that stop reading cost the hub no memory: what they leave unread is bounded in bytes, and then they are cut.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { memoryOf } from '../lib/process.mjs';
import { startGateway, startHub, until } from '../lib/services.mjs';
import { closers, join, newRoom, registered } from './client.mjs';

const READERS = 100;
const MEGABYTES = 100;
/** So often during that the hundred are made whole again, since the hub cuts those that are full. */
const GENERATIONS = 4;
/** What a hundred queues of 1 MiB may hold, however much is sent: unread it would be 10 000 MB. */
const GROWTH_MB = READERS * 1.05;

const MIB = 1024 * 1024;

const things = closers();
let gateway;
let hub;

before(async () => {
  gateway = things.add(await startGateway());
  hub = things.add(await startHub({ redis: gateway }));
});
after(() => things.close());

const rss = async () => (await memoryOf(hub.pid())).now / MIB;
const metric = async (name, { url } = hub) => {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)[1]);
};

/** Joins by WebSocket and reads nothing more. */
async function stalledSocket(roomId) {
  const client = await registered(hub);
  await join(client, roomId);
  client.socket.io.engine.transport.ws._socket.pause();
  return client;
}

/** Joins by long-polling and never polls again, but by `poll()`. */
async function stalledPoll(roomId, { url } = hub) {
  const path = `${url}/socket.io/?EIO=4&transport=polling`;
  const { sid } = JSON.parse((await (await fetch(path)).text()).slice(1));
  const session = `${path}&sid=${sid}`;
  const say = (body) => fetch(session, { method: 'POST', headers: { 'content-type': 'text/plain' }, body });
  await say('40');
  await (await fetch(session)).text();
  await say(`42["register","${crypto.randomUUID()}"]\x1e42["join_room","${roomId}"]`);
  return { poll: () => fetch(session), close: () => {} };
}

test('a hundred readers that stop reading while 100 MB are sent leave its memory flat', async (t) => {
  const sender = things.add(await registered(hub));
  const roomId = await newRoom(sender);
  const readers = [];
  let opened = 0;
  /** Takes the place of those that were cut, so that there are always a hundred. */
  const fill = async () => {
    const present = (await metric('roomtalk_hub_sockets')) - 1;
    const missing = Math.max(0, READERS - present);
    const added = Array.from({ length: missing }, () => ((opened += 1) % 4 === 0 ? stalledPoll(roomId) : stalledSocket(roomId)));
    // The clients of those that were cut learn of it only when they read; they are closed at the end.
    readers.push(...(await Promise.all(added)));
  };
  await fill();
  await until(async () => (await metric('roomtalk_hub_sockets')) === READERS + 1, { what: 'a hundred readers' });

  const before = await rss();
  const most = [];
  const content = '語'.repeat(15_000);
  let bytes = 0;
  while (bytes < MEGABYTES * 1e6) {
    const generation = Math.floor((bytes / 1e6 / MEGABYTES) * GENERATIONS);
    if (most[generation] === undefined) {
      await fill();
      most[generation] = await rss();
    }
    const acks = await Promise.all(Array.from({ length: 25 }, () => sender.ask('send_message', { roomId, content })));
    assert.ok(acks.every((ack) => ack.ok), 'the sender is not held up');
    bytes += acks.length * Buffer.byteLength(content);
    most[generation] = Math.max(most[generation], await rss());
  }
  const cut = await metric('roomtalk_hub_slow_closes_total');
  const each = most.map((megabytes) => megabytes.toFixed(1)).join(', ');
  const figures = `RSS ${before.toFixed(1)} MB before, at most ${each} MB in each quarter, ${(await rss()).toFixed(1)} MB after`;
  t.diagnostic(`${figures}; ${(bytes / 1e6).toFixed(0)} MB sent to ${READERS} stalled readers, ${cut} of ${opened} cut`);
  assert.ok(cut > 0, 'queues were full');
  assert.ok(Math.max(...most) - before < GROWTH_MB, figures);
  assert.ok(most.at(-1) - most[0] < GROWTH_MB / 2, `it is not the number of bytes sent that counts: ${figures}`);
  for (const reader of readers) reader.close();
});

test('sockets that come and go leave nothing behind', async (t) => {
  const owner = things.add(await registered(hub));
  const roomId = await newRoom(owner);
  const content = 'x'.repeat(15_000);
  await Promise.all(Array.from({ length: 20 }, () => owner.ask('send_message', { roomId, content })));
  /** Each is shown a page of 256 KiB, and a part of them leaves it unread. */
  const visits = async (count) => {
    for (let i = 0; i < count; i += 20) {
      const visitors = await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 ? stalledSocket(roomId) : come(roomId))));
      for (const visitor of visitors) visitor.close();
    }
    await until(async () => (await metric('roomtalk_hub_sockets')) <= 2, { what: 'all of them to be gone' });
  };
  const come = async (room) => {
    const client = await registered(hub);
    await join(client, room);
    return client;
  };
  await visits(200);
  const before = await rss();
  await visits(600);
  const after = await rss();
  t.diagnostic(`RSS ${before.toFixed(1)} MB after 200 visits, ${after.toFixed(1)} MB after 800`);
  assert.ok(after - before < 30, 'every visit would leave 256 KiB and more: 150 MB');
});

describe('what waits for all sockets together', () => {
  const most = 8 * MIB;
  const content = '語'.repeat(15_000);
  /** So many of these are just below what one socket may have unread. */
  const many = Math.floor((MIB * 0.8) / Buffer.byteLength(content));
  let small;
  let sender;
  before(async () => {
    small = things.add(await startHub({ redis: gateway, env: { MAX_UNREAD_BYTES: String(most) } }));
    sender = things.add(await registered(small));
  });
  const unread = () => metric('roomtalk_hub_unread_bytes', small);
  const cut = () => metric('roomtalk_hub_slow_closes_total', small);
  /** A room with so many members that read nothing more. */
  const stalledRoom = async (members) => {
    const roomId = await newRoom(sender);
    const joins = await metric('roomtalk_hub_joins_total', small);
    const readers = await Promise.all(Array.from({ length: members }, () => stalledPoll(roomId, small)));
    await until(async () => (await metric('roomtalk_hub_joins_total', small)) === joins + members, { what: 'all to join' });
    return { roomId, readers };
  };
  const fill = async (roomId) => {
    for (let i = 0; i < many; i += 1) assert.ok((await sender.ask('send_message', { roomId, content })).ok);
  };

  test('counts once where many wait for the same, and closes nobody then', async () => {
    const { roomId } = await stalledRoom(40);
    await fill(roomId);
    const bytes = await unread();
    assert.ok(bytes > MIB / 2 && bytes < 2 * MIB, `${bytes}: all of them together have ${40 * many} messages unread`);
    assert.equal(await cut(), 0);
  });

  test('is bounded: those with the most unread are closed first', async () => {
    const light = await stalledRoom(1);
    await sender.ask('send_message', { roomId: light.roomId, content: 'kept' });
    const rooms = [];
    for (let i = 0; i < 24; i += 1) rooms.push(await stalledRoom(1));
    for (const { roomId } of rooms) {
      await fill(roomId);
      assert.ok((await unread()) <= most, `${await unread()}`);
    }
    assert.ok((await cut()) > 10, `${await cut()} were closed`);
    assert.match(await (await light.readers[0].poll()).text(), /"kept"/);
  });
});
