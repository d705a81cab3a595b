import { beforeEach, expect, test, vi } from 'vitest';

beforeEach(() => {
  localStorage.clear();
  vi.resetModules();
});

test('what was read survives a reload and never goes back', async () => {
  const first = await import('./read');
  first.markRead('a', 7);
  first.markRead('a', 5);
  vi.resetModules();
  expect((await import('./read')).readSeqs.get()).toEqual({ a: 7 });
});

test('only rooms that were opened here have unread messages', async () => {
  const { unreadOf } = await import('./read');
  expect(unreadOf('a', { a: 7 }, { a: 10 })).toBe(3);
  expect(unreadOf('a', { a: 7 }, { a: 2 })).toBe(0);
  expect(unreadOf('a', {}, { a: 10 })).toBe(0);
  expect(unreadOf('a', { a: 7 }, {})).toBe(0);
});

test('a room that cannot be asked keeps what was known of it', async () => {
  const { latestSeqs, markRead, refreshLatest } = await import('./read');
  markRead('a', 1);
  markRead('b', 1);
  latestSeqs.set({ b: 4 });
  vi.stubGlobal('fetch', (path: string) =>
    path.includes('/a/') ? Promise.resolve(Response.json([], { headers: { 'RoomTalk-Latest-Seq': '9' } })) : Promise.reject(new Error('offline')),
  );
  await refreshLatest(['a', 'b', 'never opened']);
  expect(latestSeqs.get()).toEqual({ a: 9, b: 4 });
});
