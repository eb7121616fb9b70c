import {
  SIGNATURES_PER_SECOND,
  SIGNATURES_PER_SECOND_MIN,
  STORING_SHARE,
} from '../../protocol/policy.ts';

/** Weight of the newest observation: about the last sixteen count. */
const NEWEST = 1 / 16;

/** How often one account may sign, by what signatures cost of late. */
export interface SigningRate {
  /** A transaction with so many signatures took so long, in ms. */
  stored(signatures: number, tookMs: number): void;
  /** Signatures a second. */
  perSecond(): number;
}

/**
 * Tunes the rate to the time that a signature takes to be stored: on an idle machine the limit of the
 * protocol; on a busy one so few that storing them takes a small share of the time, because what it
 * takes is missing where the data comes in. Accounts that share a transaction share its time.
 */
export const createSigningRate = (): SigningRate => {
  let cost = 0;
  return {
    stored(signatures, tookMs) {
      if (signatures === 0) return;
      cost += (tookMs / signatures - cost) * NEWEST;
    },
    perSecond: () =>
      Math.min(
        SIGNATURES_PER_SECOND,
        Math.max(SIGNATURES_PER_SECOND_MIN, (1000 * STORING_SHARE) / cost),
      ),
  };
};
