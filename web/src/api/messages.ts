import { request, requestJson } from './http';
import { readMessages } from './message-json';
import type { Message, Outgoing } from './types';

/** A place in a room: the newest message that is known, by seq and id. */
export interface Cursor {
  readonly after: number;
  readonly afterId: string;
}

/** What came after a cursor. */
export interface Missed {
  readonly messages: readonly Message[];
  /** False: the log no longer reaches back to the cursor, and `messages` is the newest page. */
  readonly recovered: boolean;
  /** Where the next read starts when there is more. */
  readonly more: boolean;
  readonly etag: string | null;
}

const PAGE = 100;

const route = (roomId: string) => `/api/rooms/${encodeURIComponent(roomId)}/messages`;

/** The newest page. */
export async function fetchNewest(roomId: string): Promise<Message[]> {
  return readMessages(await requestJson(`${route(roomId)}?limit=${PAGE}`));
}

/** The seq of a room's newest entry. */
export async function fetchLatestSeq(roomId: string): Promise<number> {
  const response = await request(`${route(roomId)}?limit=1`);
  return Number(response.headers.get('RoomTalk-Latest-Seq') ?? 0);
}

/** The page before `seq`, oldest first; empty at the beginning of the room. */
export async function fetchBefore(roomId: string, seq: number): Promise<Message[]> {
  return readMessages(await requestJson(`${route(roomId)}?before=${seq}&limit=${PAGE}`));
}

/** What was said after the cursor; null when nothing has changed since the answer with this `etag`. */
export async function fetchAfter(
  roomId: string,
  cursor: Cursor,
  etag: string | null = null,
  signal?: AbortSignal,
): Promise<Missed | null> {
  const query = `after=${cursor.after}&afterId=${encodeURIComponent(cursor.afterId)}&limit=${PAGE}`;
  const response = await request(`${route(roomId)}?${query}`, {
    ...(signal ? { signal } : {}),
    ...(etag ? { headers: { 'If-None-Match': etag } } : {}),
  });
  if (response.status === 304) return null;
  const messages = readMessages(await response.json());
  const recovered = response.headers.get('RoomTalk-Recovered') !== 'false';
  const latest = Number(response.headers.get('RoomTalk-Latest-Seq') ?? 0);
  const newest = messages.at(-1)?.seq ?? cursor.after;
  return {
    messages,
    recovered,
    more: recovered && messages.length > 0 && latest > newest,
    etag: response.headers.get('ETag'),
  };
}

/** Stores a message; the same id again gives the first answer. `traceparent` is the trace that it belongs to. */
export function postMessage(clientId: string, { roomId, ...message }: Outgoing, traceparent?: string): Promise<Message> {
  return requestJson<Message>(route(roomId), {
    method: 'POST',
    body: { clientId, messageType: 'text', ...message },
    ...(traceparent ? { headers: { traceparent } } : {}),
    timeout: 15_000,
  });
}
