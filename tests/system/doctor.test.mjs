// `roomtalk doctor` as a script and a person run it: exit codes, both outputs, and nothing secret in them.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';

import { binary } from '../lib/process.mjs';
import { freePort, startGateway, startRedis, temporaryFolder } from '../lib/services.mjs';

const TOKEN = 'a-token-of-the-test';

/** Runs it to its end; gives the exit code and both streams, each by itself. */
async function doctor(args, env = {}) {
  const unset = { REDIS_URL: '', REDIS_TOKEN: '', UPSTASH_REDIS_REST_URL: '', UPSTASH_REDIS_REST_TOKEN: '' };
  const child = spawn(binary('roomtalk'), ['doctor', ...args], { env: { ...process.env, ...unset, ...env } });
  const streams = { stdout: '', stderr: '' };
  for (const name of Object.keys(streams)) child[name].setEncoding('utf8').on('data', (text) => { streams[name] += text; });
  const [code] = await once(child, 'close');
  return { code, ...streams };
}

/** An authority of one's own in `folder`, and a certificate by it for `localhost`. */
async function certificate(folder) {
  const openssl = (...args) => promisify(execFile)('openssl', args, { cwd: folder });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  await openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=authority', '-days', '2');
  await openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost');
  await writeFile(path.join(folder, 'extensions'), 'subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n');
  const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'extensions'];
  await openssl('x509', '-req', '-in', 'server.csr', ...by, '-out', 'server.pem');
  return { authority: path.join(folder, 'ca.pem'), files: ['server.pem', 'server.key'].map((name) => path.join(folder, name)) };
}

describe('roomtalk doctor', () => {
  let redis;
  let gateway;
  before(async () => {
    [redis, gateway] = await Promise.all([startRedis(), startGateway({ token: TOKEN })]);
  });
  after(() => Promise.all([redis?.stop(), gateway?.stop()]));
  const named = () => ['--redis-url', gateway.url, '--redis-token', TOKEN];

  test('prints one line a check and ends with 0 when the store is fit', async () => {
    const { code, stdout, stderr } = await doctor(named());
    assert.equal(code, 0, stdout + stderr);
    const lines = stdout.trim().split('\n');
    assert.equal(lines[0], gateway.url);
    assert.equal(lines.at(-1), 'ok: 0 failures, 0 warnings, 21 ok, 0 skipped');
    assert.equal(lines.filter((line) => line.startsWith('ok    ')).length, 21);
    assert.equal(stderr, '');
    assert.ok(!stdout.includes(TOKEN));
  });

  test('looks at the embedded store in a data folder, unless somebody has it open', async () => {
    const { folder, remove } = await temporaryFolder();
    try {
      await mkdir(path.join(folder, 'store'));
      const { code, stdout } = await doctor(['--data-dir', folder]);
      assert.equal(code, 0, stdout);
      assert.equal(stdout.split('\n')[0], `the embedded store in ${folder}`);
      const holder = await startGateway({ dataDir: folder });
      const { code: refused, stderr } = await doctor(['--data-dir', folder]);
      await holder.stop();
      assert.equal(refused, 2);
      assert.match(stderr, /if `roomtalk up` is running there, .* --redis-url/);
    } finally {
      await remove();
    }
  });

  test('prints the same as one JSON object', async () => {
    const { code, stdout } = await doctor([...named(), '--json']);
    assert.equal(code, 0, stdout);
    const { store, verdict, ok, warnings, failures, skipped, checks } = JSON.parse(stdout);
    assert.deepEqual({ store, verdict, ok, warnings, failures, skipped }, { store: gateway.url, verdict: 'ok', ok: 21, warnings: 0, failures: 0, skipped: 0 });
    assert.equal(checks.length, 21);
    for (const { check, verdict, seen } of checks) assert.ok(check && verdict === 'ok' && seen);
  });

  test('takes the store from the environment, by either pair of names', async () => {
    for (const [url, token] of [['REDIS_URL', 'REDIS_TOKEN'], ['UPSTASH_REDIS_REST_URL', 'UPSTASH_REDIS_REST_TOKEN']]) {
      const { code, stdout, stderr } = await doctor([], { [url]: gateway.url, [token]: TOKEN });
      assert.equal(code, 0, stdout + stderr);
    }
  });

  test('looks at a Redis server through a gateway of its own, and leaves nothing in it', async () => {
    const { code, stdout, stderr } = await doctor(['--redis-url', redis.url]);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /^redis:\/\/127\.0\.0\.1:\d+, through a gateway/);
    assert.match(stdout, /^ok {4}server {7}Redis \d/m);
    assert.equal(await redis.command('DBSIZE'), '0');
  });

  test('looks at a Redis server by TLS, whose certificate must be known', async () => {
    const { folder, remove } = await temporaryFolder('tls');
    const { authority, files: [pem, key] } = await certificate(folder);
    const [port, plain] = [await freePort(), await freePort()];
    const tls = ['--tls-port', String(port), '--tls-cert-file', pem, '--tls-key-file', key, '--tls-auth-clients', 'no'];
    const server = await startRedis({ port: plain, args: tls });
    const url = ['--redis-url', `rediss://localhost:${port}`];
    const known = await doctor(url, { SSL_CERT_FILE: authority });
    const unknown = await doctor(url);
    await server.stop();
    await remove();
    assert.equal(known.code, 0, known.stdout + known.stderr);
    assert.match(known.stdout, /^ok: 0 failures, 0 warnings, 21 ok/m);
    assert.equal(unknown.code, 1);
    assert.match(unknown.stdout, /^FAIL {2}address .*UnknownIssuer.*\n +mend: .*SSL_CERT_FILE/m);
  });

  test('ends with 1 and the mend when something fails, warnings apart', async () => {
    const wrong = await doctor(['--redis-url', gateway.url, '--redis-token', 'another-token']);
    assert.equal(wrong.code, 1);
    assert.match(wrong.stdout, /^FAIL {2}token {8}401: WRONGPASS.*\n +mend: .*UPSTASH_REDIS_REST_TOKEN/m);
    assert.match(wrong.stdout, /^FAIL: 1 failure, 0 warnings, 1 ok, 18 skipped$/m);
    assert.ok(!(wrong.stdout + wrong.stderr).includes('another-token'));

    await redis.command('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    const evicting = await doctor(['--redis-url', redis.url, '--json']);
    await redis.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    assert.equal(evicting.code, 1);
    const failed = JSON.parse(evicting.stdout).checks.filter(({ verdict }) => verdict === 'fail');
    assert.deepEqual(failed.map(({ check }) => check), ['eviction']);
    assert.match(failed[0].mend, /noeviction/);

    await redis.command('CONFIG', 'SET', 'appendfsync', 'no');
    const warned = await doctor(['--redis-url', redis.url]);
    await redis.command('CONFIG', 'SET', 'appendfsync', 'always');
    assert.equal(warned.code, 0, warned.stdout);
    assert.match(warned.stdout, /^warn {2}persistence .*\n +mend: /m);
  });

  test('ends with 1 where nobody listens, and where a page is served', async () => {
    const nobody = await doctor(['--redis-url', `http://127.0.0.1:${await freePort()}`, '--redis-token', 'x']);
    assert.equal(nobody.code, 1);
    assert.match(nobody.stdout, /^FAIL {2}address {6}connection refused/m);
    const down = await doctor(['--redis-url', `redis://user:hidden@127.0.0.1:${await freePort()}`]);
    assert.equal(down.code, 1);
    assert.match(down.stdout, /^FAIL {2}address {6}the gateway answers, its Redis server does not/m);
    assert.ok(!(down.stdout + down.stderr).includes('hidden'));
    const page = createServer((_, response) => response.end('<h1>a page</h1>')).listen(0, '127.0.0.1');
    await once(page, 'listening');
    const other = await doctor(['--redis-url', `http://127.0.0.1:${page.address().port}`, '--redis-token', 'x']);
    page.close();
    assert.equal(other.code, 1);
    assert.match(other.stdout, /^FAIL {2}address {6}answers HTTP 200/m);
  });

  test('ends with 2 and no report when the store is not named properly', async () => {
    const cases = [
      [['--data-dir', '/nowhere'], /there is no store in \/nowhere; name it with --data-dir or --redis-url/],
      [['--redis-url', 'ftp://x'], /--redis-url must start with/],
      [['--redis-url', 'https://x.example'], /--redis-token/],
      [['--redis-url', 'https://x.example/path', '--redis-token', 'x'], /http\(s\):\/\/host/],
      [['--redis-uri', 'x'], /--redis-uri/],
    ];
    for (const [args, message] of cases) {
      const { code, stdout, stderr } = await doctor(args);
      assert.equal(code, 2, args.join(' '));
      assert.equal(stdout, '');
      assert.match(stderr, message);
    }
  });
});
