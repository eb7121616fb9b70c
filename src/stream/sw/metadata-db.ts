import { openDB, type DBSchema, type IDBPDatabase } from 'idb';

/** File lists by info hash, in a small database of their own: it holds no money and may be lost. */
interface MetadataSchema extends DBSchema {
  lists: {
    key: string;
    value: StoredList;
    indexes: { byTime: number };
  };
}

export interface StoredList {
  readonly infoHash: string;
  /** As it is answered. */
  readonly json: string;
  /** When it was put here; ms. */
  readonly at: number;
}

/** Where rows are kept. What is read may be anything: another version wrote it, or a disk lost it. */
export interface MetadataShelf {
  read(infoHash: string): Promise<unknown>;
  /** Puts a row, and drops the oldest ones beyond `keep`. */
  write(row: StoredList, keep: number): Promise<void>;
}

const NAME = 'rivulet-metadata';
const VERSION = 1;

/** Opened with the first look, and anew after the browser closed it. */
export const createMetadataShelf = (): MetadataShelf => {
  let opening: Promise<IDBPDatabase<MetadataSchema>> | null = null;

  const open = (): Promise<IDBPDatabase<MetadataSchema>> => {
    const forget = (): void => {
      opening = null;
    };
    opening ??= openDB<MetadataSchema>(NAME, VERSION, {
      upgrade(db) {
        db.createObjectStore('lists', { keyPath: 'infoHash' }).createIndex('byTime', 'at');
      },
      // A newer version of this worker wants in.
      blocking(_current, _blocked, event) {
        forget();
        (event.target as IDBDatabase).close();
      },
      terminated: forget,
    }).catch((error: unknown) => {
      forget();
      throw error;
    });
    return opening;
  };

  return {
    async read(infoHash) {
      return (await open()).get('lists', infoHash);
    },
    async write(row, keep) {
      const transaction = (await open()).transaction('lists', 'readwrite');
      const { store } = transaction;
      await store.put(row);
      let surplus = (await store.count()) - keep;
      let oldest = surplus > 0 ? await store.index('byTime').openCursor() : null;
      while (oldest !== null && surplus > 0) {
        await oldest.delete();
        surplus -= 1;
        oldest = surplus > 0 ? await oldest.continue() : null;
      }
      await transaction.done;
    },
  };
};
