// Image files that are not what they seem: refused by their header, or kept as what their first bytes say.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { BOMBS, NO_IMAGES, POLYGLOTS, REAL, SIZED } from '../malice/images.mjs';
import { dataUrl } from './samples.mjs';
import { startRest } from './system.mjs';

describe('hostile images', () => {
  let api;
  let room;
  let images;
  before(async () => {
    api = await startRest();
    room = await api.room();
    images = `/api/rooms/${room.id}/images`;
  });
  after(() => api?.stop());

  const upload = (body, type) =>
    api.call('POST', `${images}?clientId=eve`, { body, headers: type ? { 'content-type': type } : {} });

  test('a header that tells of more pixels than may be shown is refused, in every format', async () => {
    for (const [format, sizes] of Object.entries(BOMBS)) {
      // The file is one that would be taken, but for its size.
      assert.deepEqual((({ status, json }) => [status, json.width, json.height])(await upload(SIZED[format](300, 200))), [201, 300, 200], format);
      for (const [width, height] of sizes) {
        const { status, json } = await upload(SIZED[format](width, height));
        assert.deepEqual([status, json.code, json.field], [422, 'invalid_field', 'image'], `${format} of ${width} x ${height}`);
      }
    }
  });

  test('what is within a message is held to the same', async () => {
    const json = { clientId: 'eve', content: 'x', images: [dataUrl('image/png', SIZED.png(1, 1_000_000))] };
    await api.expect(422, 'POST', `/api/rooms/${room.id}/messages`, { json }, 'invalid_field', 'images');
    const page = { clientId: 'eve', messageType: 'image', content: NO_IMAGES['a page'].toString('base64'), mimeType: 'image/png' };
    await api.expect(415, 'POST', `/api/rooms/${room.id}/messages`, { json: page }, 'unsupported_media_type', 'content');
  });

  test('what is no image is refused, whatever it is called', async () => {
    for (const [name, file] of Object.entries(NO_IMAGES)) {
      for (const type of ['image/png', 'image/gif', 'image/svg+xml', 'text/html', undefined]) {
        const { status, json } = await upload(file, type);
        assert.deepEqual([status, json.code], [415, 'unsupported_media_type'], `${name} as ${type}`);
      }
    }
  });

  test('a file that is two things is kept as the image that it is, under no other type', async () => {
    for (const [name, [type, file]] of Object.entries(POLYGLOTS)) {
      for (const lie of ['image/svg+xml', type === 'image/png' ? 'image/gif' : 'image/png']) {
        assert.equal((await upload(file, lie)).status, 415, `${name} as ${lie}`);
      }
      // A claim that is none of an image is not believed.
      const { status, json } = await upload(file, 'text/html');
      assert.deepEqual([status, json.mimeType], [201, type], name);
      const { bytes, headers } = await api.expect(200, 'GET', json.url);
      assert.deepEqual(bytes, file, name);
      assert.equal(headers.get('content-type'), type, name);
      assert.equal(headers.get('x-content-type-options'), 'nosniff', name);
      assert.equal(headers.get('content-security-policy'), "default-src 'none'; sandbox", name);
      assert.match(headers.get('content-disposition'), /^inline; filename="[0-9a-f]{12}\.(png|gif|jpg|webp|avif)"$/, name);
    }
  });

  test('a file that ends anywhere is refused, or kept with the size that its whole header tells', async () => {
    for (const [format, file] of Object.entries(REAL)) {
      const whole = (await upload(file)).json;
      let kept = 0;
      for (let length = 0; length < file.length; length += 1) {
        const { status, json } = await upload(file.subarray(0, length));
        assert.ok([201, 400, 415, 422].includes(status), `${format} of ${length} bytes: ${status}`);
        if (status !== 201) continue;
        kept += 1;
        assert.deepEqual([json.mimeType, json.width, json.height], [whole.mimeType, whole.width, whole.height], `${format} of ${length} bytes`);
      }
      assert.ok(kept < file.length - 8, `${format}: its header is at least its signature`);
    }
  });

  test('pixels are never read: a file of nothing else than garbage behind its header is kept', async () => {
    const garbage = Buffer.concat([SIZED.png(6000, 6000).subarray(0, 33), Buffer.alloc(4 * 1024 * 1024, 0xa5)]);
    const { status, json } = await upload(garbage);
    assert.deepEqual([status, json.width, json.height], [201, 6000, 6000]);
  });
});
