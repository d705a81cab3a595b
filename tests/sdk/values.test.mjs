import assert from 'node:assert/strict';
import { test } from 'node:test';

import { onEachStore } from './stores.mjs';

onEachStore('strings, keys and expiry', (context) => {
  test('values of every kind come back as they were', async () => {
    const { redis } = context;
    const values = [
      'text', '', 'OK', 'PONG', 'null', 'a\nb\r\n\0c', '你好, 世界 🌍', 'ümlaut', 0, -1, 1.5, 9007199254740991, true, false,
      { nested: { list: [1, 'zwei', null, { three: 3 }] } }, [], [1, 2, [3]], '日本語'.repeat(10_000),
    ];
    for (const [index, value] of values.entries()) {
      assert.equal(await redis.set(`k${index}`, value), 'OK');
      const expected = value === 'null' ? null : value;
      assert.deepEqual(await redis.get(`k${index}`), expected, JSON.stringify(value));
    }
    assert.equal(await redis.get('none'), null);
  });

  test('an integer beyond what a float holds is exact on the wire', async () => {
    const { redis } = context;
    const exact = context.client({ automaticDeserialization: false });
    await exact.set('n', '9007199254740993');
    await redis.incr('n');
    assert.equal(await exact.get('n'), '9007199254740994');
  });

  test('the options of SET hold', async () => {
    const { redis } = context;
    assert.equal(await redis.set('a', 1, { nx: true }), 'OK');
    assert.equal(await redis.set('a', 2, { nx: true }), null);
    assert.equal(await redis.set('a', 3, { xx: true, get: true }), 1);
    assert.equal(await redis.set('none', 1, { xx: true }), null);
    await redis.set('a', 4, { ex: 100 });
    assert.equal(await redis.ttl('a'), 100);
    await redis.set('a', 5, { keepTtl: true });
    assert.equal(await redis.ttl('a'), 100);
    await redis.set('a', 6);
    assert.equal(await redis.ttl('a'), -1);
  });

  test('a key is gone when its time is over', async () => {
    const { redis } = context;
    await redis.set('short', 1, { px: 30 });
    while ((await redis.exists('short')) === 1) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(await redis.get('short'), null);
    assert.equal(await redis.ttl('short'), -2);
    assert.equal(await redis.set('short', 2, { nx: true }), 'OK');
  });

  test('counters, ranges and many keys at once', async () => {
    const { redis } = context;
    assert.equal(await redis.incrby('n', 5), 5);
    assert.equal(await redis.decr('n'), 4);
    assert.equal(await redis.incrbyfloat('n', 0.5), 4.5);
    await redis.mset({ a: 1, b: 'zwei', c: { d: 3 } });
    assert.deepEqual(await redis.mget('a', 'b', 'none', 'c'), [1, 'zwei', null, { d: 3 }]);
    assert.equal(await redis.append('b', '!'), 5);
    assert.equal(await redis.strlen('b'), 5);
    assert.equal(await redis.getrange('b', 1, 2), 'we');
    assert.equal(await redis.getdel('b'), 'zwei!');
    assert.equal(await redis.exists('a', 'b', 'c'), 2);
    assert.equal(await redis.del('a', 'c', 'none'), 2);
  });

  test('expiry can be set, read and taken away', async () => {
    const { redis } = context;
    await redis.set('a', 1);
    assert.equal(await redis.expire('a', 100), 1);
    assert.equal(await redis.ttl('a'), 100);
    assert.equal(await redis.persist('a'), 1);
    assert.equal(await redis.ttl('a'), -1);
    assert.equal(await redis.pexpire('a', 100_000), 1);
    assert.ok((await redis.pttl('a')) > 90_000);
    assert.equal(await redis.expire('none', 1), 0);
    assert.equal(await redis.rename('a', 'b'), 'OK');
    assert.ok((await redis.pttl('b')) > 90_000);
    assert.equal(await redis.type('b'), 'string');
  });

  test('a scan finds each of many keys, by pattern too', async () => {
    const { redis } = context;
    const wanted = Array.from({ length: 500 }, (_, n) => `user:${n}`);
    await redis.mset(Object.fromEntries(wanted.map((key) => [key, 1])));
    await redis.set('other', 1);
    const found = new Set();
    let cursor = '0';
    do {
      const [next, keys] = await redis.scan(cursor, { match: 'user:*', count: 50 });
      for (const key of keys) found.add(key);
      cursor = next;
    } while (cursor !== '0');
    assert.deepEqual([...found].sort(), wanted.sort());
    assert.equal(await redis.dbsize(), 501);
    assert.deepEqual((await redis.keys('oth*')).sort(), ['other']);
  });

  test('hashes', async () => {
    const { redis } = context;
    assert.equal(await redis.hset('h', { name: 'Ada', age: 36, tags: ['x'] }), 3);
    assert.deepEqual(await redis.hgetall('h'), { name: 'Ada', age: 36, tags: ['x'] });
    assert.equal(await redis.hget('h', 'name'), 'Ada');
    assert.deepEqual(await redis.hmget('h', 'name', 'none'), { name: 'Ada', none: null });
    assert.equal(await redis.hincrby('h', 'age', 2), 38);
    assert.equal(await redis.hsetnx('h', 'age', 1), 0);
    assert.equal(await redis.hexists('h', 'age'), 1);
    assert.deepEqual((await redis.hkeys('h')).sort(), ['age', 'name', 'tags']);
    assert.equal(await redis.hdel('h', 'name', 'none'), 1);
    assert.equal(await redis.hlen('h'), 2);
    assert.equal(await redis.hgetall('none'), null);
  });

  test('lists', async () => {
    const { redis } = context;
    assert.equal(await redis.rpush('l', 'a', 'b', { c: 1 }), 3);
    assert.equal(await redis.lpush('l', 0), 4);
    assert.deepEqual(await redis.lrange('l', 0, -1), [0, 'a', 'b', { c: 1 }]);
    assert.equal(await redis.lindex('l', 1), 'a');
    assert.equal(await redis.linsert('l', 'before', 'b', 'x'), 5);
    assert.equal(await redis.lrem('l', 1, 'x'), 1);
    assert.equal(await redis.ltrim('l', 0, 1), 'OK');
    assert.equal(await redis.rpop('l'), 'a');
    assert.equal(await redis.lpop('l'), 0);
    assert.equal(await redis.llen('l'), 0);
  });

  test('sets', async () => {
    const { redis } = context;
    assert.equal(await redis.sadd('s', 'a', 'b', 'a'), 2);
    await redis.sadd('t', 'b', 'c');
    assert.deepEqual((await redis.smembers('s')).sort(), ['a', 'b']);
    assert.equal(await redis.sismember('s', 'a'), 1);
    assert.deepEqual(await redis.smismember('s', ['a', 'z']), [1, 0]);
    assert.deepEqual(await redis.sinter('s', 't'), ['b']);
    assert.deepEqual((await redis.sunion('s', 't')).sort(), ['a', 'b', 'c']);
    assert.deepEqual(await redis.sdiff('s', 't'), ['a']);
    assert.equal(await redis.srem('s', 'a'), 1);
    assert.equal(await redis.scard('s'), 1);
    assert.equal(await redis.spop('s'), 'b');
  });

  test('sorted sets', async () => {
    const { redis } = context;
    assert.equal(await redis.zadd('z', { score: 1, member: 'one' }, { score: 2.5, member: 'two' }, { score: 3, member: 'three' }), 3);
    assert.deepEqual(await redis.zrange('z', 0, -1), ['one', 'two', 'three']);
    assert.deepEqual(await redis.zrange('z', 0, 1, { rev: true, withScores: true }), ['three', 3, 'two', 2.5]);
    assert.deepEqual(await redis.zrange('z', 2, '+inf', { byScore: true }), ['two', 'three']);
    assert.equal(await redis.zscore('z', 'two'), 2.5);
    assert.equal(await redis.zrank('z', 'three'), 2);
    assert.equal(await redis.zincrby('z', 5, 'one'), 6);
    assert.equal(await redis.zcount('z', 3, 6), 2);
    assert.deepEqual(await redis.zpopmax('z'), ['one', 6]);
    assert.equal(await redis.zremrangebyscore('z', '-inf', 2.5), 1);
    assert.equal(await redis.zcard('z'), 1);
    assert.equal(await redis.zadd('z', { nx: true }, { score: 9, member: 'three' }), 0);
  });

  test('bits of a string', async () => {
    const { redis } = context;
    assert.equal(await redis.setbit('b', 7, 1), 0);
    assert.equal(await redis.getbit('b', 7), 1);
    assert.equal(await redis.bitcount('b', 0, -1), 1);
  });
});
