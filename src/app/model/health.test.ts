import { describe, expect, it } from 'vitest';
import { NO_METRICS } from '../../shared/ports/engine-metrics.ts';
import { flushShares, sizeShares, tuningKey } from './health.ts';

describe('shares of batches', () => {
  it('leave out what did not occur and add up to one', () => {
    const found = flushShares({ ...NO_METRICS.flushes, allowance: 1, full: 3 });
    expect(found.map(({ name, count, share }) => [name, count, share])).toEqual([
      ['full', 3, 0.75],
      ['allowance', 1, 0.25],
    ]);
    expect(flushShares(NO_METRICS.flushes)).toEqual([]);
  });

  it('name the most blocks of a size, and nothing for the largest', () => {
    const sizes = NO_METRICS.sizes.map((_, at) => (at === 2 || at === 12 ? 2 : 0));
    expect(sizeShares(sizes)).toEqual([
      { name: 4, count: 2, share: 0.5 },
      { name: null, count: 2, share: 0.5 },
    ]);
  });
});

describe('the words for a change', () => {
  it('know settings by hand from what the batcher noticed', () => {
    const note = { time: 0, events: 1, waitMs: 1 };
    expect(tuningKey({ ...note, reason: 'settings', mode: 'adaptive' })).toBe('tuning.adaptive');
    expect(tuningKey({ ...note, reason: 'settings', mode: 'fixed' })).toBe('tuning.settings');
    expect(tuningKey({ ...note, reason: 'rate', mode: 'adaptive' })).toBe('tuning.rate');
  });
});
