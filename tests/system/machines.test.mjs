// Several machines behind one address, as on a platform that spreads connections over them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { history, newClient, newRoom, request, send as sendByRest } from '../lib/api.mjs';
import { startBalancer } from '../lib/balancer.mjs';
import { startEdge, startGateway, startHub, startRedis } from '../lib/services.mjs';
import { closers, join, registered, send } from '../sockets/client.mjs';

const MACHINES = 3;
const things = closers();
let base;
let hubs;
let balancer;
/** Connections that each machine got. */
const spread = () => hubs.map(({ port }) => balancer.taken.get(port));

before(async () => {
  const redis = things.add(await startRedis());
  const gateway = things.add(await startGateway({ backend: redis.url }));
  const edge = things.add(await startEdge({ redis: gateway, hubUrl: '/' }));
  hubs = await Promise.all(Array.from({ length: MACHINES }, () => startHub({ redis: gateway, env: { EDGE_URL: edge.url } })));
  for (const hub of hubs) things.add(hub);
  balancer = things.add(await startBalancer(hubs.map(({ port }) => port)));
  base = balancer.url;
});
after(() => things.close());

test('page, API and sockets are reached at one address, whichever machine answers', async () => {
  for (let machine = 0; machine < MACHINES; machine += 1) {
    const page = await request(base, 'GET', '/', { headers: { connection: 'close' } });
    assert.equal(page.status, 200);
    assert.match(page.body, /RoomTalk/);
    const config = await request(base, 'GET', '/config.json', { headers: { connection: 'close' } });
    assert.equal(config.body.socketUrl, '/');
  }
  assert.ok(spread().every((connections) => connections > 0), `${spread()}`);
});

test('members on all machines and a script see the same messages in the same order', async () => {
  const creator = await newClient(base);
  const room = await newRoom(base, creator, 'Spread');
  const members = [];
  for (let at = 0; at < 2 * MACHINES; at += 1) {
    const before = spread();
    members.push(things.add(await registered({ url: base }, undefined, { extraHeaders: { Origin: base } })));
    assert.equal(spread().reduce((sum, now, machine) => sum + now - before[machine], 0), 1);
  }
  for (const member of members) await join(member, room.id);
  const sending = members.flatMap((member, at) => [1, 2, 3].map((number) => send(member, room.id, `${at}: ${number}`)));
  sending.push(sendByRest(base, creator, room.id, 'by REST'));
  await Promise.all(sending);
  const last = 1 + sending.length;
  for (const member of members) await member.wait('new_message', (message) => message.seq === last);
  const told = members.map((member) => member.all('new_message').map(({ seq, id }) => `${seq} ${id}`));
  const kept = (await history(base, room.id)).map(({ seq, id }) => `${seq} ${id}`);
  assert.equal(kept.length, sending.length);
  for (const one of told) assert.deepEqual(one, kept);
});

test('when a machine goes, its members go on with the others and miss nothing', async () => {
  const creator = await newClient(base);
  const room = await newRoom(base, creator, 'One less');
  const members = [];
  for (let at = 0; at < MACHINES; at += 1) {
    const member = things.add(await registered({ url: base }));
    await join(member, room.id);
    members.push(member);
  }
  // A try that the balancer sends to the machine that is gone fails, and is made again.
  const comesBack = new Promise((resolve) => {
    for (const member of members) member.socket.io.once('reconnect', () => resolve(member));
  });
  await hubs[0].end();
  await sendByRest(base, creator, room.id, 'while one was away');
  const returned = await comesBack;
  await returned.ask('register', returned.id);
  const from = returned.seen.length;
  const answer = await join(returned, { roomId: room.id, after: 1 });
  assert.equal(answer.recovered, true);
  const [missed] = returned.all('message_history', from);
  assert.deepEqual(missed.map(({ content }) => content), ['while one was away']);
  await hubs[0].restart();
});
