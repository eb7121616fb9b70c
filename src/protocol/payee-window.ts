import type { SatPerMiB } from '../shared/units.ts';
import { costOf, costOfSat, compareCost, type Cost } from './pricing.ts';
import { WINDOW_MAX, WINDOW_MIN, WINDOW_USUAL } from './policy.ts';
import { satoshi } from '../shared/units.ts';

/**
 * How the credit window grows: it doubles whenever payments since the last change cover half of it.
 * Above {@link WINDOW_USUAL} it grows only while it is what limits the flow: what is under way equals
 * rate × delay, so a payer that owes half the window when it pays has a bandwidth-delay product of
 * at least that half.
 */
export const grownWindow = (account: {
  readonly window: number;
  readonly price: SatPerMiB;
  /** Satoshi since the window last changed, this payment included. */
  readonly paidSince: number;
  readonly owedBefore: Cost;
}): { readonly window: number; readonly sinceGrown: number } => {
  const { price, paidSince, owedBefore } = account;
  const window = Math.max(account.window, WINDOW_MIN);
  const half = costOf(window / 2, price);
  const unchanged = { window, sinceGrown: paidSince };
  if (price === 0 || window >= WINDOW_MAX) return unchanged;
  if (compareCost(costOfSat(satoshi(paidSince)), half) < 0) return unchanged;
  if (window >= WINDOW_USUAL && compareCost(owedBefore, half) < 0) return unchanged;
  return { window: Math.min(2 * window, WINDOW_MAX), sinceGrown: 0 };
};
