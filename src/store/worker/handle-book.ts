import type { KeptFile } from '../../shared/ports/own-files.ts';
import type { InfoHash } from '../../shared/units.ts';

/**
 * Handles of the user's own files, which are served in place. Only IndexedDB can hold them: they are
 * cloned, not written as bytes.
 */
export interface HandleBook {
  keep(infoHash: InfoHash, handles: readonly KeptFile[]): Promise<void>;
  /** Empty when there are none. */
  find(infoHash: InfoHash): Promise<readonly KeptFile[]>;
  forget(infoHash: InfoHash): Promise<void>;
}

const TABLE = 'handles';

const outcome = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('The browser kept no handles.'));
  });

/** The book of one profile; opened when it is first used. */
export const createHandleBook = (factory: IDBFactory, profile: string): HandleBook => {
  let opening: Promise<IDBDatabase> | null = null;

  const open = (): Promise<IDBDatabase> => {
    opening ??= new Promise<IDBDatabase>((resolve, reject) => {
      const request = factory.open(`rivulet-files-${profile}`, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
      outcome(request).then(resolve, (error: unknown) => {
        opening = null;
        reject(error instanceof Error ? error : new Error(String(error)));
      });
    });
    return opening;
  };

  const table = async (mode: IDBTransactionMode): Promise<IDBObjectStore> =>
    (await open()).transaction(TABLE, mode).objectStore(TABLE);

  return {
    async keep(infoHash, handles) {
      await outcome((await table('readwrite')).put([...handles], infoHash));
    },
    async find(infoHash) {
      const found: unknown = await outcome((await table('readonly')).get(infoHash));
      return Array.isArray(found) ? (found as KeptFile[]) : [];
    },
    async forget(infoHash) {
      await outcome((await table('readwrite')).delete(infoHash));
    },
  };
};
