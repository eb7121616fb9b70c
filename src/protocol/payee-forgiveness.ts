import { satoshi, type Satoshi, type SatPerMiB } from '../shared/units.ts';
import { ceilSat, costOf, costOfSat, minCost, ZERO_COST, type Cost } from './pricing.ts';
import { FORGIVEN_MIN, FORGIVEN_SHARE } from './policy.ts';

/** The sums of an account that outlive the session. */
export interface Ledgered {
  /** Sent. */
  readonly cost: Cost;
  readonly bytes: number;
  readonly paid: Satoshi;
  readonly forgiven: Satoshi;
  /** Owed when the last wire closed, less what was paid since: it may never have arrived. */
  readonly lost: Cost;
}

/**
 * Forgives what was lost with a wire, up to a bound over the life of the account: reloads are honest
 * and rare. What lies beyond stays owed. The bound counts what was really paid, never what a payer
 * says it received, and one that never paid is forgiven nothing: a newcomer gets one window, not one
 * for each time it comes back.
 */
export const forgive = (
  account: Ledgered,
  price: SatPerMiB,
): { readonly forgiven: Satoshi; readonly lost: Cost } => {
  if (account.paid === 0) return { forgiven: account.forgiven, lost: account.lost };
  const bound = ceilSat(costOf(FORGIVEN_MIN, price)) + Math.floor(account.paid / FORGIVEN_SHARE);
  const left = costOfSat(satoshi(Math.max(0, bound - account.forgiven)));
  const given = ceilSat(minCost(account.lost, left));
  return { forgiven: satoshi(account.forgiven + given), lost: ZERO_COST };
};
