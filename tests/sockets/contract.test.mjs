// Every event and every ack, in v0.4's order, over both transports. Who a socket is: registration.test.mjs.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { startGateway, startHub, startRedis, until } from '../lib/services.mjs';
import { closers, join, newRoom, open, registered, send, transports } from './client.mjs';

const services = closers();
let hub;

before(async () => {
  const redis = services.add(await startRedis());
  const gateway = services.add(await startGateway({ backend: redis.url }));
  hub = services.add(await startHub({ redis: gateway }));
});
after(() => services.close());

for (const transport of transports) {
  describe(`over ${transport}`, () => {
    const clients = closers();
    after(() => clients.close());
    const come = async (id) => clients.add(await registered(hub, id, { transport }));

    test('create_room: stored, new_room to all sockets of the creator and nobody else, then the ack', async () => {
      const id = crypto.randomUUID();
      const [first, second, stranger] = [await come(id), await come(id), await come()];
      const order = [];
      first.socket.on('new_room', () => order.push('new_room'));
      const [roomId, result] = await new Promise((resolve) => {
        first.socket.emit('create_room', { name: '  Named  ', description: 'For a test' }, (...answers) => {
          order.push('ack');
          resolve(answers);
        });
      });
      assert.match(roomId, /^[0-9A-Za-z]{10}$/);
      const { createdAt } = result.room;
      const room = { id: roomId, name: 'Named', description: 'For a test', createdAt, creatorId: id };
      assert.deepEqual(result, { ok: true, room });
      assert.deepEqual(order, ['new_room', 'ack']);
      assert.deepEqual(await first.wait('new_room'), room);
      assert.deepEqual(await second.wait('new_room'), room);
      first.emit('get_rooms');
      assert.deepEqual(await first.wait('room_list', (rooms) => rooms.length === 1), [room]);
      await stranger.ask('get_rooms');
      assert.deepEqual(stranger.all('new_room'), []);
      assert.deepEqual(first.all('new_room').length, 1);
    });

    test('get_room_by_id gives the room, or null', async () => {
      const client = await come();
      const roomId = await newRoom(client);
      const visitor = clients.add(open(hub, { transport }));
      assert.equal((await visitor.ask('get_room_by_id', roomId)).id, roomId);
      const [missing, result] = await visitor.askAll('get_room_by_id', 'aaaaaaaaaa');
      assert.deepEqual([missing, result.ok, result.code], [null, false, 'room_not_found']);
      assert.equal(await visitor.ask('get_room_by_id', 'no room'), null);
    });

    test('join_room: ack, the own coming, history, count, in this order', async () => {
      const [owner, guest] = [await come(), await come()];
      const roomId = await newRoom(owner);
      const from = owner.seen.length;
      await join(owner, roomId);
      await owner.wait('room_member_count', () => true, from);
      assert.deepEqual(owner.names(from), ['room_member_change', 'message_history', 'room_member_count']);
      const sent = await send(owner, roomId, 'hello', { username: 'O', avatar: { text: 'O', color: 'primary' } });

      const order = [];
      guest.socket.onAny((event) => order.push(event));
      // A promise would be settled later than the events that came in the same read.
      let answer;
      guest.socket.emit('join_room', roomId, (result) => {
        order.push('ack');
        answer = result;
      });
      await guest.wait('room_member_count');
      assert.deepEqual(order, ['ack', 'room_member_change', 'message_history', 'room_member_count']);
      assert.deepEqual(
        { ...answer, room: answer.room.id },
        { ok: true, room: roomId, latestSeq: sent.seq, count: 2, recovered: false },
      );
      const [change] = guest.all('room_member_change');
      assert.deepEqual(
        { ...change, timestamp: 0 },
        { roomId, user: { id: guest.id }, count: 2, action: 'join', timestamp: 0 },
      );
      assert.match(change.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assert.deepEqual(guest.all('message_history'), [[sent]]);
      assert.deepEqual(guest.all('room_member_count'), [{ roomId, count: 2 }]);
      assert.deepEqual(await owner.wait('room_member_change', (e) => e.user.id === guest.id), change);
    });

    test('joining another room leaves the old one, also when the other does not exist', async () => {
      const [owner, mover] = [await come(), await come()];
      const [one, two] = [await newRoom(owner, 'One'), await newRoom(owner, 'Two')];
      await join(owner, one);
      await join(mover, one);
      await join(mover, two);
      await owner.wait('room_member_change', (e) => e.action === 'leave' && e.user.id === mover.id && e.count === 1);
      await join(mover, one);
      const from = owner.seen.length;
      const refused = await mover.ask('join_room', 'aaaaaaaaaa');
      assert.deepEqual(refused, { ok: false, error: 'Room not found', code: 'room_not_found' });
      assert.deepEqual(await mover.wait('error'), { message: 'Room not found', code: 'room_not_found' });
      await owner.wait('room_member_change', (e) => e.action === 'leave', from);
    });

    test('joining the same room again is a leave and a join for the others', async () => {
      const [owner, guest] = [await come(), await come()];
      const roomId = await newRoom(owner);
      await join(owner, roomId);
      await join(guest, roomId);
      await owner.wait('room_member_change', (e) => e.user.id === guest.id);
      const from = owner.seen.length;
      await join(guest, roomId);
      await owner.wait('room_member_change', (e) => e.action === 'join', from);
      assert.deepEqual(
        owner.all('room_member_change', from).map((e) => [e.action, e.count]),
        [['leave', 1], ['join', 2]],
      );
    });

    test('leave_room tells the others and not the one who leaves', async () => {
      const [owner, guest] = [await come(), await come()];
      const roomId = await newRoom(owner);
      await join(owner, roomId);
      await join(guest, roomId);
      await owner.wait('room_member_change', (e) => e.user.id === guest.id);
      const from = guest.seen.length;
      assert.deepEqual(await guest.ask('leave_room', roomId), { ok: true });
      await owner.wait('room_member_change', (e) => e.action === 'leave' && e.count === 1);
      const message = await send(owner, roomId, 'without you');
      await owner.wait('new_message', (m) => m.seq === message.seq);
      assert.deepEqual(guest.names(from), []);
    });

    test('leaving a room that one is not in does nothing', async () => {
      const [owner, stranger] = [await come(), await come()];
      const roomId = await newRoom(owner);
      await join(owner, roomId);
      const from = owner.seen.length;
      assert.deepEqual(await stranger.ask('leave_room', roomId), { ok: true });
      await send(owner, roomId, 'still here');
      await owner.wait('new_message');
      assert.deepEqual(owner.names(from), ['new_message']);
    });

    test('send_message reaches everybody in the room once, the sender too, and is acknowledged', async () => {
      const [owner, guest] = [await come(), await come()];
      const roomId = await newRoom(owner);
      await join(owner, roomId);
      await join(guest, roomId);
      const messageId = crypto.randomUUID();
      const message = await send(guest, roomId, 'Hi *there*', { messageId, username: 'G' });
      const { timestamp } = message;
      assert.deepEqual(Object.entries(message), [
        ['id', messageId],
        ['clientId', guest.id],
        ['content', 'Hi *there*'],
        ['roomId', roomId],
        ['timestamp', timestamp],
        ['messageType', 'text'],
        ['username', 'G'],
        ['seq', 2],
      ]);
      assert.deepEqual(await owner.wait('new_message'), message);
      assert.deepEqual(await guest.wait('new_message'), message);
      assert.deepEqual(await send(guest, roomId, 'Hi *there*', { messageId, username: 'G' }), message);
      const last = await send(owner, roomId, 'last');
      for (const client of [owner, guest]) {
        await client.wait('new_message', (m) => m.seq === last.seq);
        assert.deepEqual(client.all('new_message'), [message, last]);
      }
      const reused = await owner.ask('send_message', { roomId, content: 'other', messageId });
      assert.deepEqual([reused.ok, reused.code], [false, 'id_reused']);
    });

    test('messages sent without waiting arrive in the order of sending', async () => {
      const client = await come();
      const roomId = await newRoom(client);
      await join(client, roomId);
      for (let i = 0; i < 100; i += 1) client.emit('send_message', { roomId, content: `${i}` });
      await client.wait('new_message', (m) => m.content === '99');
      assert.deepEqual(
        client.all('new_message').map((m) => [m.content, m.seq]),
        Array.from({ length: 100 }, (_, i) => [`${i}`, i + 2]),
      );
    });

    test('what a client says and then goes away still counts', async () => {
      const [owner, guest] = [await come(), await come()];
      const roomId = await newRoom(owner);
      await join(owner, roomId);
      await join(guest, roomId);
      for (let i = 0; i < 5; i += 1) guest.emit('send_message', { roomId, content: `${i}` });
      guest.close();
      await owner.wait('new_message', (m) => m.content === '4');
      assert.deepEqual(owner.all('new_message').map((m) => m.content), ['0', '1', '2', '3', '4']);
      await owner.wait('room_member_change', (e) => e.action === 'leave' && e.user.id === guest.id);
    });

    test('an image inside the message is stored and named by it', async () => {
      const client = await come();
      const roomId = await newRoom(client);
      await join(client, roomId);
      const png =
        'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
      const message = await send(client, roomId, 'look', { images: [`data:image/png;base64,${png}`] });
      const [image] = message.images;
      assert.deepEqual([image.mimeType, image.width, image.height], ['image/png', 1, 1]);
      assert.equal(image.url, `/api/rooms/${roomId}/images/${image.id}`);
      assert.deepEqual(await client.wait('new_message'), message);
      assert.equal((await send(client, roomId, 'again', { images: [image.id] })).images[0].id, image.id);
    });

    test('get_room_messages gives the newest page, or the one before a seq', async () => {
      const client = await come();
      const roomId = await newRoom(client);
      for (let i = 0; i < 12; i += 1) await send(client, roomId, `${i}`);
      const visitor = clients.add(open(hub, { transport }));
      const seqs = async (argument) => {
        const from = visitor.seen.length;
        const answer = await visitor.ask('get_room_messages', argument);
        assert.deepEqual(visitor.names(from), ['message_history']);
        const [history] = visitor.all('message_history', from);
        assert.equal(answer.messages, history.length);
        return history.map((m) => m.seq);
      };
      const range = (first, last) => Array.from({ length: last - first + 1 }, (_, i) => first + i);
      assert.deepEqual(await seqs(roomId), range(2, 13));
      assert.deepEqual(await seqs({ roomId, limit: 3 }), range(11, 13));
      assert.deepEqual(await seqs({ roomId, before: 5, limit: 2 }), [3, 4]);
      assert.deepEqual(await seqs({ roomId, before: 2 }), []);
      await join(client, roomId);
      assert.deepEqual(await seqs({ roomId, limit: 4 }), range(10, 13), 'from a live room');
      for (const bad of [{ limit: 0 }, { limit: 201 }, { before: 0 }, { before: -1 }, { limit: 'x' }]) {
        assert.equal((await visitor.ask('get_room_messages', { roomId, ...bad })).code, 'invalid_cursor');
      }
      assert.equal((await visitor.ask('get_room_messages', 'aaaaaaaaaa')).code, 'room_not_found');
    });

    test('set_username is accepted, however its JSON is written', async () => {
      const client = await come();
      assert.deepEqual(await client.ask('set_username', 'Somebody'), { ok: true });
      const { engine } = client.socket.io;
      const answered = new Promise((resolve) => engine.on('data', (packet) => packet.startsWith('399[') && resolve(packet)));
      engine.write('299[ "set_username", "Somebody" ]');
      assert.equal(await answered, '399[{"ok":true}]');
    });

    test('two tabs of one client count once, and closing one keeps the other', async () => {
      const [owner, id] = [await come(), crypto.randomUUID()];
      const roomId = await newRoom(owner);
      await join(owner, roomId);
      const [tab, other] = [await come(id), await come(id)];
      assert.equal((await join(tab, roomId)).count, 2);
      assert.equal((await join(other, roomId)).count, 2);
      await owner.wait('room_member_change', (e) => e.user.id === id);
      const from = owner.seen.length;
      tab.close();
      await send(other, roomId, 'still here');
      await owner.wait('new_message');
      other.close();
      await owner.wait('room_member_change', (e) => e.action === 'leave' && e.user.id === id && e.count === 1, from);
      assert.deepEqual(owner.names(from), ['new_message', 'room_member_change']);
    });

    test('malformed payloads are answered, never with silence', async () => {
      const client = await come();
      const roomId = await newRoom(client);
      await join(client, roomId);
      const rubbish = [undefined, null, 0, true, '', 'x', [], [[]], {}, { roomId: {} }, { roomId: null }, { a: { b: [] } }];
      const events = ['create_room', 'join_room', 'send_message', 'get_room_messages', 'get_room_by_id', 'no_such_event'];
      for (const event of events) {
        for (const payload of rubbish) {
          const answers = await client.askAll(event, ...(payload === undefined ? [] : [payload]));
          const result = answers.at(-1);
          assert.equal(result.ok, false, `${event} ${JSON.stringify(payload)}: ${JSON.stringify(answers)}`);
          assert.equal(typeof result.error, 'string');
          assert.match(result.code, /^[a-z_]+$/);
        }
      }
      for (const payload of [0, true, [], { clientId: {} }, 'a b', 'x'.repeat(65)]) {
        assert.equal((await client.ask('register', payload)).code, 'invalid_field', JSON.stringify(payload));
      }
      const fields = {
        content: [1, {}, ['x'], ''],
        messageId: ['x', 1],
        username: [1, 'x'.repeat(51)],
        avatar: ['x', { text: 1 }],
        images: ['x', ['x'], [1], Array(10).fill('a'.repeat(64))],
        messageType: ['video'],
        replyTo: [0, 'x'],
      };
      for (const [field, values] of Object.entries(fields)) {
        for (const value of values) {
          const answer = await client.ask('send_message', { roomId, content: 'x', [field]: value });
          assert.deepEqual([answer.ok, answer.field], [false, field], `${field} ${JSON.stringify(value)}`);
        }
      }
      const long = await client.ask('send_message', { roomId, content: 'x'.repeat(16_001) });
      assert.deepEqual([long.code, long.field], ['invalid_field', 'content']);
      const unknown = await client.ask('send_message', { roomId: 'aaaaaaaaaa', content: 'x' });
      assert.deepEqual([unknown.code, unknown.error], ['room_not_found', 'Room not found']);
      const roomless = await client.ask('send_message', { content: 'x' });
      assert.deepEqual([roomless.code, roomless.error], ['missing_field', 'Room ID is required']);
      for (const after of [-1, 'x', 1.5]) {
        assert.equal((await client.ask('join_room', { roomId, after })).code, 'invalid_cursor');
      }
      assert.equal((await client.ask('join_room', { roomId, after: 1, afterId: 'x' })).code, 'invalid_field');
      // Binary attachments belong to no event.
      const binary = await client.ask('send_message', { roomId, content: Buffer.from('x') });
      assert.equal(binary.field, 'content');
      assert.equal((await send(client, roomId, 'alive')).content, 'alive');
    });

    test('a frame that is too large ends the connection and nothing else', async () => {
      const client = await come();
      const roomId = await newRoom(client);
      const dropped = new Promise((resolve) => client.socket.once('disconnect', resolve));
      client.emit('send_message', { roomId, content: 'x'.repeat(300 * 1024) });
      assert.notEqual(await dropped, 'io server disconnect');
      await until(() => client.socket.connected, { what: 'a reconnection' });
      await client.ask('register', client.id);
      assert.equal((await send(client, roomId, 'back')).content, 'back');
    });

    test("half of an emoji, as v0.4's page cuts it off a name for the avatar, is replaced", async () => {
      const client = await come();
      const roomId = await newRoom(client);
      const [half] = '😀'.split('');
      const message = await send(client, roomId, 'x', { username: '😀 face', avatar: { text: half, color: 'primary' } });
      assert.deepEqual([message.username, message.avatar.text], ['😀 face', '\ufffd']);
    });

    test('a client of v0.4 works unchanged', async () => {
      const client = clients.add(open(hub, { transport, autoConnect: false }));
      const owner = await come();
      const roomId = await newRoom(owner, 'Old');
      const id = crypto.randomUUID();
      client.socket.on('connect', () => {
        client.emit('register', id);
        client.emit('join_room', roomId);
        client.emit('get_room_messages', roomId);
      });
      client.socket.connect();
      await until(() => client.all('message_history').length === 2, { what: 'both histories' });
      const expected = ['room_list', 'room_member_change', 'message_history', 'room_member_count', 'message_history'];
      assert.deepEqual(client.names(), expected);
      client.emit('send_message', { roomId, content: 'Hello', messageType: 'text', username: 'V' });
      const message = await client.wait('new_message');
      assert.deepEqual([message.content, message.clientId], ['Hello', id]);
      const created = await new Promise((resolve) => client.socket.emit('create_room', { name: 'Mine' }, resolve));
      assert.equal(typeof created, 'string');
      const room = await new Promise((resolve) => client.socket.emit('get_room_by_id', created, resolve));
      assert.equal(room.name, 'Mine');
    });
  });
}

test('the engine greets with v0.4\'s heartbeat and a frame limit of 256 KiB', async () => {
  const greeting = await (await fetch(`${hub.url}/socket.io/?EIO=4&transport=polling`)).text();
  const { pingInterval, pingTimeout, maxPayload, upgrades } = JSON.parse(greeting.slice(1));
  assert.deepEqual([pingInterval, pingTimeout, maxPayload, upgrades], [25_000, 60_000, 262_144, ['websocket']]);
});

test('a connection may begin with polling and go on as a WebSocket', async () => {
  const client = await registered(hub, crypto.randomUUID(), { transports: ['polling', 'websocket'] });
  await until(() => client.socket.io.engine.transport.name === 'websocket', { what: 'the upgrade' });
  const roomId = await newRoom(client);
  await join(client, roomId);
  for (let i = 0; i < 20; i += 1) await send(client, roomId, 'x'.repeat(15_000));
  await client.wait('new_message', (m) => m.seq === 21);
  client.close();
});
