// Who a socket is: by its handshake or by `register`, over both transports.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { startGateway, startHub } from '../lib/services.mjs';
import { closers, join, newRoom, open, registered, send, transports } from './client.mjs';

const services = closers();
let hub;

before(async () => {
  const gateway = services.add(await startGateway());
  hub = services.add(await startHub({ redis: gateway, env: { REGISTRATION_MS: '3000' } }));
});
after(() => services.close());

for (const transport of transports) {
  describe(`over ${transport}`, () => {
    const clients = closers();
    after(() => clients.close());
    const come = async (id) => clients.add(await registered(hub, id, { transport }));

    test('register answers its ack, then room_list', async () => {
      const client = clients.add(open(hub, { transport }));
      const id = crypto.randomUUID();
      assert.deepEqual(await client.ask('register', id), { ok: true, clientId: id });
      assert.deepEqual(await client.wait('room_list'), []);
      assert.deepEqual(client.names(), ['room_list']);
    });

    test('register without an id issues one, which then needs its token', async () => {
      const client = clients.add(open(hub, { transport }));
      const issued = await client.ask('register', '');
      assert.match(issued.clientId, /^[0-9a-f-]{14}8/);
      const other = clients.add(open(hub, { transport }));
      const refused = await other.ask('register', issued.clientId);
      assert.deepEqual([refused.ok, refused.code], [false, 'unauthorized']);
      assert.equal((await other.wait('error')).code, 'unauthorized');
      const { clientId, token } = issued;
      assert.deepEqual(await other.ask('register', { clientId, token }), { ok: true, clientId });
    });

    test('the handshake registers before the first event', async () => {
      const issuer = clients.add(open(hub, { transport }));
      const { clientId, token } = await issuer.ask('register');
      const client = clients.add(open(hub, { transport, auth: { clientId, token }, autoConnect: false }));
      // Emitted before the connection stands: sent at once when it does.
      const created = client.ask('create_room', { name: 'Early' });
      client.socket.connect();
      assert.match(await created, /^[0-9A-Za-z]{10}$/);
    });

    test('a handshake with a wrong token is refused with its code', async () => {
      const issuer = clients.add(open(hub, { transport }));
      const { clientId } = await issuer.ask('register');
      for (const auth of [{ clientId }, { clientId, token: 'x' }, { clientId: 'a b' }, { clientId: 1 }]) {
        const client = clients.add(open(hub, { transport, auth }));
        const error = await new Promise((resolve) => client.socket.on('connect_error', resolve));
        assert.match(error.message, /^(unauthorized|invalid_field): /);
        client.close();
      }
    });

    test('an unregistered socket is told so, and every ack is answered', async () => {
      const client = clients.add(open(hub, { transport }));
      const sentence = 'You are not registered';
      for (const [event, argument] of [
        ['get_rooms'],
        ['join_room', 'aaaaaaaaaa'],
        ['send_message', { roomId: 'aaaaaaaaaa', content: 'x' }],
      ]) {
        const from = client.seen.length;
        const answer = await client.ask(event, ...(argument === undefined ? [] : [argument]));
        assert.deepEqual(answer, { ok: false, error: sentence, code: 'not_registered' }, event);
        assert.deepEqual(client.seen.slice(from), [['error', { message: sentence, code: 'not_registered' }]]);
      }
      const v04 = 'You are not registered or room name is required';
      const [id, result] = await client.askAll('create_room', { name: 'x' });
      assert.deepEqual([id, result.code, result.error], [null, 'not_registered', v04]);
      assert.equal((await client.ask('leave_room', 'aaaaaaaaaa')).code, 'not_registered');
    });

    test('registering as a room hears nothing of it', async () => {
      const owner = await come();
      const roomId = await newRoom(owner);
      const spy = await come(roomId);
      await join(owner, roomId);
      const from = spy.seen.length;
      await send(owner, roomId, 'secret');
      await owner.wait('new_message');
      await spy.ask('get_rooms');
      assert.deepEqual(spy.names(from), ['room_list']);
    });

    test('registering as somebody else leaves the room', async () => {
      const [owner, guest] = [await come(), await come()];
      const roomId = await newRoom(owner);
      await join(owner, roomId);
      await join(guest, roomId);
      const from = owner.seen.length;
      await guest.ask('register', crypto.randomUUID());
      await owner.wait('room_member_change', (e) => e.action === 'leave' && e.user.id === guest.id, from);
    });

    test('a socket that does not register is sent away after a while', async () => {
      const client = clients.add(open(hub, { transport }));
      const reason = await new Promise((resolve) => client.socket.on('disconnect', resolve));
      assert.equal(reason, 'io server disconnect');
      assert.equal(client.all('error')[0].code, 'not_registered');
    });
  });
}
