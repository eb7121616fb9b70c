import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latencyOf, median, percentile, ratios, rounded, roundedAll, spread } from './stats.ts';

const values = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 });

describe('order statistics', () => {
  it('give a percentile that was measured and that its share does not exceed', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0.01, max: 1, noNaN: true }), (list, share) => {
        const found = percentile(list, share);
        expect(list).toContain(found);
        const within = list.filter((value) => value <= found).length;
        expect(within).toBeGreaterThanOrEqual(share * list.length - 1e-9);
      }),
    );
  });

  it('agree with the latency summary', () => {
    fc.assert(
      fc.property(values, (list) => {
        const summary = latencyOf(list);
        expect(summary.count).toBe(list.length);
        expect(summary.p50).toBe(percentile(list, 0.5));
        expect(summary.p99).toBe(percentile(list, 0.99));
        expect(summary.max).toBe(Math.max(...list));
      }),
    );
  });

  it('take the middle of an odd number and the mean of the middle two of an even one', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 10])).toBe(3);
    expect(median([])).toBeNaN();
    expect(spread([3, 1, 2])).toEqual({ least: 1, median: 2, most: 3 });
  });

  it('do not change what they are given', () => {
    const list = [3, 1, 2];
    percentile(list, 0.5);
    median(list);
    expect(list).toEqual([3, 1, 2]);
  });
});

describe('comparison', () => {
  it('divides round by round and ignores a round without its partner', () => {
    expect(ratios([2, 9, 5], [1, 3])).toEqual([2, 3]);
  });

  it('rounds to thousandths, and small shares to millionths', () => {
    expect(rounded(1.23456)).toBe(1.235);
    expect(roundedAll({ a: 0.00012345, b: 2.00049 })).toEqual({ a: 0.000123, b: 2 });
  });
});
