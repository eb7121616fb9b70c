import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLOCK_LENGTH, MIB, satoshi, satPerMiB } from '../shared/units.ts';
import { MAX_SATOSHI } from './limits.ts';
import { DEFAULT_PRICE } from './policy.ts';
import {
  addCost,
  bytesFor,
  ceilSat,
  compareCost,
  costOf,
  costOfSat,
  costUnits,
  minCost,
  priceOf,
  satPerBlock,
  satPerGiB,
  satPerHour,
  subtractCost,
  sumCost,
  ZERO_COST,
  type Cost,
} from './pricing.ts';
import { anyPrice, anySat } from './testing/arbitraries.ts';

/** The parsed JSON of docs/vectors/`name`. */
const readVectors = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../docs/vectors/${name}`, import.meta.url), 'utf8'));

const VECTORS = readVectors('pricing.json') as {
  prices: {
    name: string;
    bytes: number;
    satPerMiB: number;
    sat?: number;
    cost?: { sat: number; remainder: number };
  }[];
  sums: {
    name: string;
    steps: { bytes: number; satPerMiB: number; times: number }[];
    cost: { sat: number; remainder: number };
    sat: number;
  }[];
  bytesFor: { sat: number; satPerMiB: number; bytes: number }[];
};

/** The same arithmetic on integers without bounds. */
const units = (cost: Cost): bigint => BigInt(cost.sat) * BigInt(MIB) + BigInt(cost.remainder);
const MOST_UNITS = BigInt(MAX_SATOSHI) * BigInt(MIB);
const ceilDiv = (a: bigint, b: bigint): bigint => (a + b - 1n) / b;

const anyBytes = fc.oneof(
  fc.nat({ max: 4 * MIB }),
  fc.maxSafeInteger().map(Math.abs),
  fc.constantFrom(0, 1, BLOCK_LENGTH, MIB, Number.MAX_SAFE_INTEGER),
);
const smallPrice = fc.oneof(fc.nat({ max: 5_000 }).map(satPerMiB), anyPrice);
/** A quarter of the supply, so that sums stay inside. */
const anyCost = fc
  .tuple(fc.nat({ max: 2 ** 31 - 1 }), fc.nat({ max: 250_000 }), fc.nat({ max: MIB - 1 }))
  .map(([low, high, remainder]): Cost => ({ sat: satoshi(high * 2 ** 31 + low), remainder }));

describe('pricing vectors', () => {
  it.each(VECTORS.prices)('$name', ({ bytes, satPerMiB: price, sat, cost }) => {
    if (cost === undefined) {
      expect(() => priceOf(bytes, satPerMiB(price))).toThrow(RangeError);
    } else {
      expect(costOf(bytes, satPerMiB(price))).toEqual(cost);
      expect(priceOf(bytes, satPerMiB(price))).toBe(sat);
    }
  });

  it.each(VECTORS.sums)('$name', ({ steps, cost, sat }) => {
    let total = ZERO_COST;
    for (const { bytes, satPerMiB: price, times } of steps) {
      for (let i = 0; i < times; i += 1) total = addCost(total, bytes, satPerMiB(price));
    }
    expect(total).toEqual(cost);
    expect(ceilSat(total)).toBe(sat);
  });

  it.each(VECTORS.bytesFor)('$sat sat at $satPerMiB buy $bytes', ({ sat, satPerMiB: p, bytes }) => {
    expect(bytesFor(satoshi(sat), satPerMiB(p))).toBe(bytes);
  });
});

describe('cost', { timeout: 60_000 }, () => {
  it('agrees with unbounded integers, or says that it is too much', () => {
    fc.assert(
      fc.property(anyCost, anyBytes, smallPrice, (cost, bytes, price) => {
        const exact = units(cost) + BigInt(bytes) * BigInt(price);
        if (exact / BigInt(MIB) > BigInt(MAX_SATOSHI)) {
          expect(() => addCost(cost, bytes, price)).toThrow(RangeError);
        } else {
          const total = addCost(cost, bytes, price);
          expect(units(total)).toBe(exact);
          expect(total.remainder).toBeLessThan(MIB);
        }
      }),
      { numRuns: 10_000 },
    );
  });

  it('rounds the sum, never the parts', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 40_000 }), { maxLength: 50 }), smallPrice, (parts, p) => {
        const byParts = parts.reduce((cost, bytes) => addCost(cost, bytes, p), ZERO_COST);
        const total = parts.reduce((sum, bytes) => sum + bytes, 0);
        expect(byParts).toEqual(costOf(total, p));
        expect(BigInt(ceilSat(byParts))).toBe(ceilDiv(BigInt(total) * BigInt(p), BigInt(MIB)));
      }),
    );
  });

  it('is monotone in bytes and price', () => {
    const bytes = fc.nat({ max: 2 ** 40 });
    const price = fc.nat({ max: 2_000_000 }).map(satPerMiB);
    fc.assert(
      fc.property(bytes, bytes, price, price, (a, b, p, q) => {
        const less = priceOf(Math.min(a, b), satPerMiB(Math.min(p, q)));
        expect(less).toBeLessThanOrEqual(priceOf(Math.max(a, b), satPerMiB(Math.max(p, q))));
      }),
    );
  });

  it('adds, subtracts and compares exactly', () => {
    fc.assert(
      fc.property(anyCost, anyCost, (a, b) => {
        expect(units(sumCost(a, b))).toBe(units(a) + units(b));
        const difference = units(a) - units(b);
        expect(units(subtractCost(a, b))).toBe(difference > 0n ? difference : 0n);
        expect(BigInt(Math.sign(compareCost(a, b)))).toBe(
          difference === 0n ? 0n : difference > 0n ? 1n : -1n,
        );
        expect(minCost(a, b)).toEqual(difference <= 0n ? a : b);
        expect(subtractCost(sumCost(a, b), b)).toEqual(a);
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses %s bytes', (bytes) => {
    expect(() => costOf(bytes, DEFAULT_PRICE)).toThrow(RangeError);
  });

  it('ends with the coin supply', () => {
    const all = costOfSat(satoshi(MAX_SATOSHI));
    expect(units(addCost(all, 1, satPerMiB(1)))).toBe(MOST_UNITS + 1n);
    expect(() => ceilSat(addCost(all, 1, satPerMiB(1)))).toThrow(RangeError);
    expect(() => sumCost(all, costOfSat(satoshi(1)))).toThrow(RangeError);
  });
});

describe('bytesFor', { timeout: 60_000 }, () => {
  it('is the most that an amount pays for', () => {
    fc.assert(
      fc.property(anySat, smallPrice, (sat, price) => {
        const bytes = bytesFor(sat, price);
        const exact = price === 0 ? null : (BigInt(sat) * BigInt(MIB)) / BigInt(price);
        const most = BigInt(Number.MAX_SAFE_INTEGER);
        expect(BigInt(bytes)).toBe(exact === null || exact > most ? most : exact);
        if (exact === null || exact >= most) return;
        expect(priceOf(bytes, price)).toBeLessThanOrEqual(sat);
        const oneMore = ceilDiv(BigInt(bytes + 1) * BigInt(price), BigInt(MIB));
        expect(oneMore).toBeGreaterThan(BigInt(sat));
      }),
      { numRuns: 10_000 },
    );
  });
});

describe('views', () => {
  it('give the default price as people read it', () => {
    expect(satPerBlock(DEFAULT_PRICE)).toBe(17);
    expect(satPerGiB(DEFAULT_PRICE)).toBe(1_114_112);
    // 2^23 bits are one MiB.
    expect(satPerHour(DEFAULT_PRICE, 2 ** 23)).toBe(1_088 * 3_600);
  });

  it('count units for the page up to the largest safe integer', () => {
    expect(costUnits(costOf(16_385, DEFAULT_PRICE))).toBe(16_385 * 1_088);
    expect(costUnits(costOfSat(satoshi(2 ** 33)))).toBe(Number.MAX_SAFE_INTEGER);
  });
});
