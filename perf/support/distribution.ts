import type { Line } from './charts.ts';

/** Share of values (%) that a value does not exceed, up to the 99th percentile: what a chart shows. */
export const distributionOf = (label: string, values: readonly number[]): Line => {
  const order = Float64Array.from(values).sort();
  const points = Array.from({ length: order.length === 0 ? 0 : 99 }, (_, at) => {
    const share = at + 1;
    const index = Math.max(0, Math.ceil((share / 100) * order.length) - 1);
    return [order[index] ?? Number.NaN, share] as const;
  });
  return { label, points };
};
