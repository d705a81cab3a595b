// The page as the edge serves it: files, deep links, headers. The page must be built.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';

import { startEdge } from '../lib/services.mjs';

describe('the page', () => {
  let edge;
  before(async () => {
    edge = await startEdge({ redis: { url: 'http://127.0.0.1:1', token: 'unused' }, hubUrl: 'https://hub.example' });
  });
  after(() => edge?.stop());

  const get = (path, options) => fetch(edge.url + path, options);

  /** A request whose path is sent as it is written. */
  async function raw(path) {
    const request = http.request({ host: '127.0.0.1', port: edge.port, path }).end();
    const [response] = await once(request, 'response');
    response.resume();
    return response;
  }

  test('is at the root and at each of its own addresses', async () => {
    const index = await (await get('/')).text();
    assert.match(index, /<div id="root">/);
    for (const path of ['/index.html', '/room/0123456789', '/saved', '/settings', '/chat?room=0123456789', '/a/b/c']) {
      const response = await get(path);
      assert.deepEqual([response.status, await response.text()], [200, index], path);
      assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8');
      assert.equal(response.headers.get('cache-control'), 'no-cache');
    }
  });

  test('lets its hashed files be kept for ever', async () => {
    const index = await (await get('/')).text();
    const assets = [...index.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path);
    assert.ok(assets.length > 0);
    for (const path of assets) {
      const response = await get(path);
      assert.equal(response.status, 200, path);
      assert.equal(response.headers.get('cache-control'), 'public, max-age=31536000, immutable');
      assert.equal(response.headers.get('access-control-allow-origin'), '*');
      assert.match(response.headers.get('content-type'), path.endsWith('.js') ? /^text\/javascript/ : /^(text\/css|image|font)/);
      assert.match(response.headers.get('vary'), /Accept-Encoding/);
    }
  });

  test('is told where the hub is, and may connect to it alone', async () => {
    const config = await get('/config.json');
    const { socketUrl, build } = await config.json();
    assert.equal(socketUrl, 'https://hub.example');
    assert.match(build, /^[0-9a-f]{16}$/);
    assert.ok((await (await get('/')).text()).includes(`<meta name="build" content="${build}" />`));
    assert.equal(config.headers.get('cache-control'), 'no-store');
    const policy = (await get('/')).headers.get('content-security-policy');
    assert.match(policy, /connect-src 'self' https:\/\/hub\.example wss:\/\/hub\.example;/);
    assert.match(policy, /default-src 'none'.*script-src 'self'; style-src 'self';.*frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe/);
  });

  test('is fenced in, and no search engine is told of a room', async () => {
    for (const path of ['/', '/config.json', '/none.js']) {
      const { headers } = await get(path);
      assert.equal(headers.get('referrer-policy'), 'no-referrer', path);
      assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
      assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin', path);
      assert.match(headers.get('permissions-policy'), /camera=\(\)/, path);
    }
    assert.equal((await get('/room/0123456789')).headers.get('x-robots-tag'), 'noindex');
    assert.equal((await get('/?room=0123456789')).headers.get('x-robots-tag'), 'noindex');
    assert.equal((await get('/')).headers.get('x-robots-tag'), null);
  });

  test('is not sent again unchanged, nor on HEAD', async () => {
    const first = await get('/');
    const headers = { 'if-none-match': first.headers.get('etag') };
    const again = await get('/', { headers });
    assert.deepEqual([again.status, await again.text()], [304, '']);
    const head = await get('/', { method: 'HEAD' });
    assert.deepEqual([head.status, await head.text()], [200, '']);
    assert.equal((await get('/', { method: 'POST' })).status, 405);
  });

  test('has no file outside of its folder', async () => {
    const paths = ['/../spin.toml', '/..%2fspin.toml', '/%2e%2e/%2e%2e/etc/passwd', '/assets/..%5c..%5cspin.toml', '/.git/config', '//etc/passwd.x'];
    for (const path of paths) assert.notEqual((await raw(path)).statusCode, 200, path);
    for (const path of ['/none.png', '/assets/none-123.js']) assert.equal((await get(path)).status, 404, path);
  });
});
