import type { Clock } from '../shared/clock.ts';
import { infoHash as asInfoHash, type InfoHash } from '../shared/units.ts';

/** What is used of `localStorage`. */
interface LinkStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

export interface KeptLink {
  readonly infoHash: InfoHash;
  readonly link: string;
  /** Unix seconds. */
  readonly addedAt: number;
}

/**
 * Links of titles that no torrent file on disk tells enough of: their metadata has not come yet, or a
 * later link named more places to look.
 */
export interface KeptLinks {
  all(): readonly KeptLink[];
  of(infoHash: InfoHash): KeptLink | null;
  /** Null: there is nothing to keep any more. */
  keep(infoHash: InfoHash, link: string | null): void;
}

/** A program may look up thousands of titles that nobody has; the newest are looked for again. */
const MAX_KEPT_LINKS = 64;
/** A dozen trackers, three web seeds and two exact sources fit. */
const MAX_LINK_LENGTH = 32_768;

const decodeLink = (row: unknown): KeptLink | null => {
  if (typeof row !== 'object' || row === null) return null;
  const { infoHash, link, addedAt } = row as Record<string, unknown>;
  if (typeof infoHash !== 'string' || !/^[0-9a-f]{40}$/.test(infoHash)) return null;
  if (typeof link !== 'string' || link.length > MAX_LINK_LENGTH) return null;
  if (!Number.isSafeInteger(addedAt)) return null;
  return { infoHash: asInfoHash(infoHash), link, addedAt: Number(addedAt) };
};

const decode = (text: string | null): readonly KeptLink[] => {
  try {
    const rows: unknown = JSON.parse(text ?? '[]');
    const links = Array.isArray(rows) ? rows.slice(-MAX_KEPT_LINKS).map(decodeLink) : [];
    return links.filter((link) => link !== null);
  } catch {
    return [];
  }
};

/** Storage that is full or forbidden keeps nothing beyond the session. */
export const createKeptLinks = (
  storage: () => LinkStorage,
  profile: string,
  clock: Pick<Clock, 'now'>,
): KeptLinks => {
  const key = `rivulet:${profile}:links`;
  const load = (): readonly KeptLink[] => {
    try {
      return decode(storage().getItem(key));
    } catch {
      return [];
    }
  };
  const links = new Map(load().map((one) => [one.infoHash, one]));
  return {
    all: () => [...links.values()],
    of: (infoHash) => links.get(infoHash) ?? null,
    keep(infoHash, link) {
      const before = links.get(infoHash);
      if (before?.link === link || (before === undefined && link === null)) return;
      links.delete(infoHash);
      if (link !== null && link.length <= MAX_LINK_LENGTH) {
        const addedAt = before?.addedAt ?? Math.floor(clock.now() / 1000);
        links.set(infoHash, { infoHash, link, addedAt });
      }
      const oldest = links.keys().next();
      if (links.size > MAX_KEPT_LINKS && !oldest.done) links.delete(oldest.value);
      try {
        storage().setItem(key, JSON.stringify([...links.values()]));
      } catch {
        // Private modes may refuse.
      }
    },
  };
};
