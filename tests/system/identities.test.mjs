// Who may do what: an issued identity acts only with its token, by every route and every event; an open one touches no
// issued one and nothing internal.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';

import { root } from '../lib/process.mjs';
import { startEdge, startGateway, startHub } from '../lib/services.mjs';
import { gif } from '../rest/samples.mjs';
import { client } from '../rest/system.mjs';
import { closers, join, open, registered, send } from '../sockets/client.mjs';

const services = closers();
const sockets = closers();
let hub;
let api;
/** Two issued identities, and rooms of each. */
let victim;
let thief;
let room;

before(async () => {
  const redis = services.add(await startGateway());
  hub = services.add(await startHub({ redis }));
  const edge = services.add(await startEdge({ redis }));
  api = client(edge.url);
  [victim, thief] = [await api.issue(), await api.issue()];
  room = await api.room(victim);
});
afterEach(() => sockets.close());
after(() => services.close());

/** Everything that is not the victim's token, as it may be tried. */
const notTokens = () => {
  const { token } = victim;
  const flipped = token.slice(0, -1) + (token.at(-1) === 'A' ? 'B' : 'A');
  return { none: undefined, "another's": thief.token, 'cut off': token.slice(0, -1), longer: `${token}A`, changed: flipped, 'its id': victim.clientId, empty: '' };
};

/** Every route by which a client acts, as the victim. */
const acts = () => ({
  'get /api/clients/{clientId}/rooms': ['GET', `/api/clients/${victim.clientId}/rooms`, {}],
  'post /api/clients/{clientId}/rooms': ['POST', `/api/clients/${victim.clientId}/rooms`, { json: { name: 'x' } }],
  'post /api/rooms/{roomId}/messages': ['POST', `/api/rooms/${room.id}/messages`, { json: { clientId: victim.clientId, content: 'x' } }],
  'post /api/rooms/{roomId}/images': ['POST', `/api/rooms/${room.id}/images?clientId=${victim.clientId}`, { body: gif }],
});

/** The routes by which nobody acts: they issue an identity, or read what a room's id is the key to. */
const open_ = [
  'post /api/clients',
  'get /api/clients/{clientId}/rooms/{roomId}',
  'get /api/rooms/{roomId}',
  'get /api/rooms/{roomId}/messages',
  'get /api/rooms/{roomId}/images/{imageId}',
  'get /api/status',
  'get /api/openapi.json',
];

describe('by REST', () => {
  test('the table below names every route of the API', () => {
    const document = JSON.parse(readFileSync(path.join(root, 'crates/rest/src/openapi.json'), 'utf8'));
    const routes = Object.entries(document.paths).flatMap(([route, verbs]) =>
      ['get', 'post'].filter((verb) => verbs[verb]).map((verb) => `${verb} ${route}`),
    );
    assert.deepEqual(routes.sort(), [...Object.keys(acts()), ...open_].sort());
  });

  test('each act of an issued identity needs its own token, in the right place', async () => {
    for (const [act, [method, route, options]] of Object.entries(acts())) {
      for (const [what, token] of Object.entries(notTokens())) {
        const answer = await api.call(method, route, { ...options, token });
        assert.deepEqual([answer.status, answer.json.code], [401, 'unauthorized'], `${act} with ${what}`);
        assert.equal(answer.headers.get('roomtalk-token'), null);
      }
      for (const authorization of [victim.token, `Basic ${victim.token}`, `Token ${victim.token}`]) {
        const answer = await api.call(method, route, { ...options, headers: { authorization } });
        assert.equal(answer.status, 401, `${act} with ${authorization.split(' ')[0]}`);
      }
      const inQuery = await api.call(method, `${route}${route.includes('?') ? '&' : '?'}token=${victim.token}`, options);
      assert.equal(inQuery.status, 401, act);
      const own = await api.call(method, route, { ...options, token: victim.token });
      assert.ok(own.status < 300, `${act}: ${own.status}`);
    }
  });

  test('nothing that was refused was done', async () => {
    const rooms = (await api.expect(200, 'GET', `/api/clients/${victim.clientId}/rooms`, { token: victim.token })).json;
    assert.equal(rooms.length, 2, 'the one of the beginning, and the one with the token');
    const messages = (await api.expect(200, 'GET', `/api/rooms/${room.id}/messages`)).json;
    assert.equal(messages.length, 1);
  });

  test('another spelling of an issued id is another, open id that reaches nothing of it', async () => {
    const shouted = victim.clientId.toUpperCase();
    assert.notEqual(shouted, victim.clientId);
    assert.deepEqual((await api.expect(200, 'GET', `/api/clients/${shouted}/rooms`)).json, []);
    const { clientId } = await api.send(room.id, { clientId: shouted, content: 'x' });
    assert.equal(clientId, shouted);
    await api.expect(401, 'POST', `/api/clients/${encodeURIComponent(victim.clientId).replace('-', '%2D')}/rooms`, { json: { name: 'x' } });
  });

  test("a message can't name a sender beside the one who is proved", async () => {
    const json = { clientId: thief.clientId, content: 'x', user: victim.clientId, id: victim.clientId, seq: 1 };
    const { json: message } = await api.expect(201, 'POST', `/api/rooms/${room.id}/messages`, { json, token: thief.token });
    assert.equal(message.clientId, thief.clientId);
    assert.ok(message.seq > 1 && message.id !== victim.clientId);
  });

  test("a message id of somebody else can't be taken over", async () => {
    const first = await api.send(room.id, { clientId: 'alice', content: 'x', messageId: crypto.randomUUID() });
    const json = { clientId: 'mallory', content: 'x', messageId: first.id };
    await api.expect(409, 'POST', `/api/rooms/${room.id}/messages`, { json }, 'id_reused');
  });
});

for (const transport of ['websocket', 'polling']) {
  describe(`by ${transport}`, () => {
    const connect = (auth) => sockets.add(open(hub, { transport, auth }));

    test('a handshake and a registration as an issued identity need its own token', async () => {
      for (const [what, token] of Object.entries(notTokens())) {
        const byHandshake = connect({ clientId: victim.clientId, token });
        const error = await new Promise((resolve) => byHandshake.socket.once('connect_error', resolve));
        assert.match(error.message, /^unauthorized: /, what);
        byHandshake.close();
        const later = connect();
        const answer = await later.ask('register', { clientId: victim.clientId, token });
        assert.deepEqual([answer.ok, answer.code], [false, 'unauthorized'], what);
        // It is nobody, not even after trying.
        assert.equal((await later.ask('get_rooms')).code, 'not_registered');
      }
      assert.equal((await connect().ask('register', victim.clientId)).code, 'unauthorized');
      assert.deepEqual(await connect().ask('register', victim), { ok: true, clientId: victim.clientId });
    });

    test('every event that acts needs a registration', async () => {
      const nobody = connect();
      const events = { get_rooms: [], create_room: [{ name: 'x' }], join_room: [room.id], leave_room: [room.id], send_message: [{ roomId: room.id, content: 'x', ...victim }] };
      for (const [event, args] of Object.entries(events)) {
        const answer = (await nobody.askAll(event, ...args)).at(-1);
        assert.deepEqual([answer.ok, answer.code], [false, 'not_registered'], event);
      }
      const source = readFileSync(path.join(root, 'realtime-hub/src/sockets/worker.rs'), 'utf8');
      const known = [...source.matchAll(/"(\w+)" => self\.on_/g)].map(([, event]) => event);
      assert.deepEqual(known.sort(), [...Object.keys(events), 'register', 'get_room_by_id', 'get_room_messages'].sort());
    });

    test('a registered client acts as itself, whoever its events name', async () => {
      const [owner, mallory] = [connect(victim), sockets.add(await registered(hub, 'mallory', { transport }))];
      await join(owner, room.id);
      await join(mallory, room.id);
      const sent = await send(mallory, room.id, 'x', { ...victim, client: victim.clientId });
      assert.equal(sent.clientId, 'mallory');
      const created = await mallory.askAll('create_room', { name: 'x', creatorId: victim.clientId, clientId: victim.clientId });
      assert.equal(created[1].room.creatorId, 'mallory');
      const from = owner.seen.length;
      await mallory.ask('leave_room', { roomId: room.id, clientId: victim.clientId, ...victim });
      await owner.wait('room_member_change', (change) => change.user.id === 'mallory' && change.action === 'leave', from);
      assert.equal((await send(owner, room.id, 'still here')).clientId, victim.clientId);
      await owner.wait('new_message', (message) => message.content === 'still here');
    });

    test("registering anew as somebody's identity fails and leaves the socket what it was", async () => {
      const mallory = sockets.add(await registered(hub, 'mallory', { transport }));
      assert.equal((await mallory.ask('register', { clientId: victim.clientId, token: thief.token })).code, 'unauthorized');
      assert.equal((await send(mallory, room.id, 'x')).clientId, 'mallory');
    });

    test("nobody can emit the hub's own events, nor those of the store's stream", async () => {
      const [owner, mallory] = [connect(victim), sockets.add(await registered(hub, 'mallory', { transport }))];
      // A room of its own: nobody of an earlier test is still on the way out of it.
      const own = await api.room(victim);
      await join(owner, own.id);
      await join(mallory, own.id);
      await owner.wait('room_member_change', (change) => change.user.id === 'mallory');
      const from = owner.seen.length;
      const forged = ['new_message', 'message_history', 'new_room', 'room_list', 'room_member_change', 'room_member_count', 'resync', 'identity', 'error', 'message', 'room', 'presence', 'beat', ''];
      for (const event of forged) {
        const payload = { roomId: own.id, user: { id: victim.clientId }, action: 'leave', message: 'x', seq: 99, content: 'x' };
        assert.equal((await mallory.ask(event, payload)).code, 'not_found', event);
      }
      const last = await send(mallory, own.id, 'last');
      await owner.wait('new_message', (message) => message.seq === last.seq, from);
      assert.deepEqual(owner.names(from), ['new_message']);
    });

    test('a client with the id of a room, or of a channel, hears nothing of it', async () => {
      const owner = connect(victim);
      await join(owner, room.id);
      const spy = sockets.add(await registered(hub, room.id, { transport }));
      for (const channel of [`room:${room.id}`, `client:${victim.clientId}`, 'events', `{${room.id}}`, '*', '/']) {
        const answer = await connect().ask('register', channel);
        assert.equal(answer.code ?? 'ok', channel === 'events' ? 'ok' : 'invalid_field', channel);
      }
      const from = spy.seen.length;
      await send(owner, room.id, 'secret');
      await owner.askAll('create_room', { name: 'secret' });
      await owner.wait('new_message');
      await spy.ask('get_rooms');
      assert.deepEqual(spy.names(from), ['room_list']);
      assert.deepEqual(spy.all('room_list').at(-1), []);
    });

    test("a room can't be joined by a client's id", async () => {
      const mallory = sockets.add(await registered(hub, 'mallory', { transport }));
      const id = 'abcdefghij';
      const target = sockets.add(await registered(hub, id, { transport }));
      for (const roomId of [victim.clientId, id]) {
        assert.equal((await mallory.ask('join_room', roomId)).code, 'room_not_found');
      }
      const from = mallory.seen.length;
      await target.askAll('create_room', { name: 'mine' });
      await mallory.ask('get_rooms');
      assert.deepEqual(mallory.names(from), ['room_list']);
    });
  });
}
