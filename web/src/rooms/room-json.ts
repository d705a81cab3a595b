import type { Room } from '../api/types';

/** Whether a value from storage is a room. */
export function isRoom(value: unknown): value is Room {
  if (typeof value !== 'object' || value === null) return false;
  const room = value as Record<string, unknown>;
  return ['id', 'name', 'description', 'createdAt', 'creatorId'].every((key) => typeof room[key] === 'string');
}
