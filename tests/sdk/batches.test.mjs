import assert from 'node:assert/strict';
import { test } from 'node:test';

import { onEachStore } from './stores.mjs';

onEachStore('batches, errors and consistency', (context) => {
  test('a pipeline answers in order', async () => {
    const pipeline = context.redis.pipeline();
    pipeline.set('a', { b: 1 }).incr('n').incr('n').get('a').hset('h', { x: 1 }).hgetall('h').get('none');
    assert.deepEqual(await pipeline.exec(), ['OK', 1, 2, { b: 1 }, 1, { x: 1 }, null]);
  });

  test('a pipeline can keep each error to its own command', async () => {
    const { redis } = context;
    await redis.set('text', 'x');
    const results = await redis.pipeline().incr('text').set('after', 1).exec({ keepErrors: true });
    assert.match(results[0].error, /^ERR value is not an integer or out of range/);
    assert.equal(results[1].result, 'OK');
    await assert.rejects(redis.pipeline().incr('text').exec(), /Command 1 \[ incr \] failed: ERR value is not an integer/);
  });

  test('calls of the same moment are merged and each gets its own answer', async () => {
    const { redis } = context;
    const keys = Array.from({ length: 200 }, (_, n) => `k${n}`);
    await Promise.all(keys.map((key, n) => redis.set(key, n)));
    assert.deepEqual(await Promise.all(keys.map((key) => redis.get(key))), keys.map((_, n) => n));
    const [bad, good] = await Promise.allSettled([redis.lpush('k0', 1), redis.incr('k1')]);
    assert.match(bad.reason.message, /WRONGTYPE/);
    assert.equal(good.value, 2);
  });

  test('commands work without auto-pipelining too', async () => {
    const redis = context.client({ enableAutoPipelining: false });
    assert.equal(await redis.set('a', 'OK'), 'OK');
    assert.equal(await redis.get('a'), 'OK');
    assert.equal(await redis.ping(), 'PONG');
    assert.equal(await redis.echo('你好'), '你好');
    await assert.rejects(redis.incr('a'), { name: 'UpstashError', message: /^ERR value is not an integer or out of range, command was: / });
  });

  test('a transaction runs as one', async () => {
    const { redis } = context;
    const results = await redis.multi().set('a', 1).incrby('a', 5).get('a').zadd('z', { score: 1, member: 'm' }).exec();
    assert.deepEqual(results, ['OK', 6, 6, 1]);
  });

  test('transactions of many clients never mix', async () => {
    const clients = Array.from({ length: 10 }, () => context.client());
    await Promise.all(
      clients.flatMap((client) =>
        Array.from({ length: 10 }, async () => {
          const [before, after] = await client.multi().incr('n').incr('n').exec();
          assert.equal(after, before + 1);
          assert.equal(before % 2, 1);
        }),
      ),
    );
    assert.equal(await context.redis.get('n'), 200);
  });

  test('errors have the texts that programs look for', async () => {
    const { redis } = context;
    await redis.set('text', 'x');
    await assert.rejects(redis.lpush('text', 1), /WRONGTYPE Operation against a key holding the wrong kind of value/);
    await assert.rejects(redis.evalsha('f'.repeat(40), [], []), /NOSCRIPT No matching script\. Please use EVAL\./);
    await assert.rejects(context.client({ token: 'wrong' }).get('a'), /WRONGPASS invalid or missing auth token/);
    await assert.rejects(redis.exec(['FOO', 'a']), /ERR Command is not available: 'FOO'\./);
    await assert.rejects(redis.exec(['WATCH', 'a']), /ERR Command "WATCH" is not allowed in REST/);
  });

  test('the sync token moves with each write and a client sends back the last one', async () => {
    const { redis } = context;
    const token = () => redis.client.upstashSyncToken;
    await redis.set('a', 1);
    const first = token();
    assert.notEqual(first, '');
    await redis.set('a', 2);
    assert.notEqual(token(), first);
    assert.equal(await redis.get('a'), 2);
  });

  test('answers without base64 are read as well', async () => {
    const redis = context.client({ responseEncoding: false });
    await redis.set('a', { text: 'é "quoted" \n' });
    assert.deepEqual(await redis.get('a'), { text: 'é "quoted" \n' });
  });

  test('bytes that are no text go in by the path and come out in base64', async () => {
    const { gateway } = context;
    const headers = { authorization: `Bearer ${gateway.token}`, 'upstash-encoding': 'base64' };
    const bytes = Uint8Array.from({ length: 256 }, (_, n) => n);
    const set = await fetch(`${gateway.url}/set/bytes`, { method: 'POST', headers, body: bytes });
    assert.deepEqual(await set.json(), { result: 'OK' });
    const { result } = await (await fetch(`${gateway.url}/get/bytes`, { headers })).json();
    assert.deepEqual(Uint8Array.from(Buffer.from(result, 'base64')), bytes);
  });
});
