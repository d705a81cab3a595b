import { afterEach, expect, test } from 'vitest';

import { newTraceparent, setTraced } from './trace';

afterEach(() => setTraced(false));

test('where nothing is traced, no trace begins', () => {
  expect(newTraceparent()).toBeUndefined();
});

test('each attempt begins a trace of its own', () => {
  setTraced(true);
  const some = Array.from({ length: 50 }, newTraceparent);
  for (const one of some) expect(one).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(new Set(some.map((one) => one?.slice(3, 35))).size).toBe(50);
});
