import type { Clock } from '../shared/clock.ts';
import type { WirePayments } from '../shared/ports/wire-payments.ts';
import type { InfoHash } from '../shared/units.ts';
import { SEEK_FIRST_MS, SEEK_GROWTH, SEEK_LAST_MS } from './limits.ts';

/**
 * Looks for peers that left before they were paid: trackers hand out a few at a time, and ask for the
 * next announce minutes later, while nothing that is complete looks for anybody.
 */
export interface Creditors {
  /** Peers of this title that are owed something and are not connected. */
  count(infoHash: InfoHash): number;
  /** Looks as often as at first again: what else brought peers of this title together has ended. */
  hurry(infoHash: InfoHash): void;
  stop(): void;
}

interface Search {
  peers: number;
  waitMs: number;
  cancel: () => void;
}

/** @param announce tells the trackers of this title that peers are looked for */
export const createCreditors = (
  payments: Pick<WirePayments, 'on'>,
  clock: Pick<Clock, 'after'>,
  announce: (infoHash: InfoHash) => void,
): Creditors => {
  const searches = new Map<InfoHash, Search>();

  const plan = (infoHash: InfoHash, search: Search): void => {
    search.cancel = clock.after(search.waitMs, () => {
      search.waitMs = Math.min(SEEK_GROWTH * search.waitMs, SEEK_LAST_MS);
      plan(infoHash, search);
      announce(infoHash);
    });
  };

  const begin = (infoHash: InfoHash, peers: number): void => {
    searches.get(infoHash)?.cancel();
    searches.delete(infoHash);
    if (peers === 0) return;
    const search = { peers, waitMs: SEEK_FIRST_MS, cancel: () => undefined };
    searches.set(infoHash, search);
    plan(infoHash, search);
  };

  const unsubscribe = payments.on('owed', ({ infoHash, payees }) => {
    const known = searches.get(infoHash);
    const before = known?.peers ?? 0;
    if (known !== undefined) known.peers = payees;
    // One that has just gone is nearer than one that was not found for an hour.
    if (payees > 0 && payees <= before) return;
    begin(infoHash, payees);
  });

  return {
    count: (infoHash) => searches.get(infoHash)?.peers ?? 0,
    hurry: (infoHash) => begin(infoHash, searches.get(infoHash)?.peers ?? 0),
    stop() {
      unsubscribe();
      for (const { cancel } of searches.values()) cancel();
      searches.clear();
    },
  };
};
