import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SIGNATURES_PER_SECOND, SIGNATURES_PER_SECOND_MIN } from '../../protocol/policy.ts';
import { createSigningRate } from './signing-rate.ts';

const after = (signatures: number, tookMs: number, times = 100): number => {
  const rate = createSigningRate();
  for (let n = 0; n < times; n += 1) rate.stored(signatures, tookMs);
  return rate.perSecond();
};

describe('the rate of signatures', () => {
  it('is the limit of the protocol until storing takes long', () => {
    expect(createSigningRate().perSecond()).toBe(SIGNATURES_PER_SECOND);
    expect(after(1, 1)).toBe(SIGNATURES_PER_SECOND);
    expect(after(1, 60, 0)).toBe(SIGNATURES_PER_SECOND);
  });

  it('falls while storing takes longer, down to a bound, and comes back', () => {
    expect(after(1, 5)).toBeCloseTo(10, 0);
    expect(after(1, 500)).toBe(SIGNATURES_PER_SECOND_MIN);
    const rate = createSigningRate();
    for (let n = 0; n < 50; n += 1) rate.stored(1, 50);
    for (let n = 0; n < 100; n += 1) rate.stored(1, 1);
    expect(rate.perSecond()).toBe(SIGNATURES_PER_SECOND);
  });

  it('counts what each signature of a transaction took', () => {
    expect(after(10, 20)).toBe(SIGNATURES_PER_SECOND);
    expect(after(0, 20)).toBe(SIGNATURES_PER_SECOND);
  });

  it('is always within its bounds', () => {
    const one = fc.tuple(fc.nat(200), fc.double({ min: 0, max: 1e6, noNaN: true }));
    fc.assert(
      fc.property(fc.array(one), (stored) => {
        const rate = createSigningRate();
        for (const [signatures, ms] of stored) rate.stored(signatures, ms);
        expect(rate.perSecond()).toBeGreaterThanOrEqual(SIGNATURES_PER_SECOND_MIN);
        expect(rate.perSecond()).toBeLessThanOrEqual(SIGNATURES_PER_SECOND);
      }),
    );
  });
});
