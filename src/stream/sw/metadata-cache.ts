import type { Clock } from '../../shared/clock.ts';
import type { InfoHash } from '../../shared/units.ts';
import type { MetadataShelf } from './metadata-db.ts';

/** File lists of torrents as JSON text. An info hash fixes them for ever, so nothing expires. */
export interface MetadataCache {
  /** Null when it is not known, or what is kept is damaged. */
  get(infoHash: InfoHash): Promise<string | null>;
  /** What is not the list of this torrent is not kept. */
  put(infoHash: InfoHash, json: string): Promise<void>;
}

/** A torrent of a thousand files takes about 100 kB. */
const MAX_STORED = 500;
/** Answered without a look at the disk. */
const MAX_IN_MEMORY = 64;

/** Text of a stored row that is what it says it is. */
const decode = (row: unknown, infoHash: InfoHash): string | null => {
  if (typeof row !== 'object' || row === null || !('json' in row)) return null;
  const { json } = row;
  if (typeof json !== 'string') return null;
  try {
    const list: unknown = JSON.parse(json);
    const isIt = typeof list === 'object' && list !== null && 'infoHash' in list;
    return isIt && list.infoHash === infoHash ? json : null;
  } catch {
    return null;
  }
};

/** Memory in front of a database that outlives the service worker. */
export const createMetadataCache = (
  shelf: MetadataShelf,
  clock: Pick<Clock, 'now'>,
): MetadataCache => {
  const memory = new Map<InfoHash, string>();

  const remember = (infoHash: InfoHash, json: string): void => {
    memory.delete(infoHash);
    memory.set(infoHash, json);
    const oldest = memory.keys().next();
    if (memory.size > MAX_IN_MEMORY && !oldest.done) memory.delete(oldest.value);
  };

  return {
    async get(infoHash) {
      const known = memory.get(infoHash);
      if (known !== undefined) return known;
      try {
        const stored = decode(await shelf.read(infoHash), infoHash);
        if (stored !== null) remember(infoHash, stored);
        return stored;
      } catch {
        // A profile that may keep nothing asks the page each time.
        return null;
      }
    },
    async put(infoHash, json) {
      if (decode({ json }, infoHash) === null) return;
      remember(infoHash, json);
      try {
        await shelf.write({ infoHash, json, at: clock.now() }, MAX_STORED);
      } catch {
        // A full disk costs a look-up later on, not this answer.
      }
    },
  };
};
