import { storage } from '../storage';

const key = (roomId: string) => `roomtalk_draft_${roomId}`;

/** What was typed in a room and not sent yet. */
export const readDraft = (roomId: string): string => storage.read(key(roomId)) ?? '';

export const keepDraft = (roomId: string, text: string): void => storage.write(key(roomId), text === '' ? null : text);

/** Forgets a draft, unless something else has been typed since. */
export function forgetDraft(roomId: string, text: string): void {
  if (readDraft(roomId) === text) storage.write(key(roomId), null);
}
