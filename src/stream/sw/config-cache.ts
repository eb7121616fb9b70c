import type { Clock } from '../../shared/clock.ts';

/**
 * `/config.json`: where the network is. Asked of the host each time, because it may change; the
 * last good answer stands in when the host cannot be reached, so that the app opens offline.
 */
export interface ConfigCache {
  /** Fetches and keeps it; nothing happens when that fails. */
  prefetch(): Promise<void>;
  answer(request: Request): Promise<Response>;
}

export const CONFIG_PATH = '/config.json';

const CACHE_NAME = 'rivulet-config-1';
/** A host that is there answers within this; a start waits no longer when there is a copy. */
const HOST_WAIT_MS = 3_000;

/** What is used of `CacheStorage`. */
interface ConfigShelf {
  open(name: string): Promise<Pick<Cache, 'match' | 'put'>>;
}

export const createConfigCache = (parts: {
  readonly caches: ConfigShelf;
  readonly clock: Clock;
  readonly fetch: (request: Request | string) => Promise<Response>;
}): ConfigCache => {
  const { caches, clock } = parts;

  const kept = async (): Promise<Response | null> => {
    try {
      return (await (await caches.open(CACHE_NAME)).match(CONFIG_PATH)) ?? null;
    } catch {
      return null;
    }
  };

  const fetchAndKeep = async (request: Request | string): Promise<Response> => {
    const response = await parts.fetch(request);
    if (!response.ok) return response;
    const copy = response.clone();
    try {
      await (await caches.open(CACHE_NAME)).put(CONFIG_PATH, copy);
    } catch {
      // No room for a copy: the next start offline fails, this one does not.
    }
    return response;
  };

  const afterWait = (): Promise<null> =>
    new Promise((resolve) => {
      clock.after(HOST_WAIT_MS, () => resolve(null));
    });

  return {
    async prefetch() {
      try {
        await fetchAndKeep(CONFIG_PATH);
      } catch {
        // Asked again by the page.
      }
    },
    async answer(request) {
      const asked = fetchAndKeep(request);
      try {
        const soon = await Promise.race([asked, afterWait()]);
        if (soon?.ok === true) return soon;
        return (await kept()) ?? (await asked);
      } catch (thrown) {
        const copy = await kept();
        if (copy !== null) return copy;
        throw thrown;
      }
    },
  };
};
