import { satoshi, type Satoshi, type SatPerMiB } from '../shared/units.ts';
import { ceilSat, costOf, costOfSat, minCost, ZERO_COST, type Cost } from './pricing.ts';
import { FORGIVEN_MIN, FORGIVEN_SHARE, WINDOW_MIN } from './policy.ts';

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

/** Satoshi that this account may be forgiven in all. */
const boundOf = ({ paid }: Ledgered, price: SatPerMiB): number =>
  paid === 0
    ? ceilSat(costOf(WINDOW_MIN, price))
    : ceilSat(costOf(FORGIVEN_MIN, price)) + Math.floor(paid / FORGIVEN_SHARE);

/** Satoshi that this account may still be forgiven. */
export const forgivable = (account: Ledgered, price: SatPerMiB): Satoshi =>
  satoshi(Math.max(0, boundOf(account, price) - account.forgiven));

/**
 * Forgives what was lost with a wire, up to a bound over the life of the account: reloads are honest
 * and rare. What lies beyond stays owed. The bound counts what was really paid, never what a payer
 * says it received. One that has funded a channel but never paid is forgiven one window: else a
 * reload before the first payment would shut it out for ever.
 */
export const forgive = (
  account: Ledgered,
  price: SatPerMiB,
): { readonly forgiven: Satoshi; readonly lost: Cost } => {
  const given = ceilSat(minCost(account.lost, costOfSat(forgivable(account, price))));
  return { forgiven: satoshi(account.forgiven + given), lost: ZERO_COST };
};
