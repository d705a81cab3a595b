import { beforeEach, expect, test, vi } from 'vitest';

import type { Room } from '../api/types';

const room = (id: string, name = id): Room => ({ id, name, description: '', createdAt: '2026-01-01T00:00:00.000Z', creatorId: 'alice' });

beforeEach(() => {
  localStorage.clear();
  vi.resetModules();
});

test('saved rooms survive a reload, the last saved first and each once', async () => {
  const first = await import('./saved');
  first.saveRoom(room('a'));
  first.saveRoom(room('b'));
  first.saveRoom(room('a', 'renamed'));
  vi.resetModules();
  const second = await import('./saved');
  expect(second.savedRooms.get().map((r) => r.name)).toEqual(['renamed', 'b']);
  second.unsaveRoom('a');
  expect(second.savedRooms.get().map((r) => r.id)).toEqual(['b']);
});

test('what is damaged in storage is left out', async () => {
  localStorage.setItem('saved_rooms', JSON.stringify([room('a'), { id: 1 }, null, 'x']));
  const { savedRooms } = await import('./saved');
  expect(savedRooms.get().map((r) => r.id)).toEqual(['a']);
  localStorage.setItem('saved_rooms', '{not json');
  vi.resetModules();
  expect((await import('./saved')).savedRooms.get()).toEqual([]);
});

test('a refresh takes over new names and keeps a room that cannot be read', async () => {
  const { refreshSavedRooms, savedRooms, saveRoom } = await import('./saved');
  saveRoom(room('a'));
  saveRoom(room('b'));
  vi.stubGlobal('fetch', (path: string) =>
    Promise.resolve(
      path.endsWith('/a')
        ? Response.json(room('a', 'new name'))
        : Response.json({ error: 'Room not found', code: 'room_not_found' }, { status: 404 }),
    ),
  );
  await refreshSavedRooms();
  expect(savedRooms.get().map((r) => r.name)).toEqual(['b', 'new name']);
});
