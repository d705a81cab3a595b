import { ApiError } from '../api/http';
import type { Identity, Room } from '../api/types';

const KEY = /^\s*([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([A-Za-z0-9_-]{16,128})\s*$/;

/** The identity as one word, to be carried to another device. Whoever has it is this user. */
export const keyOf = ({ clientId, token }: Identity): string => `${clientId}.${token}`;

/** The identity in a key, or null when the text is none. */
export function parseKey(text: string): Identity | null {
  const [, clientId, token] = KEY.exec(text) ?? [];
  return clientId && token ? { clientId, token } : null;
}

/** Asks whether the server accepts an identity, and gives its rooms. Throws an ApiError when it does not. */
export async function roomsOf({ clientId, token }: Identity): Promise<Room[]> {
  let response: Response;
  try {
    response = await fetch(`/api/clients/${encodeURIComponent(clientId)}/rooms`, {
      headers: { Authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(10_000),
    });
  } catch (error) {
    throw new ApiError(String(error), 'network', 0);
  }
  if (!response.ok) throw new ApiError(response.statusText, response.status === 401 ? 'unauthorized' : 'other', response.status);
  return (await response.json()) as Room[];
}
