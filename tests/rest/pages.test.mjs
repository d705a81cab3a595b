// Reading a room page by page.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';

import { startRest } from './system.mjs';

const TOTAL = 450;

describe('pages', () => {
  let api;
  let room;
  let path;
  /** Every message of the room, in the order in which it was sent. */
  const sent = [];
  before(async () => {
    api = await startRest();
    room = await api.room();
    path = `/api/rooms/${room.id}/messages`;
    for (let n = 1; n <= TOTAL; n += 1) sent.push(await api.send(room.id, { content: `message ${n}` }));
  });
  after(() => api?.stop());

  const read = async (query = '') => {
    const { json, headers } = await api.expect(200, 'GET', path + query);
    const header = (name) => headers.get(`roomtalk-${name}`);
    const links = new Map([...(headers.get('link') ?? '').matchAll(/<([^>]+)>; rel="(\w+)"/g)].map(([, to, rel]) => [rel, to]));
    return { messages: json, headers, header, links, etag: headers.get('etag') };
  };

  test('seqs are dense and start after the room\'s creation', () => {
    assert.deepEqual(sent.map(({ seq }) => seq), Array.from({ length: TOTAL }, (_, n) => n + 2));
  });

  test('without a cursor the newest hundred come, oldest first', async () => {
    const page = await read();
    assert.deepEqual(page.messages, sent.slice(-100));
    const latest = sent.at(-1).seq;
    assert.equal(page.header('latest-seq'), String(latest));
    assert.equal(page.header('oldest-seq'), String(latest - 99));
    assert.equal(page.header('next-after'), String(latest));
    assert.equal(page.header('recovered'), null);
    assert.equal(page.links.get('prev'), `${path}?before=${latest - 99}&limit=100`);
    assert.equal(page.links.has('next'), false);
    assert.equal(page.headers.get('cache-control'), 'private, no-cache');
  });

  test('the links to the previous pages lead through the whole room, each message once', async () => {
    const seen = [];
    let next = `${path}?limit=70`;
    let steps = 0;
    while (next) {
      const page = await read(next.slice(path.length));
      seen.unshift(...page.messages);
      assert.equal(page.links.has('next'), steps > 0);
      next = page.links.get('prev');
      assert.ok((steps += 1) <= 8);
    }
    assert.deepEqual(seen, sent);
  });

  test('reading on after a cursor leads through the whole room, each message once', async () => {
    const seen = [];
    let after = 0;
    for (;;) {
      const page = await read(`?after=${after}&limit=200`);
      assert.equal(page.header('recovered'), 'true');
      seen.push(...page.messages);
      after = Number(page.header('next-after'));
      if (!page.links.has('next')) break;
      assert.equal(page.links.get('next'), `${path}?after=${after}&limit=200`);
    }
    assert.deepEqual(seen, sent);
    const rest = await read(`?after=${after}`);
    assert.deepEqual([rest.messages, rest.header('next-after'), rest.header('recovered')], [[], String(after), 'true']);
  });

  test('before takes what lies before it, down to nothing', async () => {
    assert.deepEqual((await read('?before=12&limit=3')).messages, sent.slice(7, 10));
    const first = await read('?before=4');
    assert.deepEqual(first.messages, sent.slice(0, 2));
    assert.equal(first.links.has('prev'), false);
    assert.deepEqual((await read('?before=1')).messages, []);
    assert.deepEqual((await read('?before=9007199254740991&limit=1')).messages, sent.slice(-1));
  });

  test('a cursor beyond the newest, or at another message, is not recovered from', async () => {
    const beyond = await read('?after=100000');
    assert.equal(beyond.header('recovered'), 'false');
    assert.deepEqual(beyond.messages, sent.slice(-100));
    const [known, next] = sent.slice(300, 302);
    const same = await read(`?after=${known.seq}&afterId=${known.id}&limit=1`);
    assert.deepEqual([same.header('recovered'), same.messages], ['true', [next]]);
    const another = await read(`?after=${known.seq}&afterId=${randomUUID()}&limit=1`);
    assert.deepEqual([another.header('recovered'), another.messages], ['false', sent.slice(-1)]);
  });

  test('a bad cursor is a 400 that names it', async () => {
    for (const [query, field] of [
      ['after=x', 'after'],
      ['after=-1', 'after'],
      ['after=', 'after'],
      ['before=0', 'before'],
      ['before=1e3', 'before'],
      ['limit=0', 'limit'],
      ['limit=201', 'limit'],
      ['limit=9999999999999999999999', 'limit'],
      ['after=1&before=2', 'before'],
      [`afterId=${randomUUID()}`, 'afterId'],
    ]) {
      await api.expect(400, 'GET', `${path}?${query}`, {}, 'invalid_cursor', field);
    }
    await api.expect(422, 'GET', `${path}?after=1&afterId=x`, {}, 'invalid_field', 'afterId');
    await api.expect(422, 'GET', `${path}?render=pdf`, {}, 'invalid_field', 'render');
  });

  test('an unchanged page is a 304 with the same tag, until something is said', async () => {
    const quiet = await api.room();
    const quietPath = `/api/rooms/${quiet.id}/messages`;
    await api.send(quiet.id);
    for (const query of ['', '?after=1', '?before=2', '?render=html']) {
      const { headers } = await api.expect(200, 'GET', quietPath + query);
      const etag = headers.get('etag');
      for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const same = await api.expect(304, 'GET', quietPath + query, { headers: { 'if-none-match': tags } });
        assert.equal(same.bytes.length, 0);
        assert.equal(same.headers.get('etag'), etag);
        assert.equal(same.headers.get('roomtalk-latest-seq'), headers.get('roomtalk-latest-seq'));
      }
      await api.expect(200, 'GET', quietPath + query, { headers: { 'if-none-match': '"other"' } });
    }
    const { headers } = await api.expect(200, 'GET', quietPath);
    const more = await api.send(quiet.id, { content: 'more' });
    const changed = await api.expect(200, 'GET', quietPath, { headers: { 'if-none-match': headers.get('etag') } });
    assert.deepEqual(changed.json.at(-1), more);
  });

  test('a quiet poll asks the store one thing', async () => {
    const { headers } = await api.expect(200, 'GET', path);
    const commands = async () => {
      const info = await api.gateway.command('INFO', 'commandstats');
      return Number(/cmdstat_xrevrange:calls=(\d+)/.exec(info)?.[1] ?? 0) + Number(/cmdstat_xrange:calls=(\d+)/.exec(info)?.[1] ?? 0);
    };
    const before = await commands();
    await api.expect(304, 'GET', path, { headers: { 'if-none-match': headers.get('etag') } });
    assert.equal((await commands()) - before, 1);
  });

  test('render=html adds safe HTML to each message', async () => {
    const other = await api.room();
    const content = '**bold** <script>alert(1)</script> [x](javascript:alert(1)) [y](https://example.com) ![z](https://example.com/z.png)';
    const plain = await api.send(other.id, { content });
    const { json } = await api.expect(200, 'GET', `/api/rooms/${other.id}/messages?render=html`);
    const { html, ...message } = json[0];
    assert.deepEqual(message, plain);
    assert.match(html, /<strong>bold<\/strong>/);
    assert.match(html, /&lt;script&gt;/);
    assert.match(html, /href="https:\/\/example\.com" rel="/);
    assert.doesNotMatch(html, /<script|href="javascript|<img/);
    const { links } = await read('?render=html&limit=5');
    assert.match(links.get('prev'), /&render=html$/);
  });

  test('a page ends at 256 KiB of text, and the links lead on', async () => {
    const long = await api.room();
    const contents = Array.from({ length: 40 }, (_, n) => `${n} `.padEnd(16_000, 'x'));
    for (const content of contents) await api.send(long.id, { content });
    const seen = [];
    let next = `/api/rooms/${long.id}/messages`;
    let pages = 0;
    while (next) {
      const { json, headers, bytes } = await api.expect(200, 'GET', next);
      assert.ok(bytes.length <= 300_000, `${bytes.length} bytes`);
      seen.unshift(...json.map(({ content }) => content));
      next = /<([^>]+)>; rel="prev"/.exec(headers.get('link') ?? '')?.[1];
      assert.ok((pages += 1) < 10);
    }
    assert.ok(pages > 1);
    assert.deepEqual(seen, contents);
  });
});
