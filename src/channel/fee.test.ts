import { expect, it } from 'vitest';
import { satoshi, type Satoshi } from '../shared/units.ts';
import { buildWithFee, feeFor, isFeeRate } from './fee.ts';

/** What comes out, in satoshi, when sizes depend on fees as listed and bytes cost 1 sat each. */
const feeOf = (maxSize: number, sizes: Readonly<Record<number, number>>): number => {
  const build = (fee: Satoshi) => {
    const size = sizes[fee];
    if (size === undefined) throw new Error(`nobody should try ${fee}`);
    return { rawTx: new Uint8Array(size), fee };
  };
  return buildWithFee(maxSize, 1000, build).fee;
};

it('rounds up to a whole satoshi', () => {
  expect([265, 270, 271].map((size) => feeFor(size, 100))).toEqual([27, 27, 28]);
  expect([feeFor(265, 0), feeFor(1000, 0.5)]).toEqual([0, 1]);
});

it('believes no absurd rate', () => {
  expect([0, 0.5, 100, 10_000].every(isFeeRate)).toBe(true);
  expect([-1, 10_001, Infinity, Number.NaN].some(isFeeRate)).toBe(false);
});

it('builds once when the longest form costs the same', () => {
  const fees: number[] = [];
  const build = (fee: Satoshi) => {
    fees.push(fee);
    return { rawTx: new Uint8Array(269), fee };
  };
  expect(buildWithFee(270, 100, build).fee).toBe(satoshi(27));
  expect(fees).toEqual([27]);
});

it('comes down to what the real size asks', () => {
  expect(feeOf(270, { 270: 268, 268: 268 })).toBe(268);
  expect(feeOf(270, { 270: 268, 268: 267, 267: 267 })).toBe(267);
});

it('keeps the cheapest that pays for itself when the size moves with the fee', () => {
  expect(feeOf(270, { 270: 268, 268: 269, 269: 269 })).toBe(269);
  expect(feeOf(270, { 270: 268, 268: 269, 269: 268 })).toBe(269);
  expect(feeOf(270, { 270: 268, 268: 270 })).toBe(270);
});

it('gives up coming down after a few rounds', () => {
  expect(feeOf(310, { 310: 300, 300: 290, 290: 280, 280: 270 })).toBe(280);
});
