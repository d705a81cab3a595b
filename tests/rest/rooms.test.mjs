// Identities and rooms by REST.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { startRest } from './system.mjs';

describe('identities and rooms', () => {
  let api;
  before(async () => {
    api = await startRest();
  });
  after(() => api?.stop());

  test('an issued identity is a version-8 UUID with a token, and no cache keeps it', async () => {
    const { json, headers } = await api.expect(201, 'POST', '/api/clients');
    assert.match(json.clientId, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.deepEqual(Object.keys(json), ['clientId', 'token']);
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.notEqual((await api.issue()).clientId, json.clientId);
  });

  test('a room has the keys of the contract, in their order, and is found by its id', async () => {
    const json = { name: '  Tea room ', description: 'for tea' };
    const { json: room, headers } = await api.expect(201, 'POST', '/api/clients/alice/rooms', { json });
    assert.deepEqual(Object.keys(room), ['id', 'name', 'description', 'createdAt', 'creatorId']);
    assert.match(room.id, /^[0-9A-Za-z]{10}$/);
    assert.deepEqual([room.name, room.description, room.creatorId], ['Tea room', 'for tea', 'alice']);
    assert.equal(headers.get('location'), `/api/rooms/${room.id}`);
    assert.deepEqual((await api.expect(200, 'GET', `/api/rooms/${room.id}`)).json, room);
    assert.deepEqual((await api.expect(200, 'GET', `/api/clients/alice/rooms/${room.id}`)).json, room);
    assert.equal((await api.room()).description, '');
  });

  test('a client lists the rooms that it created, oldest first, and nobody else\'s', async () => {
    const rooms = [];
    for (const name of ['one', 'two', 'three']) rooms.push(await api.room({ clientId: 'lister', name }));
    await api.room({ clientId: 'other' });
    assert.deepEqual((await api.expect(200, 'GET', '/api/clients/lister/rooms')).json, rooms);
    assert.deepEqual((await api.expect(200, 'GET', '/api/clients/nobody/rooms')).json, []);
  });

  test('a room that is absent, or that another client created, is not found', async () => {
    const room = await api.room();
    for (const path of ['/api/rooms/0000000000', '/api/rooms/x', '/api/rooms/a%2Fb', `/api/clients/bob/rooms/${room.id}`]) {
      const { json } = await api.expect(404, 'GET', path, {}, 'room_not_found');
      assert.equal(json.error, 'Room not found');
    }
  });

  test('a room without a name is refused with v0.4\'s text', async () => {
    for (const json of [{}, { name: '' }, { name: '  \n' }, { name: null }]) {
      const answer = await api.expect(400, 'POST', '/api/clients/alice/rooms', { json }, 'missing_field', 'name');
      assert.equal(answer.json.error, 'Room name and client ID are required');
    }
    await api.expect(400, 'POST', '/api/clients/alice/rooms', {}, 'missing_field', 'name');
  });

  test('a field of the wrong type or length is a 422 that names it', async () => {
    for (const [json, field] of [
      [{ name: 7 }, 'name'],
      [{ name: ['x'] }, 'name'],
      [{ name: 'x'.repeat(101) }, 'name'],
      [{ name: 'x', description: {} }, 'description'],
      [{ name: 'x', description: 'x'.repeat(501) }, 'description'],
    ]) {
      await api.expect(422, 'POST', '/api/clients/alice/rooms', { json }, 'invalid_field', field);
    }
    const most = { name: '茶'.repeat(100), description: '茶'.repeat(500) };
    await api.expect(201, 'POST', '/api/clients/alice/rooms', { json: most });
    for (const id of ['a%20b', 'x'.repeat(65), '%3Cscript%3E']) {
      await api.expect(422, 'GET', `/api/clients/${id}/rooms`, {}, 'invalid_field', 'clientId');
      await api.expect(422, 'POST', `/api/clients/${id}/rooms`, { json: { name: 'x' } }, 'invalid_field', 'clientId');
    }
  });

  test('an issued id creates and lists rooms only with its own token', async () => {
    const [owner, thief] = [await api.issue(), await api.issue()];
    const path = `/api/clients/${owner.clientId}/rooms`;
    const room = await api.room(owner);
    assert.deepEqual((await api.expect(200, 'GET', path, { token: owner.token })).json, [room]);
    for (const token of [undefined, thief.token, 'x', `${owner.token}x`]) {
      await api.expect(401, 'GET', path, { token }, 'unauthorized');
      await api.expect(401, 'POST', path, { token, json: { name: 'stolen' } }, 'unauthorized');
    }
    await api.expect(401, 'GET', path, { headers: { authorization: `Basic ${owner.token}` } }, 'unauthorized');
    assert.equal((await api.expect(200, 'GET', path, { token: owner.token })).json.length, 1);
  });
});
