// Acknowledged means stored: when the store refuses, the sender is told and nobody is shown the message.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { io } from 'socket.io-client';

import { history, newClient, newRoom, request, send } from '../lib/api.mjs';
import { startGateway, startRedis, startRoomtalk } from '../lib/services.mjs';

describe('a store that refuses writes', () => {
  let redis;
  let gateway;
  let system;
  let alice;
  let room;
  const sockets = [];

  before(async () => {
    redis = await startRedis();
    gateway = await startGateway({ backend: redis.url });
    system = await startRoomtalk({ redisUrl: gateway.url, redisToken: gateway.token });
    alice = await newClient(system.edge);
    room = await newRoom(system.edge, alice);
  });
  after(async () => {
    for (const socket of sockets) socket.close();
    await system?.stop();
    await gateway?.stop();
    await redis?.stop();
  });

  /** A member of the room and all that it is shown. */
  async function member() {
    const client = await newClient(system.edge);
    const socket = io(system.hub, { transports: ['websocket'], auth: client, forceNew: true });
    sockets.push(socket);
    const shown = [];
    socket.on('new_message', (message) => shown.push(message.content));
    const joined = await socket.emitWithAck('join_room', { roomId: room.id });
    assert.equal(joined.ok, true);
    return { socket, shown };
  }

  test('answers 503 and an error ack, shows the message to nobody, and recovers by itself', async () => {
    const [sender, reader] = [await member(), await member()];
    const body = { clientId: alice.clientId, content: 'refused by REST' };
    const post = () => request(system.edge, 'POST', `/api/rooms/${room.id}/messages`, { body, token: alice.token });

    // Redis refuses every write while fewer replicas than this are connected.
    await redis.command('CONFIG', 'SET', 'min-replicas-to-write', '1');
    const refused = await post();
    assert.equal(refused.status, 503);
    assert.equal(refused.body.code, 'store_unavailable');
    const ack = await sender.socket.emitWithAck('send_message', { roomId: room.id, content: 'refused by socket' });
    assert.equal(ack.ok, false);
    assert.equal(ack.code, 'store_unavailable');

    await redis.command('CONFIG', 'SET', 'min-replicas-to-write', '0');
    const accepted = await send(system.edge, alice, room.id, 'accepted');
    const last = await sender.socket.emitWithAck('send_message', { roomId: room.id, content: 'the last' });
    assert.equal(last.ok, true);
    assert.equal(last.message.seq, accepted.seq + 1);

    for (const { socket, shown } of [sender, reader]) {
      while (shown.at(-1) !== 'the last') await new Promise((resolve) => socket.once('new_message', resolve));
      assert.deepEqual(shown, ['accepted', 'the last']);
    }
    const kept = (await history(system.edge, room.id)).map((message) => message.content);
    assert.deepEqual(kept, ['accepted', 'the last']);
  });
});
