// What leaves no mark on the screen is no text and no name, and the server knows all of it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { corpus } from '../malice/corpus.mjs';
import { startRest } from './system.mjs';

/** As the page says it (web/src/blank.ts), in Unicode's words. */
const BLANK = /^[\p{White_Space}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800\u{1D159}]$/u;

describe('what cannot be seen', () => {
  let api;
  let room;
  before(async () => {
    api = await startRest();
    room = await api.room();
  });
  after(() => api?.stop());

  const say = (status, json, code) =>
    api.expect(status, 'POST', `/api/rooms/${room.id}/messages`, { json: { clientId: 'alice', ...json } }, code);

  test('is no message, no room and nobody\'s name', async () => {
    for (const text of corpus.blank) {
      await say(400, { content: text }, 'missing_field');
      await api.expect(400, 'POST', '/api/clients/alice/rooms', { json: { name: text } }, 'missing_field', 'name');
      const { json } = await say(201, { content: 'hi', username: text, avatar: { text, color: 'primary' } });
      assert.deepEqual([json.username, json.avatar.text], [undefined, ''], JSON.stringify(text));
    }
  });

  test('is the same to the server as to the page, whatever the character', async () => {
    const isBlank = (code) => BLANK.test(String.fromCodePoint(code));
    const blank = Array.from({ length: 0x110000 }, (_, code) => code).filter(isBlank);
    assert.ok(blank.length > 4000);
    await say(400, { content: String.fromCodePoint(...blank) }, 'missing_field');
    // Each that stands beside a blank one and is none.
    const others = new Set(blank.flatMap((code) => [code - 1, code + 1]).filter((code) => code >= 0 && !isBlank(code)));
    assert.ok(others.size > 30);
    for (const code of others) await say(201, { content: String.fromCodePoint(code) });
  });
});
