import assert from 'node:assert/strict';
import { test } from 'node:test';

import { onEachStore } from './stores.mjs';

onEachStore('scripts and streams', (context) => {
  test('a script gets its keys and arguments and answers all shapes', async () => {
    const { redis } = context;
    const script = 'return {KEYS[1], ARGV[1], tonumber(ARGV[2]) + 1, {1, {2}}, false, redis.status_reply("fine")}';
    assert.deepEqual(await redis.eval(script, ['k'], ['a', 41]), ['k', 'a', 42, [1, [2]], null, 'fine']);
    assert.equal(await redis.eval('return redis.call("INCRBY", KEYS[1], ARGV[1])', ['n'], [7]), 7);
    assert.equal(await redis.eval('return nil', [], []), null);
  });

  test('a loaded script is known by its digest', async () => {
    const { redis } = context;
    const digest = await redis.scriptLoad('return ARGV[1]');
    assert.match(digest, /^[0-9a-f]{40}$/);
    assert.equal(await redis.evalsha(digest, [], ['hello']), 'hello');
    assert.deepEqual(await redis.scriptExists(digest, 'f'.repeat(40)), [1, 0]);
    await redis.scriptFlush();
    await assert.rejects(redis.evalsha(digest, [], []), /NOSCRIPT/);
  });

  test("the SDK's script helper sends the script once and its digest after that", async () => {
    const { redis } = context;
    const script = redis.createScript('#!lua flags=allow-key-locking\nreturn redis.call("INCR", KEYS[1])');
    assert.equal(await script.exec(['n'], []), 1);
    assert.equal(await script.exec(['n'], []), 2);
    await redis.scriptFlush();
    assert.equal(await script.exec(['n'], []), 3);
  });

  test('an error inside a script is told', async () => {
    const { redis } = context;
    await assert.rejects(redis.eval('return redis.error_reply("MY error")', [], []), /MY error/);
    await assert.rejects(redis.eval('return redis.call("INCR")', [], []), /Wrong number of args/i);
    await assert.rejects(redis.eval('this is no Lua', [], []), /ERR Error compiling script/);
    await redis.set('text', 'x');
    assert.equal(await redis.eval('local r = redis.pcall("INCR", KEYS[1]); return r.err and "caught"', ['text'], []), 'caught');
  });

  test('a stream keeps entries in order, by ids of its own or given ones', async () => {
    const { redis } = context;
    const first = await redis.xadd('s', '*', { text: 'first', n: 1 });
    assert.match(first, /^\d+-\d+$/);
    const second = await redis.xadd('s', '*', { text: 'zweite 🌍' });
    assert.deepEqual(await redis.xrange('s', '-', '+'), {
      [first]: { text: 'first', n: 1 },
      [second]: { text: 'zweite 🌍' },
    });
    assert.deepEqual(Object.keys(await redis.xrevrange('s', '+', '-', 1)), [second]);
    assert.equal(await redis.xlen('s'), 2);
    assert.equal(await redis.xdel('s', first), 1);
    assert.equal(await redis.xlen('s'), 1);
  });

  test('ids of one millisecond count up without gaps, as room logs need', async () => {
    const { redis } = context;
    assert.equal(await redis.xadd('log', '0-*', { n: 1 }), '0-1');
    assert.equal(await redis.xadd('log', '0-*', { n: 2 }), '0-2');
    assert.equal(await redis.xtrim('log', { strategy: 'MAXLEN', exactness: '=', threshold: 0 }), 2);
    assert.equal(await redis.xadd('log', '0-*', { n: 3 }), '0-3');
    assert.equal(await redis.xadd('none', '0-*', { n: 1 }, { nomkStream: true }), null);
    await assert.rejects(redis.xadd('log', '0-1', { n: 1 }), /equal or smaller/);
  });

  test('a stream is trimmed as it grows', async () => {
    const { redis } = context;
    for (let n = 0; n < 10; n += 1) {
      await redis.xadd('s', '*', { n }, { trim: { type: 'MAXLEN', comparison: '=', threshold: 3 } });
    }
    assert.deepEqual(Object.values(await redis.xrange('s', '-', '+')), [{ n: 7 }, { n: 8 }, { n: 9 }]);
  });

  test('several streams are read from a place each', async () => {
    const { redis } = context;
    await redis.xadd('a', '1-1', { n: 1 });
    await redis.xadd('a', '1-2', { n: 2 });
    await redis.xadd('b', '1-1', { n: 3 });
    const read = await redis.xread(['a', 'b'], ['1-1', '0-0']);
    assert.deepEqual(read, [
      ['a', [['1-2', ['n', 2]]]],
      ['b', [['1-1', ['n', 3]]]],
    ]);
  });
});
