import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOffers } from './offers.ts';

const start = () => {
  const clock = { at: 1_000, now: () => clock.at };
  return { clock, offers: createOffers(clock) };
};

describe('offers', () => {
  it('lets the first titles offer as the library does', () => {
    const { offers } = start();
    expect([false, true, false].map((complete) => offers.next(complete))).toEqual([5, 5, 5]);
  });

  it('keeps a library of many titles from filling the page with connections', () => {
    const { clock, offers } = start();
    let sent = 0;
    for (let title = 0; title < 500; title += 1) sent += offers.next(true);
    expect(sent).toBe(60);
    // A title that is wanted now is looked for all the same.
    expect(offers.next(false)).toBe(1);
    clock.at += 50_000;
    expect(offers.next(false)).toBe(5);
  });

  it('never has more under way than it may, beyond one for each wanted title', () => {
    const announces = fc.array(fc.record({ complete: fc.boolean(), wait: fc.nat(20_000) }), {
      maxLength: 300,
    });
    fc.assert(
      fc.property(announces, (list) => {
        const { clock, offers } = start();
        const sent: { at: number; count: number }[] = [];
        for (const { complete, wait } of list) {
          clock.at += wait;
          const count = offers.next(complete);
          expect(count).toBeGreaterThanOrEqual(complete ? 0 : 1);
          expect(count).toBeLessThanOrEqual(5);
          sent.push({ at: clock.at, count: complete ? count : count - 1 });
          const alive = sent.filter(({ at }) => at > clock.at - 50_000);
          expect(alive.reduce((sum, each) => sum + each.count, 0)).toBeLessThanOrEqual(120);
        }
      }),
    );
  });
});
