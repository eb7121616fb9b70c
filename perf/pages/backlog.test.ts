import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBacklog } from './backlog.ts';

describe('a backlog', () => {
  it('hands out every report once, in order, however it grows', () => {
    const steps = fc.array(fc.tuple(fc.nat(3_000), fc.nat(100)), { maxLength: 12 });
    fc.assert(
      fc.property(steps, (rounds) => {
        const backlog = createBacklog();
        const handed: number[] = [];
        let time = 0;
        let paid = 0;
        for (const [added, share] of rounds) {
          for (let block = 0; block < added; block += 1) backlog.add((time += 1));
          paid += Math.floor((backlog.waiting * share) / 100);
          backlog.paid(paid, (at) => handed.push(at));
          expect(backlog.waiting).toBe(backlog.reported - paid);
        }
        expect(handed).toEqual(Array.from({ length: paid }, (_, at) => at + 1));
      }),
      { numRuns: 30 },
    );
  });

  it('does not take a payment for what was never reported', () => {
    const backlog = createBacklog();
    backlog.add(1);
    expect(() => backlog.paid(2, () => undefined)).toThrow(RangeError);
  });
});
