import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { Batch } from './batch';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'requestAnimationFrame', 'cancelAnimationFrame'] }));
afterEach(() => void vi.useRealTimers());

test('what comes before a frame is handed on once, in its order, with that frame', () => {
  const delivered: (readonly number[])[] = [];
  const batch = new Batch<number>((items) => delivered.push(items));
  [1, 2, 3].forEach((n) => batch.add(n));
  expect(delivered).toEqual([]);
  vi.advanceTimersToNextFrame();
  batch.add(4);
  vi.advanceTimersToNextFrame();
  vi.runAllTimers();
  expect(delivered).toEqual([[1, 2, 3], [4]]);
});

test('what is handed on early does not come again with the frame', () => {
  const delivered: (readonly number[])[] = [];
  const batch = new Batch<number>((items) => delivered.push(items));
  batch.add(1);
  batch.flush();
  batch.flush();
  vi.runAllTimers();
  expect(delivered).toEqual([[1]]);
});

test('a page that draws no frames gets it too: late, or at once when it is out of sight', () => {
  vi.stubGlobal('requestAnimationFrame', () => 1);
  const delivered: (readonly number[])[] = [];
  const batch = new Batch<number>((items) => delivered.push(items));
  batch.add(1);
  vi.runAllTimers();
  expect(delivered).toEqual([[1]]);
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  batch.add(2);
  expect(delivered).toEqual([[1], [2]]);
  vi.unstubAllGlobals();
});
