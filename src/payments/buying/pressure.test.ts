import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addCost, ceilSat, ZERO_COST } from '../../protocol/pricing.ts';
import { WINDOW_MAX } from '../../protocol/policy.ts';
import { BLOCK_LENGTH, satPerMiB } from '../../shared/units.ts';
import { BATCH_ROWS_MAX, READY_BYTES_MAX } from '../limits.ts';
import { createPayerStand, type PayerStand } from '../testing/payer-stand.ts';
import { turn } from '../testing/stepped-clock.ts';

const SMALL = 1_024;
const PRICE = 1_088;

const backlog = ({ meter }: PayerStand): number => meter.read(0).pressure.backlog;

describe('back-pressure of an account', () => {
  it('stops asking at the bound, says so once, and goes on at half of it', async () => {
    const stand = createPayerStand();
    const { book, account } = stand;
    stand.arrive(1, 1, SMALL, PRICE);
    await turn();
    book.automatic = false;
    stand.arrive(1, 1, SMALL, PRICE);
    await stand.clock.advance(250);
    stand.arrive(1, BATCH_ROWS_MAX - 1, SMALL, PRICE);
    expect(stand.state(1)).toBe('buying');
    stand.arrive(1, 1, SMALL, PRICE);
    stand.arrive(1, 9, SMALL, PRICE);
    expect([stand.state(1), backlog(stand)]).toEqual(['catching-up', 1]);
    stand.mode('adaptive');
    book.automatic = true;
    book.store(true);
    await stand.clock.advance(1_000);
    expect(account.ready.size).toBeLessThan(BATCH_ROWS_MAX / 2);
    expect([stand.state(1), backlog(stand)]).toEqual(['buying', 1]);
  });

  it('counts bytes as well', async () => {
    const stand = createPayerStand();
    stand.book.automatic = false;
    stand.arrive(1, 1, 1 << 20, PRICE);
    stand.mode('adaptive');
    await turn();
    stand.arrive(1, READY_BYTES_MAX / (1 << 20) - 1, 1 << 20, PRICE);
    expect(stand.state(1)).toBe('buying');
    stand.arrive(1, 1, 1 << 20, PRICE);
    expect(stand.state(1)).toBe('catching-up');
  });

  it('asks for nothing while writing fails or no channel has room', async () => {
    const stand = createPayerStand([200]);
    stand.arrive(1, 1);
    expect(stand.state(1)).toBe('buying');
    stand.disk('full');
    expect(stand.state(1)).toBe('not-buying');
    stand.disk(null);
    expect(stand.state(1)).toBe('buying');
    stand.arrive(1, 20);
    await stand.clock.advance(250);
    expect(stand.state(1)).toBe('not-buying');
    stand.fund(10_000);
    await stand.clock.advance(250);
    expect([stand.state(1), stand.account.ready.size]).toEqual(['buying', 0]);
  });
});

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('ask' as const),
      title: fc.integer({ min: 1, max: 3 }),
      count: fc.integer({ min: 1, max: 600 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('come' as const),
      count: fc.integer({ min: 1, max: 1_024 }),
      length: fc.constantFrom(BLOCK_LENGTH, 700),
    }),
  },
  fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 300 }) }),
  fc.record({ do: fc.constantFrom('slow', 'store', 'fail', 'mend', 'fund') }),
  fc.record({ do: fc.constantFrom('adaptive' as const, 'fixed' as const) }),
);

describe('the queue of an account', () => {
  it('keeps to its bound and one window, and pays everything once when it can again', async () => {
    let stopped = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80, size: 'max' }), async (steps) => {
        const stand = createPayerStand([30_000]);
        const { account, book } = stand;
        // What the page asked for and the payee sends: no more than the largest window at a time.
        const coming: number[] = [];
        const window = WINDOW_MAX / BLOCK_LENGTH;
        const arrived = new Map<number, number>();
        let cost = ZERO_COST;
        let blocks = 0;
        const come = (count: number, length: number): void => {
          for (const title of coming.splice(0, count)) {
            stand.arrive(title, 1, length, PRICE);
            arrived.set(title, (arrived.get(title) ?? 0) + 1);
            cost = addCost(cost, length, satPerMiB(PRICE));
            blocks += 1;
          }
        };
        stand.arrive(1, 0);
        stand.arrive(2, 0);
        stand.arrive(3, 0);
        for (const one of steps) {
          if (one.do === 'ask' && 'title' in one) {
            if (stand.state(one.title) !== 'buying') continue;
            const count = Math.min(one.count, window - coming.length);
            coming.push(...Array.from({ length: count }, () => one.title));
          } else if ('length' in one) come(one.count, one.length);
          else if ('ms' in one) await stand.clock.advance(one.ms);
          else if (one.do === 'adaptive' || one.do === 'fixed') stand.mode(one.do);
          else if (one.do === 'slow') book.automatic = false;
          else if (one.do === 'store') book.store();
          else if (one.do === 'fail') stand.disk('full');
          else if (one.do === 'mend') stand.disk(null);
          else stand.fund(30_000);
          await turn();
          expect(account.ready.size).toBeLessThanOrEqual(BATCH_ROWS_MAX + window);
          expect(account.ready.bytes).toBeLessThanOrEqual(READY_BYTES_MAX + WINDOW_MAX);
          if (account.pressed) {
            for (const title of [1, 2, 3]) expect(stand.state(title)).not.toBe('buying');
          }
        }
        stopped += backlog(stand);
        come(coming.length, BLOCK_LENGTH);
        stand.disk(null);
        stand.fund(1e8);
        await stand.clock.advance(1_000);
        await stand.pump.flush(account, 'close');
        await stand.clock.advance(10_000);

        expect(book.batches.reduce((sum, { sat }) => sum + sat, 0)).toBe(ceilSat(cost));
        const pieces = new Map<number, number[]>();
        for (const batch of book.batches) {
          const title = parseInt(batch.infoHash.slice(0, 1), 16);
          pieces.set(title, [...(pieces.get(title) ?? []), ...batch.pieces]);
        }
        let paid = 0;
        for (const [title, list] of pieces) {
          expect(list).toEqual(Array.from({ length: list.length }, (_, piece) => piece));
          expect(list.length).toBeLessThanOrEqual(arrived.get(title) ?? 0);
          paid += list.length;
        }
        expect(paid + account.ready.size).toBe(blocks);
        for (const title of [1, 2, 3]) expect(stand.state(title)).toBe('buying');
      }),
      { numRuns: 200 },
    );
    // The steps are such that the bound is met.
    expect(stopped).toBeGreaterThan(0);
  }, 60_000);
});
