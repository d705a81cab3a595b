import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Ratelimit } from '@upstash/ratelimit';

import { onEachStore } from './stores.mjs';

onEachStore('@upstash/ratelimit', (context) => {
  // Windows of an hour: no test here waits for one to pass.
  const limits = {
    'a fixed window': Ratelimit.fixedWindow(3, '1 h'),
    'a sliding window': Ratelimit.slidingWindow(3, '1 h'),
    'a token bucket': Ratelimit.tokenBucket(3, '1 h', 3),
  };

  for (const [name, limiter] of Object.entries(limits)) {
    const make = (options) => new Ratelimit({ redis: context.redis, limiter, ephemeralCache: false, timeout: 60_000, ...options });

    test(`${name} lets its number pass and no more`, async () => {
      const ratelimit = make();
      const results = [];
      for (let n = 0; n < 5; n += 1) results.push(await ratelimit.limit('ada'));
      assert.deepEqual(results.map(({ success }) => success), [true, true, true, false, false]);
      assert.deepEqual(results.slice(0, 3).map(({ remaining }) => remaining), [2, 1, 0]);
      assert.ok(results.every(({ limit, reset }) => limit === 3 && reset > Date.now()));
      assert.equal((await ratelimit.limit('bob')).success, true, 'another identifier has its own count');
    });

    test(`${name} counts right when all come at once`, async () => {
      const ratelimit = make();
      const results = await Promise.all(Array.from({ length: 20 }, () => ratelimit.limit('ada')));
      assert.equal(results.filter(({ success }) => success).length, 3);
    });

    test(`${name} tells what is left and can be reset`, async () => {
      const ratelimit = make();
      await ratelimit.limit('ada', { rate: 2 });
      assert.equal((await ratelimit.getRemaining('ada')).remaining, 1);
      await ratelimit.resetUsedTokens('ada');
      assert.equal((await ratelimit.getRemaining('ada')).remaining, 3);
    });
  }

  test('a limiter finds its way back after the store has forgotten the scripts', async () => {
    const ratelimit = new Ratelimit({ redis: context.redis, limiter: limits['a fixed window'], ephemeralCache: false });
    assert.equal((await ratelimit.limit('ada')).remaining, 2);
    await context.redis.scriptFlush();
    assert.equal((await ratelimit.limit('ada')).remaining, 1);
  });

  test('a dynamic limit replaces the one in the program', async () => {
    const ratelimit = new Ratelimit({
      redis: context.redis,
      limiter: limits['a sliding window'],
      ephemeralCache: false,
      dynamicLimits: true,
    });
    await ratelimit.setDynamicLimit({ limit: 1 });
    assert.equal((await ratelimit.limit('ada')).success, true);
    assert.equal((await ratelimit.limit('ada')).success, false);
    await ratelimit.setDynamicLimit({ limit: false });
    assert.equal((await ratelimit.limit('ada')).success, true);
  });
});
