import { DEFAULT_PRICE } from '../../src/protocol/policy.ts';

/** What everything is sold for here: 17 sat for each block of 16 KiB. */
export const PRICE: number = DEFAULT_PRICE;

export const BLOCK = 16_384;

/** What `bytes` cost at {@link PRICE}, in exact arithmetic. */
export const priceOf = (bytes: number): number =>
  Number((BigInt(bytes) * BigInt(PRICE) + 1_048_575n) / 1_048_576n);

/** Coins for buying `bytes`: room in the channels, fees, and change. */
export const coinsFor = (bytes: number): number => 2 * priceOf(bytes) + 50_000;
