import type { Clock } from '../shared/clock.ts';
import { ENOUGH_PEERS } from './limits.ts';

/**
 * How many WebRTC offers a torrent sends with an announce. Each is a connection that waits for up to
 * 50 s whether anybody takes it, and a page may have 500 in all: a library of a hundred titles that
 * offers five each would leave none for those who answer. A peer that offers nothing is still found,
 * because others offer to it. An offer is worth its price only while there is somebody to meet: in a
 * small swarm most would go to peers that are connected already, and both sides pay for each.
 */
export interface Offers {
  next(title: Offered): number;
}

export interface Offered {
  /** It waits for those who want something, and they offer themselves too. */
  readonly complete: boolean;
  /** Peers that are connected, and whether one of them has everything. */
  readonly connected: number;
  readonly served: boolean;
  /** Peers that are owed something and are not connected. */
  readonly owed: number;
  /** Other peers that the trackers know of; null before they have answered. */
  readonly others: number | null;
}

/** What the library offers with one announce at most. */
const MOST = 5;
/** A title that is wanted always offers one: else nobody might. */
const LEAST_WANTED = 1;
/** Offers that may be under way together, and how long one is. */
const UNDER_WAY = 60;
const OFFER_MS = 50_000;
/** Below this share of free offers a torrent takes fewer than the most. */
const SHARE = 8;

/** Peers that are still to be met. */
const missing = ({ complete, connected, served, owed, others }: Offered): number => {
  const known = others ?? Number.POSITIVE_INFINITY;
  const unmet = Math.max(0, known - connected);
  // Whom an offer reaches is the tracker's choice: to meet one of twenty takes many.
  const isLacking = owed > 0 || (!complete && !served);
  if (isLacking && unmet > 0) return known;
  return Math.min(unmet, Math.max(0, ENOUGH_PEERS - connected));
};

export const createOffers = (clock: Pick<Clock, 'now'>): Offers => {
  let free = UNDER_WAY;
  let at = clock.now();
  return {
    next(title) {
      const wanted = missing(title);
      if (wanted === 0) return 0;
      const now = clock.now();
      // A clock that was set back must not take offers away.
      free = Math.min(UNDER_WAY, free + (Math.max(0, now - at) / OFFER_MS) * UNDER_WAY);
      at = now;
      const fair = Math.ceil(free / SHARE);
      const most = Math.min(MOST, fair, Math.floor(free));
      const count = Math.min(wanted, Math.max(most, title.complete ? 0 : LEAST_WANTED));
      free = Math.max(0, free - count);
      return count;
    },
  };
};
