import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SIGNATURES_PER_SECOND } from '../../protocol/policy.ts';
import { BUSY_FOR_MS, LEAST_SIGNATURES_PER_SECOND } from '../limits.ts';
import { createBusyChannels } from './busy-channels.ts';

describe('channels that are at their limit', () => {
  it('do not slow down one alone, nor one that is not at its limit', () => {
    const busy = createBusyChannels<string>();
    expect(busy.rate('a', 0)).toBe(SIGNATURES_PER_SECOND);
    busy.held('a', 0);
    expect(busy.rate('a', 0)).toBe(SIGNATURES_PER_SECOND);
    for (const key of ['b', 'c', 'd']) busy.held(key, 0);
    expect(busy.rate('idle', 0)).toBe(SIGNATURES_PER_SECOND);
  });

  it('share one rate', () => {
    const busy = createBusyChannels<string>();
    for (const key of ['a', 'b', 'c', 'd', 'e']) busy.held(key, 0);
    expect(['a', 'b', 'c', 'd', 'e'].map((key) => busy.rate(key, 0))).toEqual([10, 10, 10, 10, 10]);
  });

  it('have it back when the others have gone', () => {
    const busy = createBusyChannels<string>();
    for (const key of ['a', 'b', 'c']) busy.held(key, 0);
    busy.held('a', BUSY_FOR_MS);
    expect(busy.rate('a', BUSY_FOR_MS)).toBeCloseTo(SIGNATURES_PER_SECOND / 3);
    expect(busy.rate('a', BUSY_FOR_MS + 1)).toBe(SIGNATURES_PER_SECOND);
  });

  it('do not stay busy when the clock is set back', () => {
    const busy = createBusyChannels<string>();
    for (const key of ['a', 'b', 'c']) busy.held(key, 86_400_000);
    busy.held('a', 0);
    expect(busy.rate('a', 0)).toBe(SIGNATURES_PER_SECOND);
  });

  it('never sign more often together than their rate, but for the least of each', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 40 })), {
          minLength: 1,
        }),
        (holds) => {
          const busy = createBusyChannels<number>();
          let now = 0;
          const heldAt = new Map<number, number>();
          for (const [key, pause] of holds) {
            now += pause;
            busy.held(key, now);
            heldAt.set(key, now);
          }
          const at = [...heldAt].filter(([, time]) => now - time <= BUSY_FOR_MS);
          const rates = at.map(([key]) => busy.rate(key, now));
          const sum = rates.reduce((all, rate) => all + rate, 0);
          const least = at.length * LEAST_SIGNATURES_PER_SECOND;
          expect(sum).toBeLessThanOrEqual(Math.max(SIGNATURES_PER_SECOND, least) + 1e-9);
          for (const rate of rates) {
            expect(rate).toBeGreaterThanOrEqual(LEAST_SIGNATURES_PER_SECOND);
            expect(rate).toBeLessThanOrEqual(SIGNATURES_PER_SECOND);
          }
        },
      ),
    );
  });
});
