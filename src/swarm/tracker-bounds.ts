import type { Clock } from '../shared/clock.ts';
import { createTokenBucket } from '../shared/token-bucket.ts';
import type { LibTracker } from './lib-trackers.ts';
import {
  ANNOUNCE_MS,
  MAX_ANNOUNCE_MS,
  MIN_ANNOUNCE_MS,
  OFFERS_AT_ONCE,
  OFFERS_PER_SECOND,
} from './limits.ts';

/** A tracker's word must not make this page announce without pause, nor never again. */
const boundInterval = (tracker: LibTracker): void => {
  const set = tracker.setInterval.bind(tracker);
  tracker.setInterval = (ms) => {
    const asked = typeof ms === 'number' && !Number.isNaN(ms) ? ms : ANNOUNCE_MS;
    set(Math.min(Math.max(asked, MIN_ANNOUNCE_MS), MAX_ANNOUNCE_MS));
  };
};

/**
 * Bounds what trackers, which are a stranger's choice, can make this page do: how often it announces,
 * and how many of the offers that they bring it answers, each with a connection. All share one bound.
 * A title that is paused answers none: whoever offered would wait half a minute for a connection that is
 * turned away, and take no other from us meanwhile.
 */
export const createTrackerBounds = (
  clock: Pick<Clock, 'now'>,
): ((tracker: LibTracker, title: { readonly paused: boolean }) => void) => {
  const offers = createTokenBucket(clock, { burst: OFFERS_AT_ONCE, perSecond: OFFERS_PER_SECOND });
  return (tracker, title) => {
    boundInterval(tracker);
    const answered = tracker._onAnnounceResponse.bind(tracker);
    tracker._onAnnounceResponse = (data) => {
      // Every title with this tracker hears it: only the one that it is for may count it.
      const isOffer = data.offer !== undefined && data.info_hash === tracker.client._infoHashBinary;
      // Who offered offers again, to somebody else too.
      if (!isOffer || (!title.paused && offers.take() === 0)) answered(data);
    };
  };
};
