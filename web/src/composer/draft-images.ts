import { openDB, type DBSchema, type IDBPDatabase } from 'idb';

import type { Prepared } from '../images/prepare';

/** An image of a message that is not sent yet. */
export interface DraftImage {
  readonly key: string;
  readonly name: string;
  /** The file as it was chosen; null once the image is prepared. */
  readonly file: Blob | null;
  readonly prepared: Prepared | null;
}

interface Schema extends DBSchema {
  /** By room id. */
  images: { key: string; value: readonly DraftImage[] };
}

let opened: Promise<IDBPDatabase<Schema>> | undefined;

const database = () =>
  (opened ??= openDB<Schema>('roomtalk_drafts', 1, { upgrade: (db) => void db.createObjectStore('images') }));

export const readDraftImages = async (roomId: string): Promise<readonly DraftImage[]> =>
  (await kept((db) => db.get('images', roomId))) ?? [];

export async function keepDraftImages(roomId: string, images: readonly DraftImage[]): Promise<void> {
  await kept(async (db) => {
    if (images.length > 0) await db.put('images', images, roomId);
    else await db.delete('images', roomId);
  });
}

/** Forgets some of a room's images; those that were added since stay. */
export async function forgetDraftImages(roomId: string, keys: ReadonlySet<string>): Promise<void> {
  await kept(async (db) => {
    const change = db.transaction('images', 'readwrite');
    const left = (await change.store.get(roomId))?.filter(({ key }) => !keys.has(key)) ?? [];
    await (left.length > 0 ? change.store.put(left, roomId) : change.store.delete(roomId));
    await change.done;
  });
}

/** Where IndexedDB is forbidden, or full, images are kept no longer than the page. */
async function kept<T>(task: (db: IDBPDatabase<Schema>) => Promise<T>): Promise<T | undefined> {
  try {
    return await task(await database());
  } catch (error) {
    console.warn('images that are not sent are not kept over a reload', error);
    return undefined;
  }
}
