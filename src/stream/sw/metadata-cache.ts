import type { InfoHash } from '../../shared/units.ts';

/** File lists of torrents as JSON text. An info hash fixes them for ever, so nothing expires. */
export interface MetadataCache {
  get(infoHash: InfoHash): Promise<string | null>;
  put(infoHash: InfoHash, json: string): Promise<void>;
}

/** What is used of `CacheStorage`. */
export interface CacheShelf {
  open(name: string): Promise<Pick<Cache, 'match' | 'put' | 'keys' | 'delete'>>;
}

const CACHE_NAME = 'rivulet-metadata-1';
/** A torrent of a thousand files takes about 100 kB. */
const MAX_STORED = 500;
/** Answered without a look at the disk. */
const MAX_IN_MEMORY = 64;

const keyOf = (infoHash: InfoHash): string => `/api/metadata/${infoHash}`;

/** Over the Cache API, which service workers have and which outlives them. */
export const createMetadataCache = (caches: CacheShelf): MetadataCache => {
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
      const cache = await caches.open(CACHE_NAME);
      const stored = await (await cache.match(keyOf(infoHash)))?.text();
      if (stored === undefined) return null;
      remember(infoHash, stored);
      return stored;
    },
    async put(infoHash, json) {
      remember(infoHash, json);
      try {
        const cache = await caches.open(CACHE_NAME);
        await cache.put(keyOf(infoHash), new Response(json));
        const keys = await cache.keys();
        await Promise.all(keys.slice(0, -MAX_STORED).map((key) => cache.delete(key)));
      } catch {
        // A full disk costs a look-up later on, not this answer.
      }
    },
  };
};
