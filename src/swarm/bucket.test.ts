import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLOCK_LENGTH } from '../shared/units.ts';
import { createBucket, type Bucket } from './bucket.ts';
import { manualClock } from './testing/clock.ts';

const KIB = 1024;

/** Someone who sends whenever it may, a block at a time. */
const taker = (bucket: Bucket) => {
  const self = {
    taken: 0,
    run: (): void => {
      while (bucket.admits(self.run)) {
        bucket.spend(BLOCK_LENGTH);
        self.taken += BLOCK_LENGTH;
      }
    },
  };
  return self;
};

describe('a speed limit', () => {
  it('is none until it is set, and sets no timer', () => {
    const clock = manualClock();
    const bucket = createBucket({
      now: clock.now,
      after: () => {
        throw new Error('a timer was set');
      },
    });
    bucket.spend(1e9);
    bucket.promise(1e9);
    expect(bucket.admits(() => undefined)).toBe(true);
    expect(bucket.share).toBe(Number.POSITIVE_INFINITY);
  });

  it('holds over any time, whatever the limit, and is used up', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 16 * KIB, max: 64 * KIB * KIB }),
        fc.integer({ min: 5, max: 60 }),
        (rate, seconds) => {
          const clock = manualClock();
          const bucket = createBucket(clock);
          bucket.limit(rate);
          const one = taker(bucket);
          one.run();
          clock.advance(seconds * 1000);
          const slack = Math.max(rate * 0.2, 2 * BLOCK_LENGTH);
          expect(one.taken).toBeLessThanOrEqual(rate * seconds + slack);
          expect(one.taken).toBeGreaterThanOrEqual(rate * seconds - slack);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('is shared evenly by those who want more than there is', () => {
    const clock = manualClock();
    const bucket = createBucket(clock);
    bucket.limit(1000 * KIB);
    const takers = [taker(bucket), taker(bucket), taker(bucket)];
    for (const one of takers) one.run();
    clock.advance(30_000);
    const [least, , most] = takers.map((one) => one.taken).sort((a, b) => a - b);
    expect((least ?? 0) / (most ?? 1)).toBeGreaterThan(0.9);
  });

  it('counts what was promised until it has come, and lets go of what will not', () => {
    const clock = manualClock();
    const bucket = createBucket(clock);
    bucket.limit(100 * KIB);
    clock.advance(1_000);
    bucket.promise(100 * KIB);
    let turns = 0;
    const turn = (): void => {
      turns += 1;
    };
    expect(bucket.admits(turn)).toBe(false);
    clock.advance(10_000);
    expect(turns).toBe(0);
    bucket.settle(100 * KIB);
    clock.advance(1_000);
    expect(turns).toBe(1);
    expect(bucket.admits(turn)).toBe(true);
  });

  it('calls those who wait when it is lifted, and not those who left', () => {
    const clock = manualClock();
    const bucket = createBucket(clock);
    bucket.limit(20 * KIB);
    bucket.spend(10_000 * KIB);
    const called: string[] = [];
    const stay = (): void => void called.push('stay');
    const gone = (): void => void called.push('gone');
    bucket.admits(stay);
    bucket.admits(gone);
    bucket.leave(gone);
    clock.advance(60_000);
    expect(called).toEqual([]);
    bucket.limit(null);
    clock.advance(10);
    expect(called).toEqual(['stay']);
  });
});
