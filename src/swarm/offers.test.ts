import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENOUGH_PEERS } from './limits.ts';
import { createOffers, type Offered } from './offers.ts';

const ALONE: Omit<Offered, 'complete'> = { connected: 0, served: false, owed: 0, others: null };

const start = () => {
  const clock = { at: 1_000, now: () => clock.at };
  const offers = createOffers(clock);
  return { clock, next: (complete: boolean) => offers.next({ ...ALONE, complete }), offers };
};

describe('offers', () => {
  it('lets the first titles offer as the library does', () => {
    const { next } = start();
    expect([false, true, false].map((complete) => next(complete))).toEqual([5, 5, 5]);
  });

  it('keeps a library of many titles from filling the page with connections', () => {
    const { clock, next } = start();
    let sent = 0;
    for (let title = 0; title < 500; title += 1) sent += next(true);
    expect(sent).toBe(60);
    // A title that is wanted now is looked for all the same.
    expect(next(false)).toBe(1);
    clock.at += 50_000;
    expect(next(false)).toBe(5);
  });

  it('never has more under way than it may, beyond one for each wanted title', () => {
    const announces = fc.array(fc.record({ complete: fc.boolean(), wait: fc.nat(20_000) }), {
      maxLength: 300,
    });
    fc.assert(
      fc.property(announces, (list) => {
        const { clock, next } = start();
        const sent: { at: number; count: number }[] = [];
        for (const { complete, wait } of list) {
          clock.at += wait;
          const count = next(complete);
          expect(count).toBeGreaterThanOrEqual(complete ? 0 : 1);
          expect(count).toBeLessThanOrEqual(5);
          sent.push({ at: clock.at, count: complete ? count : count - 1 });
          const alive = sent.filter(({ at }) => at > clock.at - 50_000);
          expect(alive.reduce((sum, each) => sum + each.count, 0)).toBeLessThanOrEqual(120);
        }
      }),
    );
  });

  it('are for those that are not met yet', () => {
    const { offers } = start();
    const title = { complete: false, served: true, owed: 0, others: 6 };
    const counts = [0, 3, 6, 9].map((connected) => offers.next({ ...title, connected }));
    expect(counts).toEqual([5, 3, 0, 0]);
  });

  it('end when enough peers are met, unless none of them has everything', () => {
    const { offers } = start();
    const title = { complete: false, served: true, owed: 0, others: 100 };
    expect(offers.next({ ...title, connected: ENOUGH_PEERS - 2 })).toBe(2);
    expect(offers.next({ ...title, connected: ENOUGH_PEERS })).toBe(0);
    expect(offers.next({ ...title, connected: ENOUGH_PEERS, served: false })).toBe(5);
    expect(offers.next({ ...title, connected: ENOUGH_PEERS, complete: true })).toBe(0);
  });

  it('to find the one that has everything offers to many, although all others are met', () => {
    const offers = createOffers({ now: () => 0 });
    const title = { complete: false, served: false, owed: 0, connected: 11, others: 12 };
    expect(offers.next(title)).toBe(5);
    expect(offers.next({ ...title, connected: 12 })).toBe(0);
    expect(offers.next({ ...title, served: true })).toBeLessThanOrEqual(1);
  });

  it('go on while somebody who is gone is owed something', () => {
    const { offers } = start();
    const title = { complete: true, served: true, connected: ENOUGH_PEERS, others: 100 };
    expect([0, 1, 9].map((owed) => offers.next({ ...title, owed }))).toEqual([0, 5, 5]);
    const met = { ...title, owed: 1 };
    expect(offers.next({ ...met, others: ENOUGH_PEERS + 1 })).toBe(5);
    expect(offers.next({ ...met, others: ENOUGH_PEERS })).toBe(0);
  });
});
