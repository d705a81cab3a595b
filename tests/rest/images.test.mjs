// Images by REST: uploaded on their own, or inside a message.
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';

import { dataUrl, gif, jpeg, png } from './samples.mjs';
import { startRest } from './system.mjs';

const MIB = 1024 * 1024;
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

describe('images', () => {
  let api;
  let room;
  let images;
  let messages;
  before(async () => {
    api = await startRest();
    room = await api.room();
    images = `/api/rooms/${room.id}/images`;
    messages = `/api/rooms/${room.id}/messages`;
  });
  after(() => api?.stop());

  const upload = (body, { status = 201, client = 'alice', headers = {}, token, code, field } = {}) =>
    api.expect(status, 'POST', `${images}?clientId=${client}`, { body, headers, token }, code, field);

  test('an upload is answered with what a message says of the image', async () => {
    const file = png(3, 5);
    const { json, headers } = await upload(file);
    assert.deepEqual(Object.keys(json), ['id', 'url', 'mimeType', 'width', 'height', 'bytes']);
    const id = sha256(file);
    assert.deepEqual(json, { id, url: `${images}/${id}`, mimeType: 'image/png', width: 3, height: 5, bytes: file.length });
    assert.equal(headers.get('location'), json.url);
    assert.deepEqual((await upload(file)).json, json);
  });

  test('an image comes back byte by byte, for ever, and can do nothing', async () => {
    for (const [file, type] of [[png(4, 4), 'image/png'], [gif, 'image/gif'], [jpeg, 'image/jpeg']]) {
      const { json } = await upload(file);
      assert.equal(json.mimeType, type);
      const { bytes, headers } = await api.expect(200, 'GET', json.url);
      assert.deepEqual(bytes, file);
      assert.equal(headers.get('content-type'), type);
      assert.equal(headers.get('cache-control'), 'public, max-age=31536000, immutable');
      assert.equal(headers.get('etag'), `"${json.id}"`);
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.equal(headers.get('content-security-policy'), "default-src 'none'; sandbox");
      assert.match(headers.get('content-disposition'), /^inline; filename="[0-9a-f]{12}\.(png|gif|jpg)"$/);
      const again = await api.expect(304, 'GET', json.url, { headers: { 'if-none-match': `"${json.id}"` } });
      assert.equal(again.bytes.length, 0);
      const head = await api.call('HEAD', json.url);
      assert.deepEqual([head.status, head.bytes.length], [200, 0]);
    }
  });

  test('an image that the room does not have is not found', async () => {
    const { json } = await upload(png(6, 6));
    const elsewhere = await api.room();
    const ids = [`${images}/${'0'.repeat(64)}`, `${images}/x`, `/api/rooms/${elsewhere.id}/images/${json.id}`];
    for (const path of ids) await api.expect(404, 'GET', path, {}, 'image_not_found');
    await api.expect(404, 'GET', `/api/rooms/x/images/${json.id}`);
    await api.expect(404, 'POST', '/api/rooms/0000000000/images?clientId=alice', { body: png() }, 'room_not_found');
  });

  test('the type is in the bytes, whatever the sender says', async () => {
    const plain = { 'content-type': 'application/x-www-form-urlencoded' };
    assert.equal((await upload(png(7, 7), { headers: plain })).json.mimeType, 'image/png');
    const lie = { status: 415, code: 'unsupported_media_type' };
    await upload(png(), { ...lie, headers: { 'content-type': 'image/jpeg' } });
    const asPng = { ...lie, headers: { 'content-type': 'image/png' } };
    await upload('<script>alert(1)</script>', asPng);
    await upload('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>', asPng);
    await upload('BM bitmap', asPng);
    await upload(jpeg, asPng);
  });

  test('a header that can\'t be believed is a 422', async () => {
    for (const file of [
      png(1, 1, { claim: [0, 1] }),
      png(1, 1, { claim: [10_001, 1] }),
      png(1, 1, { claim: [8_000, 8_000] }),
      png().subarray(0, 12),
    ]) {
      await upload(file, { status: 422, code: 'invalid_field', field: 'image' });
    }
    assert.equal((await upload(png(1, 1, { claim: [10_000, 4_000] }))).json.width, 10_000);
  });

  test('5 MiB are taken, one byte more is not', async () => {
    const most = png(1, 1, { bytes: 5 * MIB });
    assert.equal((await upload(most)).json.bytes, 5 * MIB);
    assert.deepEqual((await api.expect(200, 'GET', `${images}/${sha256(most)}`)).bytes, most);
    await upload(png(1, 1, { bytes: 5 * MIB + 1 }), { status: 413, code: 'too_large' });
  });

  test('sixteen uploads of 5 MiB at once are all stored', async () => {
    const files = Array.from({ length: 16 }, (_, seed) => png(1, 1, { bytes: 5 * MIB, seed }));
    const answers = await Promise.all(files.map((file) => upload(file)));
    assert.deepEqual(answers.map(({ json }) => json.id), files.map(sha256));
    const back = await Promise.all(answers.map(({ json }) => api.expect(200, 'GET', json.url)));
    assert.deepEqual(back.map(({ bytes }) => sha256(bytes)), files.map(sha256));
  });

  test('readers that stop in the middle of an image take no memory from others', async () => {
    const { json } = await upload(png(1, 1, { bytes: 5 * MIB, seed: 100 }));
    const { hostname, port } = new URL(api.edge.url);
    const readers = [];
    for (let number = 0; number < 40; number += 1) {
      const reader = connect({ host: hostname, port });
      readers.push(reader);
      // Four times, since the system takes in some megabytes for who does not read.
      reader.write(`GET ${json.url} HTTP/1.1\r\nhost: ${hostname}:${port}\r\n\r\n`.repeat(4));
      // One after the other; who hears nothing soon is one that waits for memory.
      await Promise.race([once(reader, 'readable'), setTimeout(250)]);
    }
    const files = Array.from({ length: 16 }, (_, seed) => png(1, 1, { bytes: 5 * MIB, seed: 200 + seed }));
    const path = `${images}?clientId=alice`;
    const answers = await Promise.all(files.map((body) => api.call('POST', path, { body })));
    for (const reader of readers) reader.destroy();
    for (const { status } of answers) assert.ok(status === 201 || status === 429, `${status}`);
    for (const file of files) await upload(file);
    assert.doesNotMatch(api.edge.output(), /instance failed/);
  });

  test('an upload names its client, and an issued one needs its token', async () => {
    await api.expect(400, 'POST', images, { body: png() }, 'missing_field', 'clientId');
    await api.expect(400, 'POST', `${images}?clientId=alice`, {}, 'missing_field', 'image');
    await upload(png(), { client: 'a%20b', status: 422, code: 'invalid_field', field: 'clientId' });
    const { clientId, token } = await api.issue();
    await upload(png(), { client: clientId, status: 401, code: 'unauthorized' });
    await upload(png(), { client: clientId, token });
  });

  test('a message carries images by id and as data: URLs, in its order', async () => {
    const uploaded = (await upload(png(8, 8))).json;
    const message = await api.send(room.id, {
      content: '![](image:2) and ![](image:1)',
      images: [{ id: uploaded.id }, dataUrl('image/gif', gif)],
    });
    assert.deepEqual(message.images[0], uploaded);
    assert.deepEqual([message.images[1].id, message.images[1].mimeType], [sha256(gif), 'image/gif']);
    for (const { url, bytes } of message.images) assert.equal((await api.expect(200, 'GET', url)).bytes.length, bytes);
    const page = await api.expect(200, 'GET', `${messages}?limit=1&render=html`);
    assert.deepEqual(page.json[0].images, message.images);
    const sources = [...page.json[0].html.matchAll(/<img[^>]* src="([^"]+)"/g)].map(([, source]) => source);
    assert.deepEqual(sources, [message.images[1].url, message.images[0].url]);
    const { json: only } = await api.expect(201, 'POST', messages, { json: { clientId: 'alice', images: [uploaded.id] } });
    assert.deepEqual([only.content, only.images], ['', [uploaded]]);
  });

  test('nine images go into a message, ten do not', async () => {
    const files = Array.from({ length: 10 }, (_, seed) => png(2, 2, { seed }));
    const ids = [];
    for (const file of files) ids.push((await upload(file)).json.id);
    const nine = await api.send(room.id, { images: ids.slice(0, 9) });
    assert.deepEqual(nine.images.map(({ id }) => id), ids.slice(0, 9));
    for (const list of [ids, files.map((file) => dataUrl('image/png', file))]) {
      const json = { clientId: 'alice', content: 'ten', images: list };
      await api.expect(422, 'POST', messages, { json }, 'invalid_field', 'images');
    }
  });

  test('a message whose images are wrong is refused and not stored', async () => {
    const before = (await api.expect(200, 'GET', messages)).headers.get('roomtalk-latest-seq');
    const post = (images, status, code) =>
      api.expect(status, 'POST', messages, { json: { clientId: 'alice', content: 'x', images } }, code, 'images');
    await post(['0'.repeat(64)], 422, 'image_expired');
    await post(['not an id'], 422, 'invalid_field');
    await post([dataUrl('image/svg+xml', Buffer.from('<svg/>'))], 415, 'unsupported_media_type');
    await post([dataUrl('image/jpeg', png())], 415, 'unsupported_media_type');
    await post([dataUrl('image/png', png(1, 1, { bytes: 5 * MIB + 1 }))], 413, 'too_large');
    assert.equal((await api.expect(200, 'GET', messages)).headers.get('roomtalk-latest-seq'), before);
  });

  test('a v0.4 image message becomes a message with that image', async () => {
    for (const content of [dataUrl('image/png', png(9, 9)), png(9, 9).toString('base64')]) {
      const message = await api.send(room.id, { content, messageType: 'image' });
      assert.deepEqual([message.messageType, message.content], ['image', '']);
      assert.deepEqual([message.images.length, message.images[0].width], [1, 9]);
      assert.deepEqual((await api.expect(200, 'GET', message.images[0].url)).bytes, png(9, 9));
    }
  });

  test('large messages sent at once are stored or told to come again, and small ones are not held up', async () => {
    const large = (seed) => ({
      clientId: 'alice',
      content: `large ${seed}`,
      messageId: randomUUID(),
      images: [dataUrl('image/png', png(1, 1, { bytes: 4 * MIB, seed }))],
    });
    const bodies = Array.from({ length: 16 }, (_, seed) => large(seed));
    // Beyond what an instance holds the answer is 429, which belongs to every route and to none in the document.
    const post = async (body) => {
      const response = await fetch(api.url + messages, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: response.status, retry: response.headers.get('retry-after'), json: await response.json() };
    };
    const [answers, small] = await Promise.all([Promise.all(bodies.map(post)), api.send(room.id, { content: 'small' })]);
    assert.ok(small.seq > 0);
    for (const [n, answer] of answers.entries()) {
      if (answer.status === 429) {
        assert.deepEqual([answer.json.code, answer.retry], ['rate_limited', '1']);
        assert.ok([200, 201].includes((await post(bodies[n])).status));
      } else {
        assert.equal(answer.status, 201);
      }
    }
  });
});
