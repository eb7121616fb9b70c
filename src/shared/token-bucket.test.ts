import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTokenBucket } from './token-bucket.ts';

describe('token bucket', () => {
  it('lets a burst through, then one each interval, and says how long to wait', () => {
    let now = 0;
    const bucket = createTokenBucket({ now: () => now }, { burst: 3, perSecond: 0.5 });
    expect([bucket.take(), bucket.take(), bucket.take(), bucket.take()]).toEqual([0, 0, 0, 2]);
    now = 1_999;
    expect(bucket.take()).toBe(1);
    now = 2_000;
    expect(bucket.take()).toBe(0);
    now = 1_000_000;
    expect([bucket.take(), bucket.take(), bucket.take(), bucket.take()]).toEqual([0, 0, 0, 2]);
  });

  it('never gives more than the burst and what the time brought', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -500, max: 2_000 })), (steps) => {
        let now = 10_000;
        let passed = 0;
        let taken = 0;
        const bucket = createTokenBucket({ now: () => now }, { burst: 5, perSecond: 2 });
        for (const step of steps) {
          now += step;
          passed += Math.max(0, step);
          if (bucket.take() === 0) taken += 1;
        }
        expect(taken).toBeLessThanOrEqual(5 + (passed / 1_000) * 2);
      }),
    );
  });
});
