import { fetchLatestSeq } from '../api/messages';
import { storage } from '../storage';
import { createStore } from '../store';

const KEY = 'roomtalk_read';

/** By room: the newest seq that was on this screen. */
export const readSeqs = createStore<Readonly<Record<string, number>>>(stored());
/** By room: the newest seq there is, as far as this page has heard. */
export const latestSeqs = createStore<Readonly<Record<string, number>>>({});

function stored(): Readonly<Record<string, number>> {
  const value = storage.readJson(KEY);
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
}

export function markRead(roomId: string, seq: number): void {
  const known = readSeqs.get();
  if ((known[roomId] ?? 0) >= seq) return;
  const next = { ...known, [roomId]: seq };
  storage.write(KEY, JSON.stringify(next));
  readSeqs.set(next);
}

/** How many entries of a room have not been seen here; 0 for a room that was never opened here. */
export function unreadOf(roomId: string, read: Readonly<Record<string, number>>, latest: Readonly<Record<string, number>>): number {
  const [seen, newest] = [read[roomId], latest[roomId]];
  return seen === undefined || newest === undefined ? 0 : Math.max(0, newest - seen);
}

/** Asks how far these rooms are. One that cannot be asked keeps what was known. */
export async function refreshLatest(roomIds: readonly string[]): Promise<void> {
  const opened = roomIds.filter((id) => readSeqs.get()[id] !== undefined);
  const answers = await Promise.allSettled(opened.map(async (id) => [id, await fetchLatestSeq(id)] as const));
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  latestSeqs.set({ ...latestSeqs.get(), ...Object.fromEntries(found) });
}

addEventListener('storage', (event) => {
  if (event.key === KEY) readSeqs.set(stored());
});
