import { ApiError } from '../api/http';
import { fetchRoom } from '../api/rooms';
import type { Room } from '../api/types';
import { storage } from '../storage';
import { createStore } from '../store';
import { isRoom } from './room-json';

const KEY = 'saved_rooms';

/** The rooms that are kept on this device, the last saved first. */
export const savedRooms = createStore<readonly Room[]>(stored());

function stored(): readonly Room[] {
  const value = storage.readJson(KEY);
  return Array.isArray(value) ? value.filter(isRoom) : [];
}

function keep(rooms: readonly Room[]): void {
  storage.write(KEY, JSON.stringify(rooms));
  savedRooms.set(rooms);
}

export function saveRoom(room: Room): void {
  keep([room, ...savedRooms.get().filter((known) => known.id !== room.id)]);
}

export function unsaveRoom(roomId: string): void {
  keep(savedRooms.get().filter((room) => room.id !== roomId));
}

/** Brings names and descriptions up to date. A room that is gone stays listed: opening it tells so. */
export async function refreshSavedRooms(): Promise<void> {
  const fresh = await Promise.all(savedRooms.get().map((room) => fetchRoom(room.id).catch(sameIfUnreachable(room))));
  const byId = new Map(fresh.map((room) => [room.id, room]));
  const next = savedRooms.get().map((room) => byId.get(room.id) ?? room);
  if (JSON.stringify(next) !== JSON.stringify(savedRooms.get())) keep(next);
}

function sameIfUnreachable(room: Room) {
  return (error: unknown): Room => {
    if (error instanceof ApiError) return room;
    throw error;
  };
}

addEventListener('storage', (event) => {
  if (event.key === KEY) savedRooms.set(stored());
});
