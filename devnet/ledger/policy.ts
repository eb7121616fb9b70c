/** Limits of the devnet's node, each as ARC and SV Node have it unless said otherwise. */

/** No amount and no sum of amounts exceeds the coins that will ever exist. */
export const MAX_SATOSHI = 21_000_000 * 100_000_000;
/** Smallest output that is relayed, except data outputs, which carry nothing. */
export const DUST = 1;
/** Relay floor since 2026, satoshi per 1,000 bytes; moves at run time, as it did on the main chain. */
export const DEFAULT_SAT_PER_KB = 100;
/** ARC refuses more unless its operator says otherwise. */
export const MAX_TX_BYTES = 10_000_000;
export const MIN_TX_BYTES = 61;
export const MAX_SCRIPT_BYTES = 500_000;
export const MAX_SIGOPS = 4_294_967_295;
/** Blocks that must follow a coinbase before it can be spent. */
export const COINBASE_MATURITY = 100;
/** Headers whose middle time is the chain's clock. */
export const MEDIAN_SPAN = 11;
/** Lock times below this are heights, others are seconds. */
export const LOCK_TIME_THRESHOLD = 500_000_000;
/** Unplaceable transactions that are kept waiting for their parents. */
export const MAX_ORPHANS = 1_000;
/** Refused transactions whose fate is remembered for status requests. */
export const MAX_REMEMBERED = 10_000;

/** Fee of `size` bytes, in satoshi: part of a thousand bytes counts in proportion, rounded up. */
export const feeFor = (size: number, satPerKb: number): number =>
  Math.ceil((size * satPerKb) / 1000);
