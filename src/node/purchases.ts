import type { Payments } from '../shared/ports/node.ts';
import type { TorrentView, Torrents } from '../shared/ports/torrents.ts';
import type { Result } from '../shared/result.ts';
import type { InfoHash } from '../shared/units.ts';

/** What the payments are told to buy, and how much of it is left to buy. */
export interface Purchases {
  /** Pays for these files from now on; for those that the view means when omitted. */
  begin(view: TorrentView, files?: readonly number[]): Promise<Result<void>>;
  /** Pays for nothing of it any more. */
  end(infoHash: InfoHash): Promise<Result<void>>;
}

export interface PurchasesParts {
  readonly torrents: Pick<Torrents, 'list' | 'subscribe'>;
  readonly payments: Pick<Payments, 'call'>;
}

/** Files of a title that are meant when none are named. */
export const wantedOf = (view: TorrentView, files?: readonly number[]): readonly number[] =>
  files ?? view.suggested ?? view.files.map((file) => file.index);

/** The files that are bought from now on: those that are named as well as those that come already. */
const boughtOf = (view: TorrentView, files?: readonly number[]): readonly number[] => {
  const named = wantedOf(view, files);
  // What was wanted before a stop is not, unless it is named again.
  if (view.status === 'paused') return named;
  const coming = view.files.flatMap(({ index, selected }) => (selected ? [index] : []));
  return [...new Set([...coming, ...named])];
};

/** Bytes of these files that are not held yet. */
const missingBytes = (view: TorrentView, files: readonly number[]): number =>
  files.reduce((sum, index) => {
    const file = view.files[index];
    return file === undefined ? sum : sum + file.length - file.held;
  }, 0);

/** Whether its files are known, and what is held of them. */
const isRead = ({ status, files }: TorrentView): boolean =>
  files.length > 0 && status !== 'metadata' && status !== 'checking';

/**
 * A title that was just opened again shows no files and holds nothing for a moment. Payments that are
 * told so would open the smallest channel for a whole film, so they are told again once it is read.
 */
export const createPurchases = ({ torrents, payments }: PurchasesParts): Purchases => {
  /** Titles whose missing bytes are not known yet, and the files that are bought of them. */
  const unread = new Map<InfoHash, readonly number[] | undefined>();
  let stop: (() => void) | null = null;

  const tell = (view: TorrentView, files?: readonly number[]): Promise<Result<void>> =>
    payments.call('buy', {
      infoHash: view.infoHash,
      buying: true,
      expected: missingBytes(view, boughtOf(view, files)),
    });

  const forget = (infoHash: InfoHash): void => {
    unread.delete(infoHash);
    if (unread.size > 0) return;
    stop?.();
    stop = null;
  };

  const look = (): void => {
    const views = new Map(torrents.list().map((view) => [view.infoHash, view]));
    for (const [infoHash, files] of [...unread]) {
      const view = views.get(infoHash);
      const isOver = view === undefined || view.status === 'failed';
      if (!isOver && !isRead(view)) continue;
      forget(infoHash);
      // A failure is of the payments as a whole, and whoever began was told of it.
      if (!isOver) void tell(view, files);
    }
  };

  return {
    begin(view, files) {
      if (isRead(view)) forget(view.infoHash);
      else {
        unread.set(view.infoHash, files);
        stop ??= torrents.subscribe(look);
      }
      return tell(view, files);
    },
    end(infoHash) {
      forget(infoHash);
      return payments.call('buy', { infoHash, buying: false, expected: 0 });
    },
  };
};
