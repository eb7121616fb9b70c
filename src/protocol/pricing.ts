import { BLOCK_LENGTH, MIB, satoshi, type Satoshi, type SatPerMiB } from '../shared/units.ts';

/**
 * Exact cost of data. A unit is one byte at 1 sat per MiB, so 2^20 units are one satoshi and every
 * price is whole. A cost keeps whole satoshi and the units left over: a price that changes, or a
 * million blocks that are added one by one, lose nothing to rounding. No product below leaves the
 * safe integers: MiB × price is checked against the coin supply, the rest is under 2^20 × 2^30.
 */
export interface Cost {
  readonly sat: Satoshi;
  /** 0 to 2^20 − 1 units. */
  readonly remainder: number;
}

export const ZERO_COST: Cost = { sat: satoshi(0), remainder: 0 };

const checkCount = (bytes: number): void => {
  if (!Number.isSafeInteger(bytes) || bytes < 0) throw new RangeError('bytes must be whole');
};

/** @throws RangeError when the total leaves the coin supply. */
const normal = (sat: number, units: number): Cost => {
  const remainder = units % MIB;
  return { sat: satoshi(sat + (units - remainder) / MIB), remainder };
};

/**
 * `cost` plus `bytes` at `price`.
 * @throws RangeError unless `bytes` is whole and not negative, and when the total leaves the coin supply.
 */
export const addCost = (cost: Cost, bytes: number, price: SatPerMiB): Cost => {
  checkCount(bytes);
  const tail = bytes % MIB;
  const mebibytes = (bytes - tail) / MIB;
  return normal(cost.sat + mebibytes * price, cost.remainder + tail * price);
};

/** Cost of `bytes` at `price`. @throws RangeError as {@link addCost}. */
export const costOf = (bytes: number, price: SatPerMiB): Cost => addCost(ZERO_COST, bytes, price);

/** A cost of whole satoshi. */
export const costOfSat = (sat: Satoshi): Cost => ({ sat, remainder: 0 });

/** @throws RangeError when the total leaves the coin supply. */
export const sumCost = (a: Cost, b: Cost): Cost => normal(a.sat + b.sat, a.remainder + b.remainder);

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`. */
export const compareCost = (a: Cost, b: Cost): number => a.sat - b.sat || a.remainder - b.remainder;

export const minCost = (a: Cost, b: Cost): Cost => (compareCost(a, b) <= 0 ? a : b);

/** `a` − `b`, or zero when `b` is greater: whole satoshi are paid up to one satoshi ahead of the cost. */
export const subtractCost = (a: Cost, b: Cost): Cost => {
  if (compareCost(a, b) <= 0) return ZERO_COST;
  const borrow = a.remainder < b.remainder ? 1 : 0;
  return {
    sat: satoshi(a.sat - b.sat - borrow),
    remainder: a.remainder - b.remainder + borrow * MIB,
  };
};

/** Whole satoshi that cover `cost`. @throws RangeError at the very end of the coin supply. */
export const ceilSat = (cost: Cost): Satoshi => satoshi(cost.sat + (cost.remainder > 0 ? 1 : 0));

/**
 * What `bytes` in all cost at one price: ceil(bytes × price / 2^20), exactly.
 * @throws RangeError as {@link addCost}.
 */
export const priceOf = (bytes: number, price: SatPerMiB): Satoshi => ceilSat(costOf(bytes, price));

/** Most bytes whose {@link priceOf} is at most `sat`; every safe integer when the price is 0. */
export const bytesFor = (sat: Satoshi, price: SatPerMiB): number => {
  if (price === 0) return Number.MAX_SAFE_INTEGER;
  const rest = sat % price;
  const whole = ((sat - rest) / price) * MIB;
  const units = rest * MIB;
  const tail = (units - (units % price)) / price;
  return Math.min(whole + tail, Number.MAX_SAFE_INTEGER);
};

/**
 * The cost as one number of units, the form in which the page counts (shared/ports/wire-payments.ts).
 * Exact up to 2^53 − 1 units (85 coins), and no more than that.
 */
export const costUnits = (cost: Cost): number =>
  Math.min(cost.sat * MIB + cost.remainder, Number.MAX_SAFE_INTEGER);

/** Views for people. Fractions are meant: nobody pays by them. */
export const satPerGiB = (price: SatPerMiB): number => price * 1024;
export const satPerBlock = (price: SatPerMiB): number => (price * BLOCK_LENGTH) / MIB;
/** Satoshi for an hour of video of `bitsPerSecond`. */
export const satPerHour = (price: SatPerMiB, bitsPerSecond: number): number =>
  (price * bitsPerSecond * 3600) / 8 / MIB;
