/** Order statistics of measurements. Every function leaves its argument as it is. */

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/**
 * The smallest value that at least this share (0 to 1) of the values does not exceed: always one that
 * was measured, and never better than what was seen.
 */
export const percentile = (values: readonly number[], share: number): number => {
  const order = sorted(values);
  const at = Math.max(0, Math.ceil(share * order.length) - 1);
  return order[at] ?? Number.NaN;
};

/** The middle value; of an even number of values the mean of the two in the middle. */
export const median = (values: readonly number[]): number => {
  const order = sorted(values);
  const half = Math.floor(order.length / 2);
  const upper = order[half] ?? Number.NaN;
  return order.length % 2 === 1 ? upper : (upper + (order[half - 1] ?? Number.NaN)) / 2;
};

/** The median of each list. */
export const mediansOf = <K extends string>(
  lists: Readonly<Record<K, readonly number[]>>,
): Record<K, number> => {
  const entries = Object.entries<readonly number[]>(lists);
  return Object.fromEntries(entries.map(([key, list]) => [key, median(list)])) as Record<K, number>;
};

export interface Spread {
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

export const spread = (values: readonly number[]): Spread => ({
  least: values.length === 0 ? Number.NaN : Math.min(...values),
  median: median(values),
  most: values.length === 0 ? Number.NaN : Math.max(...values),
});

/** `a` ÷ `b`, pair by pair: what was measured side by side is compared side by side. */
export const ratios = (a: readonly number[], b: readonly number[]): number[] =>
  a.slice(0, b.length).map((value, at) => value / (b[at] ?? Number.NaN));

export interface Latency {
  readonly count: number;
  readonly avg: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export const latencyOf = (values: ArrayLike<number>): Latency => {
  const order = Float64Array.from(values).sort();
  const at = (share: number): number =>
    order[Math.max(0, Math.ceil(share * order.length) - 1)] ?? Number.NaN;
  let sum = 0;
  for (const value of order) sum += value;
  return {
    count: order.length,
    avg: order.length === 0 ? Number.NaN : sum / order.length,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    max: at(1),
  };
};

/** Decimal megabytes a second. */
export const megabytesPerSecond = (bytes: number, ms: number): number => bytes / 1e6 / (ms / 1e3);

/** To so many digits after the point, as a number. */
export const rounded = (value: number, digits = 3): number => {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
};

/** The same for every value of a record: what goes into the result line. */
export const roundedAll = (values: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(
    // A share of a ten-thousandth is worth telling.
    Object.entries(values).map(([key, value]) => [key, rounded(value, value < 0.1 ? 6 : 3)]),
  );
