import { satoshi, type Satoshi } from '../shared/units.ts';

/**
 * Highest fee rate that is believed: a hundred times the floor of 2026. A policy service that says
 * more is broken or after the money.
 */
export const MAX_SATOSHIS_PER_KB = 10_000;

/** Whether a fee rate, in satoshi per 1,000 bytes, is one to pay. */
export const isFeeRate = (satoshisPerKb: number): boolean =>
  satoshisPerKb >= 0 && satoshisPerKb <= MAX_SATOSHIS_PER_KB;

/** Lowest whole fee for `size` bytes. */
export const feeFor = (size: number, satoshisPerKb: number): Satoshi =>
  satoshi(Math.ceil((size * satoshisPerKb) / 1000));

/** Each round moves the fee, hence the signatures, hence the size; more rounds gain nothing. */
const ROUNDS = 4;

/**
 * Builds with the fee of the real size. A signature's length is known only once it is made, and
 * making it needs the fee: so start with the longest and come down while that still pays.
 * The result never pays less than its size asks, nor more than `maxSize` bytes would.
 */
export const buildWithFee = <T extends { readonly rawTx: Uint8Array; readonly fee: Satoshi }>(
  maxSize: number,
  satoshisPerKb: number,
  build: (fee: Satoshi) => T,
): T => {
  let best = build(feeFor(maxSize, satoshisPerKb));
  let asked = feeFor(best.rawTx.length, satoshisPerKb);
  for (let round = 1; round < ROUNDS && asked < best.fee; round += 1) {
    const next = build(asked);
    asked = feeFor(next.rawTx.length, satoshisPerKb);
    if (asked <= next.fee) best = next;
  }
  return best;
};
