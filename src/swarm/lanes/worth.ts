import type { Clock } from '../../shared/clock.ts';
import { LANE_WORTH_BYTES, LANE_WORTH_MS } from '../limits.ts';

/** Tells who is sent so much that one connection may hold it back. */
export interface Worth {
  /** Counts what was sent; whether as much as makes lanes worth their cost went within a second. */
  sent(bytes: number): boolean;
}

export const createWorth = (clock: Pick<Clock, 'now'>): Worth => {
  let since = clock.now();
  let counted = 0;
  return {
    sent(bytes) {
      const now = clock.now();
      // A pause, or a clock that was set back: what went before says nothing of now.
      if (now < since || now - since > LANE_WORTH_MS) {
        since = now;
        counted = 0;
      }
      counted += bytes;
      return counted >= LANE_WORTH_BYTES;
    },
  };
};
