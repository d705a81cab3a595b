// Sending messages by REST.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';

import { startRest } from './system.mjs';

describe('sending messages', () => {
  let api;
  let room;
  let path;
  before(async () => {
    api = await startRest();
    room = await api.room();
    path = `/api/rooms/${room.id}/messages`;
  });
  after(() => api?.stop());

  const count = async () => (await api.expect(200, 'GET', `${path}?limit=200`)).json.length;
  const refused = (status, json, code, field) => api.expect(status, 'POST', path, { json }, code, field);

  test('a message has the keys of the contract, in their order', async () => {
    const plain = await api.send(room.id, { content: 'plain' });
    assert.deepEqual(Object.keys(plain), ['id', 'clientId', 'content', 'roomId', 'timestamp', 'messageType', 'seq']);
    assert.deepEqual([plain.clientId, plain.content, plain.roomId, plain.messageType], ['alice', 'plain', room.id, 'text']);
    const full = await api.send(room.id, {
      content: 'full',
      username: 'Alice',
      avatar: { text: 'A', color: 'success' },
      replyTo: plain.seq,
    });
    assert.deepEqual(Object.keys(full), [
      ...['id', 'clientId', 'content', 'roomId', 'timestamp', 'messageType', 'username', 'avatar', 'replyTo', 'seq'],
    ]);
    assert.equal(full.seq, plain.seq + 1);
    const [first, second] = (await api.expect(200, 'GET', `${path}?after=${plain.seq - 1}&limit=2`)).json;
    assert.deepEqual([first, second], [plain, full]);
  });

  test('what a client can\'t choose is not taken from it', async () => {
    const forged = { id: randomUUID(), timestamp: '2000-01-01T00:00:00.000Z', roomId: '0000000000', seq: 999 };
    const message = await api.send(room.id, forged);
    for (const [key, value] of Object.entries(forged)) assert.notEqual(message[key], value, key);
  });

  test('each missing field is refused with v0.4\'s text', async () => {
    const before = await count();
    for (const [json, field] of [
      [{}, 'clientId'],
      [{ content: 'x' }, 'clientId'],
      [{ clientId: '', content: 'x' }, 'clientId'],
      [{ clientId: null, content: 'x' }, 'clientId'],
      [{ clientId: 'alice' }, 'content'],
      [{ clientId: 'alice', content: '' }, 'content'],
      [{ clientId: 'alice', content: ' \n\t' }, 'content'],
      [{ clientId: 'alice', content: null, images: [] }, 'content'],
    ]) {
      const { json: answer } = await refused(400, json, 'missing_field', field);
      assert.equal(answer.error, 'Client ID, room ID, and message content are required');
    }
    await api.expect(400, 'POST', path, {}, 'missing_field', 'clientId');
    assert.equal(await count(), before);
  });

  test('each field of the wrong type or length is a 422 that names it', async () => {
    const before = await count();
    const good = { clientId: 'alice', content: 'x' };
    for (const [wrong, field] of [
      [{ clientId: 7 }, 'clientId'],
      [{ clientId: 'a b' }, 'clientId'],
      [{ clientId: 'x'.repeat(65) }, 'clientId'],
      [{ content: 7 }, 'content'],
      [{ content: { text: 'x' } }, 'content'],
      [{ content: 'x'.repeat(16_001) }, 'content'],
      [{ messageType: 'video' }, 'messageType'],
      [{ messageType: 1 }, 'messageType'],
      [{ username: [] }, 'username'],
      [{ username: 'x'.repeat(51) }, 'username'],
      [{ avatar: 'A' }, 'avatar'],
      [{ avatar: { text: 1, color: 'primary' } }, 'avatar'],
      [{ messageId: 'one' }, 'messageId'],
      [{ messageId: 1 }, 'messageId'],
      [{ replyTo: 'x' }, 'replyTo'],
      [{ replyTo: -1 }, 'replyTo'],
      [{ images: 'x' }, 'images'],
      [{ images: [7] }, 'images'],
    ]) {
      await refused(422, { ...good, ...wrong }, 'invalid_field', field);
    }
    assert.equal(await count(), before);
  });

  test("half of an emoji, as v0.4's page cuts it off a name for the avatar, is replaced", async () => {
    const [half] = '😀'.split('');
    const message = await api.send(room.id, { content: `a${half}b`, username: '😀 face', avatar: { text: half, color: 'primary' } });
    assert.deepEqual([message.content, message.username, message.avatar.text], ['a\ufffdb', '😀 face', '\ufffd']);
  });

  test('16 000 characters are stored as they are', async () => {
    // Characters are Unicode scalar values: two of these make one sign on the screen.
    for (const content of ['é'.repeat(16_000), '👍🏽'.repeat(8_000)]) {
      assert.equal((await api.send(room.id, { content })).content, content);
    }
    await refused(422, { clientId: 'alice', content: '👍🏽'.repeat(8_000) + 'x' }, 'invalid_field', 'content');
  });

  test('an unknown room is not found, and nothing is left behind', async () => {
    const json = { clientId: 'alice', content: 'x', messageId: randomUUID() };
    for (const id of ['0000000000', 'short', '..%2f..']) {
      await api.expect(404, 'POST', `/api/rooms/${id}/messages`, { json }, 'room_not_found');
      await api.expect(404, 'GET', `/api/rooms/${id}/messages`, {}, 'room_not_found');
    }
    assert.deepEqual(await api.gateway.command('KEYS', '*0000000000*'), []);
  });

  test('the same id again answers the first message and stores nothing', async () => {
    const messageId = randomUUID();
    const json = { clientId: 'alice', content: 'once', messageId };
    const { json: first } = await api.expect(201, 'POST', path, { json });
    assert.equal(first.id, messageId);
    const before = await count();
    assert.deepEqual((await api.expect(200, 'POST', path, { json })).json, first);
    const bare = { clientId: 'alice', content: 'once' };
    for (const key of [messageId, `"${messageId}"`, messageId.toUpperCase()]) {
      const again = await api.expect(200, 'POST', path, { json: bare, headers: { 'idempotency-key': key } });
      assert.deepEqual(again.json, first);
    }
    assert.equal(await count(), before);
  });

  test('retries at the same time store one message', async () => {
    const json = { clientId: 'alice', content: 'at once', messageId: randomUUID() };
    const answers = await Promise.all(Array.from({ length: 12 }, () => api.call('POST', path, { json })));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [...Array(11).fill(200), 201]);
    assert.equal(new Set(answers.map((answer) => answer.json.seq)).size, 1);
  });

  test('an id that was used for another content or by another sender is a conflict', async () => {
    const messageId = randomUUID();
    await api.send(room.id, { content: 'mine', messageId });
    await refused(409, { clientId: 'alice', content: 'other', messageId }, 'id_reused');
    await refused(409, { clientId: 'bob', content: 'mine', messageId }, 'id_reused');
    const elsewhere = await api.room();
    assert.equal((await api.send(elsewhere.id, { content: 'mine', messageId })).id, messageId);
  });

  test('an id in the header that differs from the field, or is none, is refused', async () => {
    const json = { clientId: 'alice', content: 'x', messageId: randomUUID() };
    for (const key of [randomUUID(), 'x']) {
      const headers = { 'idempotency-key': key };
      await api.expect(422, 'POST', path, { json, headers }, 'invalid_field', 'Idempotency-Key');
    }
  });

  test('an issued id speaks only with its token', async () => {
    const { clientId, token } = await api.issue();
    const json = { clientId, content: 'it is me' };
    for (const wrong of [undefined, 'x', (await api.issue()).token]) {
      await api.expect(401, 'POST', path, { json, token: wrong }, 'unauthorized');
    }
    const sent = await api.expect(201, 'POST', path, { json, token });
    assert.equal(sent.json.clientId, clientId);
    assert.equal(sent.headers.get('roomtalk-token'), null);
    // Another spelling of the id is another id, and an open one.
    assert.equal((await api.send(room.id, { clientId: clientId.toUpperCase() })).clientId, clientId.toUpperCase());
  });

  test('what is no JSON object is malformed, and what is not JSON is refused as such', async () => {
    const headers = { 'content-type': 'application/json' };
    const bad = ['{', '[]', 'null', '7', '"x"', '{"clientId":"a",}', '\u0000', `${'['.repeat(200)}${']'.repeat(200)}`];
    for (const body of [...bad, Buffer.from([0x7b, 0xff, 0x7d])]) {
      await api.expect(400, 'POST', path, { body, headers }, 'malformed_json');
    }
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      const form = { body: 'clientId=alice&content=x', headers: { 'content-type': type } };
      await api.expect(415, 'POST', path, form, 'unsupported_media_type', 'Content-Type');
    }
  });
});
