import type { StorageUse, TitleUse } from '../../shared/ports/storage.ts';
import type { TorrentTrade } from '../../shared/ports/payments.ts';
import type { TorrentView } from '../../shared/ports/torrents.ts';
import type { InfoHash } from '../../shared/units.ts';
import { missingBytes } from './cost.ts';

/** What a person weighs who makes room: a title on disk, and what was paid for it. */
export interface StoredTitle extends TitleUse {
  readonly paidSat: number;
  /** Not all of it is here. */
  readonly part: boolean;
  /** It is being downloaded now. */
  readonly busy: boolean;
}

/** Titles that take room, with what is known of them; the one used longest ago first. */
export const storedTitles = (
  use: StorageUse,
  viewOf: (infoHash: InfoHash) => TorrentView | null,
  tradeOf: (infoHash: InfoHash) => Pick<TorrentTrade, 'paidSat'>,
): readonly StoredTitle[] =>
  use.titles
    .filter(({ bytes }) => bytes > 0)
    .map((title) => {
      const view = viewOf(title.infoHash);
      return {
        ...title,
        name: view?.name ?? title.name,
        paidSat: tradeOf(title.infoHash).paidSat,
        // Of what left the library it is not known: then it counts as partly here, to be careful.
        part: view === null || view.held < view.length,
        busy: view?.status === 'downloading',
      };
    });

/** Bytes that may still be stored; null when the browser does not say. */
export const freeBytes = ({ used, quota }: StorageUse): number | null =>
  used === null || quota === null ? null : Math.max(0, quota - used);

/** Bytes still to come of everything that is being downloaded, except `but`. */
export const expectedBytes = (torrents: readonly TorrentView[], but?: InfoHash): number =>
  torrents
    .filter(({ status, infoHash }) => status === 'downloading' && infoHash !== but)
    .reduce((sum, { files }) => {
      const wanted = files.flatMap(({ selected, index }) => (selected ? [index] : []));
      return sum + missingBytes(files, new Set(wanted));
    }, 0);

/**
 * What to delete so that `lacking` bytes become free: what was used longest ago first. Never a
 * title that is under way, and never one that is paid for and not whole: those only a person picks.
 */
export const proposal = (
  titles: readonly StoredTitle[],
  lacking: number,
): ReadonlySet<InfoHash> => {
  const chosen = new Set<InfoHash>();
  let freed = 0;
  for (const { infoHash, bytes, busy, part, paidSat } of titles) {
    if (freed >= lacking) break;
    if (busy || (part && paidSat > 0)) continue;
    chosen.add(infoHash);
    freed += bytes;
  }
  return chosen;
};
