import { openDB, type DBSchema, type IDBPDatabase } from 'idb';

import type { Pending } from './room-state';

/** Server and page agree that an id stays usable for 24 h; after 23 h a message is not sent again by itself. */
export const OUTBOX_LIFE = 23 * 3600 * 1000;

interface Schema extends DBSchema {
  outbox: { key: string; value: Pending };
}

/** Keeps unsent messages over reloads. Where IndexedDB is forbidden, or full, they live as long as the page. */
export class Outbox {
  private readonly database: Promise<IDBPDatabase<Schema>>;

  constructor(name = 'roomtalk') {
    this.database = openDB<Schema>(name, 1, {
      upgrade: (db) => void db.createObjectStore('outbox', { keyPath: 'messageId' }),
    });
  }

  /** What was left unsent, oldest first; what waited too long is marked failed. */
  async restore(now = Date.now()): Promise<Pending[]> {
    const kept = (await this.run((database) => database.getAll('outbox'))) ?? [];
    return kept
      .sort((a, b) => a.createdAt - b.createdAt)
      .map((item) => {
        if (item.state === 'failed') return item;
        if (now - item.createdAt > OUTBOX_LIFE) return { ...item, state: 'failed', failure: 'expired' };
        return { ...item, state: 'waiting' };
      });
  }

  async put(item: Pending): Promise<void> {
    await this.run((database) => database.put('outbox', item));
  }

  async remove(messageId: string): Promise<void> {
    await this.run((database) => database.delete('outbox', messageId));
  }

  /** A store that fails must not keep a message from being sent: it only will not survive a reload. */
  private async run<T>(task: (database: IDBPDatabase<Schema>) => Promise<T>): Promise<T | undefined> {
    try {
      return await task(await this.database);
    } catch (error) {
      console.warn('the outbox keeps nothing over a reload', error);
      return undefined;
    }
  }
}
