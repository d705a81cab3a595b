import { ApiError } from '../api/http';
import { createRoom, fetchOwnedRooms } from '../api/rooms';
import type { Room } from '../api/types';
import { ensureIdentity } from '../identity/identity';
import { createStore } from '../store';

/** The rooms that this user has created, newest first; null until they are known. */
export const ownedRooms = createStore<readonly Room[] | null>(null);
/** Why the list could not be read: an error code. */
export const ownedFailure = createStore<string | null>(null);

export function setOwnedRooms(rooms: readonly Room[]): void {
  ownedRooms.set(newestFirst(rooms));
  ownedFailure.set(null);
}

export function addOwnedRoom(room: Room): void {
  setOwnedRooms([room, ...(ownedRooms.get() ?? []).filter((known) => known.id !== room.id)]);
}

export async function loadOwnedRooms(): Promise<void> {
  try {
    const { clientId } = await ensureIdentity();
    setOwnedRooms(await fetchOwnedRooms(clientId));
  } catch (error) {
    ownedFailure.set(error instanceof ApiError ? error.code : 'other');
  }
}

export async function createOwnedRoom(name: string, description: string): Promise<Room> {
  const { clientId } = await ensureIdentity();
  const room = await createRoom(clientId, name, description);
  addOwnedRoom(room);
  return room;
}

function newestFirst(rooms: readonly Room[]): Room[] {
  return [...rooms].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}
