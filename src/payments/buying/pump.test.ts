import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SIGNATURES_PER_SECOND } from '../../protocol/policy.ts';
import { addCost, ceilSat, ZERO_COST } from '../../protocol/pricing.ts';
import { BLOCK_LENGTH, MIB, satPerMiB } from '../../shared/units.ts';
import { createPayerStand, type PayerStand } from '../testing/payer-stand.ts';
import { turn } from '../testing/stepped-clock.ts';
import type { PayerAccount } from './account.ts';

const titleOf = (hash: string): number => parseInt(hash.slice(0, 1), 16);

/** What each signature covers: reason, and blocks by title. */
const summary = ({ signed }: PayerStand) =>
  signed.map(({ reason, batches }) => [
    reason,
    ...batches.map(({ infoHash, pieces }) => [titleOf(infoHash), pieces.length]),
  ]);

/** Pieces of each title in the order in which they were paid. */
const paidPieces = ({ book }: PayerStand): Map<number, number[]> => {
  const pieces = new Map<number, number[]>();
  for (const batch of book.batches) {
    const title = titleOf(batch.infoHash);
    pieces.set(title, [...(pieces.get(title) ?? []), ...batch.pieces]);
  }
  return pieces;
};

describe('the fixed batcher of an account with several titles', () => {
  it('signs for exactly fifty blocks of one title', async () => {
    const stand = createPayerStand();
    for (let i = 0; i < 49; i += 1) {
      stand.arrive(1, 1);
      stand.arrive(2, 1);
      stand.arrive(3, 1);
      await turn();
    }
    expect(stand.signed).toHaveLength(0);
    stand.arrive(2, 1);
    await turn();
    expect(summary(stand)).toEqual([['full', [2, 50]]]);
    stand.arrive(1, 120);
    await turn();
    expect(summary(stand).slice(1)).toEqual([
      ['full', [1, 50]],
      ['full', [1, 50]],
      ['full', [1, 50]],
    ]);
    expect(stand.account.ready.size).toBe(49 + 19);
  });

  it('or for what there is of it when its oldest block has waited 250 ms, to the millisecond', async () => {
    const stand = createPayerStand();
    const start = stand.clock.now();
    stand.arrive(1, 3);
    await stand.clock.advance(100);
    stand.arrive(2, 2);
    stand.arrive(1, 1);
    await stand.clock.advance(149);
    expect(stand.signed).toHaveLength(0);
    await stand.clock.advance(1);
    expect(summary(stand)).toEqual([['waited', [1, 4]]]);
    await stand.clock.advance(99);
    expect(stand.signed).toHaveLength(1);
    await stand.clock.advance(1);
    expect(summary(stand)[1]).toEqual(['waited', [2, 2]]);
    expect(stand.signed.map(({ at }) => at - start)).toEqual([250, 350]);
  });

  it('lets a busy title hold no other up', async () => {
    const stand = createPayerStand();
    const start = stand.clock.now();
    stand.arrive(1, 1);
    for (let ms = 0; ms < 300; ms += 10) {
      stand.arrive(2, 60);
      await stand.clock.advance(10);
    }
    const waited = stand.signed.find(({ reason }) => reason === 'waited');
    expect(waited?.at).toBe(start + 250);
    expect(waited?.batches.map(({ infoHash }) => titleOf(infoHash))).toEqual([1]);
  });

  it('pays everything at once when asked to, a batch a title', async () => {
    const stand = createPayerStand();
    stand.arrive(1, 3);
    stand.arrive(2, 4);
    await stand.pump.flush(stand.account, 'asked');
    expect(summary(stand)).toEqual([['asked', [1, 3], [2, 4]]]);
  });

  it('pays titles together whose blocks make a satoshi only together', async () => {
    const stand = createPayerStand();
    stand.arrive(1, 1);
    await stand.clock.advance(250);
    // 17 sat to the unit: now 40 blocks of one satoshi per MiB are 0.625 sat, paid ahead once.
    stand.arrive(1, 40, BLOCK_LENGTH, 1);
    await stand.clock.advance(250);
    expect(summary(stand)[1]).toEqual(['waited', [1, 40]]);
    stand.arrive(1, 20, BLOCK_LENGTH, 1);
    stand.arrive(2, 20, BLOCK_LENGTH, 1);
    await stand.clock.advance(250);
    expect(summary(stand)[2]).toEqual(['waited', [1, 20], [2, 20]]);
  });

  it('moves on to the next channel when one is used up', async () => {
    const stand = createPayerStand([400, 1e6]);
    stand.arrive(1, 100);
    stand.arrive(2, 100);
    await stand.clock.advance(1_000);
    expect(paidPieces(stand).get(1)).toHaveLength(100);
    expect(paidPieces(stand).get(2)).toHaveLength(100);
    expect(new Set(stand.book.batches.map(({ cid }) => cid)).size).toBe(2);
  });
});

describe('the adaptive batcher of several payees', () => {
  it('signs less often for each while all send at full speed, and for the last as often as alone', async () => {
    const stand = createPayerStand();
    stand.mode('adaptive');
    const others = [stand.beside('cd'), stand.beside('ef')];
    for (const one of [stand.account, ...others]) one.state = { ...one.state, window: 4 * MIB };
    const flow = async (ms: number, payees: readonly PayerAccount[]): Promise<number> => {
      const before = stand.signed.length;
      for (let at = 0; at < ms; at += 5) {
        stand.arrive(1, 1);
        for (const one of payees) {
          one.ready.push(0, at, 0, BLOCK_LENGTH, 1_088, stand.clock.now());
          stand.pump.wake(one);
        }
        await stand.clock.advance(5);
      }
      return stand.signed.length - before;
    };
    // What each may sign ahead is used up first.
    await flow(4_000, others);
    expect(await flow(2_000, others)).toBeLessThanOrEqual(2 * SIGNATURES_PER_SECOND + 3);
    await flow(1_000, []);
    const alone = await flow(2_000, []);
    expect(alone).toBeGreaterThanOrEqual(1.9 * SIGNATURES_PER_SECOND);
    expect(alone).toBeLessThanOrEqual(2 * SIGNATURES_PER_SECOND + 1);
    expect(stand.account.ready.size).toBeLessThan(20);
  });
});

const step = fc.oneof(
  fc.record({
    do: fc.constant('arrive' as const),
    title: fc.integer({ min: 1, max: 4 }),
    count: fc.integer({ min: 1, max: 70 }),
    length: fc.constantFrom(BLOCK_LENGTH, BLOCK_LENGTH, 5_000, 1),
    price: fc.constantFrom(1_088, 1_088, 300, 1),
  }),
  fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 300 }) }),
  fc.record({ do: fc.constantFrom('slow' as const, 'quick' as const, 'store' as const) }),
  fc.record({ do: fc.constant('flush' as const) }),
  fc.record({ do: fc.constantFrom('adaptive' as const, 'fixed' as const) }),
);

describe('the pump', () => {
  it('pays every block of every title once and in order, to the satoshi, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.boolean(), async (steps, small) => {
        const stand = createPayerStand(small ? [3_000, 5_000, 1e9] : [1e9]);
        const { book, clock, account, pump } = stand;
        const arrived = new Map<number, number>();
        let cost = ZERO_COST;
        for (const one of steps) {
          if (one.do === 'arrive') {
            stand.arrive(one.title, one.count, one.length, one.price);
            arrived.set(one.title, (arrived.get(one.title) ?? 0) + one.count);
            for (let i = 0; i < one.count; i += 1) {
              cost = addCost(cost, one.length, satPerMiB(one.price));
            }
          } else if (one.do === 'advance') await clock.advance(one.ms);
          else if (one.do === 'slow') book.automatic = false;
          else if (one.do === 'store') book.store();
          else if (one.do === 'quick') {
            book.automatic = true;
            book.store(true);
          } else if (one.do === 'flush') void pump.flush(account, 'asked');
          else stand.mode(one.do);
          await turn();
        }
        book.automatic = true;
        book.store(true);
        await pump.flush(account, 'close');

        const paid = book.batches.reduce((sum, { sat }) => sum + sat, 0);
        expect(paid).toBe(ceilSat(cost));
        for (const [title, count] of arrived) {
          const inOrder = Array.from({ length: count }, (_, piece) => piece);
          const pieces = paidPieces(stand).get(title) ?? [];
          // The last blocks may be paid ahead: they add nothing to what the satoshi before them cover.
          const left = inOrder.slice(pieces.length);
          expect(pieces).toEqual(inOrder.slice(0, pieces.length));
          if (left.length > 0) expect(account.ready.size).toBeGreaterThanOrEqual(left.length);
        }
        const count = [...arrived.values()].reduce((sum, one) => sum + one, 0);
        const batched = book.batches.reduce((sum, { pieces }) => sum + pieces.length, 0);
        expect(batched + account.ready.size).toBe(count);
        const last = new Map<string, number>();
        for (const { cid, paidAfter, sat, sats } of book.batches) {
          expect(paidAfter).toBe((last.get(cid) ?? 0) + sat);
          expect(sats.reduce((sum, share) => sum + share, 0)).toBe(sat);
          last.set(cid, paidAfter);
        }
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});

describe('the fixed rule', () => {
  const event = fc.record({
    title: fc.integer({ min: 1, max: 5 }),
    count: fc.integer({ min: 1, max: 60 }),
    pause: fc.integer({ min: 0, max: 120 }),
  });

  it('holds for each title whatever the others do', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 60 }), async (events) => {
        const stand = createPayerStand();
        for (const { title, count, pause } of events) {
          stand.arrive(title, count);
          await stand.clock.advance(pause);
        }
        await stand.clock.advance(250);
        expect(stand.account.ready.size).toBe(0);
        for (const { reason, batches } of stand.signed) {
          const [batch, ...others] = batches;
          const oldest = Math.max(...(batch?.ages ?? []));
          expect(others).toEqual([]);
          if (reason === 'full') {
            expect(batch?.pieces).toHaveLength(50);
            expect(oldest).toBeLessThanOrEqual(250);
          } else {
            expect(reason).toBe('waited');
            expect(batch?.pieces.length).toBeLessThan(50);
            expect(oldest).toBe(250);
          }
        }
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
