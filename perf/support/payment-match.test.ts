import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockLatencies, durablePayments } from './payment-match.ts';

const PRICE = 1_088;
const WINDOW = 262_144;
const limit = (paid: number, window: number): number => paid * 2 ** 20 + window * PRICE;

describe('credits', () => {
  it('are matched to their payments while the window grows, and others are passed over', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ sat: fc.integer({ min: 1, max: 5_000 }), grows: fc.boolean() }), {
          minLength: 1,
          maxLength: 30,
        }),
        (steps) => {
          let paid = 0;
          let window = WINDOW;
          const pays = [];
          const credits = [{ units: limit(0, window), at: 0 }];
          for (const [index, { sat, grows }] of steps.entries()) {
            paid += sat;
            if (grows && window < 16 * WINDOW) window *= 2;
            pays.push({ cid: 'a', paid, at: 10 * index });
            credits.push({ units: limit(paid, window), at: 10 * index + 5 });
          }
          const found = durablePayments({ pays, credits }, PRICE, WINDOW);
          expect(found.map((one) => one.paid)).toEqual(pays.map((one) => one.paid));
          found.forEach(({ durableAt }, index) =>
            expect(durableAt).toBeLessThanOrEqual(10 * index + 5),
          );
        },
      ),
    );
  });

  it('for a later payment cover the ones before it, on whatever channel', () => {
    const pays = [
      { cid: 'a', paid: 100, at: 0 },
      { cid: 'b', paid: 50, at: 1 },
    ];
    const found = durablePayments(
      { pays, credits: [{ units: limit(150, WINDOW), at: 9 }] },
      PRICE,
      WINDOW,
    );
    expect(found).toEqual([
      { cid: 'a', paid: 100, cameAt: 0, durableAt: 9 },
      { cid: 'b', paid: 50, cameAt: 1, durableAt: 9 },
    ]);
  });
});

describe('latencies', () => {
  const row = {
    infoHash: '',
    peer: '',
    cid: 'a',
    direction: 'sent' as const,
    piece: 1,
    offset: 0,
    length: 16_384,
    sat: 17,
    time: 18,
    age: 6,
    paidAfter: 17,
  };

  it('run from the block to the first payment that covers it', () => {
    const payments = [
      { cid: 'a', paid: 16, cameAt: 19, durableAt: 20 },
      { cid: 'a', paid: 34, cameAt: 25, durableAt: 30 },
    ];
    const { latencies, stages, unmatched } = blockLatencies(
      [{ piece: 1, offset: 0, at: 10 }],
      [row, { ...row, offset: 16_384 }],
      payments,
    );
    expect(latencies).toEqual([20]);
    expect(stages).toEqual([{ toWorker: 2, waiting: 6, signedToSeller: 7, verified: 5 }]);
    expect(unmatched).toBe(1);
  });
});
