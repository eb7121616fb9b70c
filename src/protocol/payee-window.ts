import type { SatPerMiB } from '../shared/units.ts';
import { costOf, costOfSat, compareCost, type Cost } from './pricing.ts';
import { WINDOW_MAX, WINDOW_MIN, WINDOW_SHARE, WINDOW_USUAL } from './policy.ts';
import { satoshi } from '../shared/units.ts';

/**
 * How the credit window grows: it doubles whenever payments since the last change cover one part in
 * {@link WINDOW_SHARE} of it. From {@link WINDOW_USUAL} they must cover half, and it grows only while it
 * is what limits the flow: what is under way equals rate × delay, so a payer that owes half the window
 * when it pays has a bandwidth-delay product of at least that half. It never grows beyond what would be
 * forgiven: all that it covers may be lost with a wire, and who owes for that alone must not be shut out.
 */
export const grownWindow = (account: {
  readonly window: number;
  readonly price: SatPerMiB;
  /** Satoshi since the window last changed, this payment included. */
  readonly paidSince: number;
  readonly owedBefore: Cost;
  /** Bytes that may be lost and forgiven. */
  readonly forgivable: number;
}): { readonly window: number; readonly sinceGrown: number } => {
  const { price, paidSince, owedBefore, forgivable } = account;
  const window = Math.max(account.window, WINDOW_MIN);
  const unchanged = { window, sinceGrown: paidSince };
  const doubled = 2 * window;
  if (price === 0 || doubled > Math.min(WINDOW_MAX, forgivable)) return unchanged;
  const isUsual = window >= WINDOW_USUAL;
  const earned = costOf(window / (isUsual ? 2 : WINDOW_SHARE), price);
  if (compareCost(costOfSat(satoshi(paidSince)), earned) < 0) return unchanged;
  if (isUsual && compareCost(owedBefore, earned) < 0) return unchanged;
  return { window: doubled, sinceGrown: 0 };
};
