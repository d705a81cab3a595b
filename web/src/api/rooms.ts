import { requestJson } from './http';
import type { Room } from './types';

export function fetchRoom(roomId: string): Promise<Room> {
  return requestJson<Room>(`/api/rooms/${encodeURIComponent(roomId)}`);
}

/** The rooms that a client has created. */
export function fetchOwnedRooms(clientId: string): Promise<Room[]> {
  return requestJson<Room[]>(`/api/clients/${encodeURIComponent(clientId)}/rooms`);
}

export function createRoom(clientId: string, name: string, description: string): Promise<Room> {
  return requestJson<Room>(`/api/clients/${encodeURIComponent(clientId)}/rooms`, {
    method: 'POST',
    body: description ? { name, description } : { name },
  });
}
