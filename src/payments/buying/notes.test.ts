import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOTE_AFTER_MS } from '../../protocol/policy.ts';
import { BLOCK_LENGTH } from '../../shared/units.ts';
import { createPayerStand, type PayerStand } from '../testing/payer-stand.ts';
import { turn } from '../testing/stepped-clock.ts';

/** Bytes that would be known as paid or owed if everything stopped now. */
const remembered = ({ book, account }: PayerStand): number => {
  const { bytes = 0, due = [] } = book.onDisk('payer', account.peer) ?? {};
  return due.reduce((sum, one) => sum + one.bytes, bytes);
};

/** Whether a promise has been kept until now. */
const watch = (promise: Promise<void>): (() => boolean) => {
  let kept = false;
  void promise.then(() => (kept = true));
  return () => kept;
};

const step = fc.oneof(
  fc.record({
    do: fc.constant('arrive' as const),
    title: fc.integer({ min: 1, max: 3 }),
    count: fc.integer({ min: 1, max: 70 }),
  }),
  fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 100 }) }),
  fc.record({ do: fc.constantFrom('slow' as const, 'quick' as const, 'store' as const) }),
  fc.record({ do: fc.constantFrom('adaptive' as const, 'fixed' as const) }),
  fc.record({ do: fc.constantFrom('fund' as const) }),
);

describe('what is owed', () => {
  it('is on disk when that is said of it, whatever happens, and that is said soon', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.boolean(), async (steps, funded) => {
        const stand = createPayerStand(funded ? [1e9] : []);
        const { book, clock, account, pump } = stand;
        let arrived = 0;
        let open = 0;
        const forgotten: number[] = [];
        const ask = (): void => {
          const until = arrived;
          open += 1;
          void pump.noted(account).then(() => {
            open -= 1;
            if (remembered(stand) < until) forgotten.push(until);
          });
        };
        for (const one of steps) {
          if (one.do === 'arrive') {
            stand.arrive(one.title, one.count);
            arrived += one.count * BLOCK_LENGTH;
          } else if (one.do === 'advance') await clock.advance(one.ms);
          else if (one.do === 'slow') book.automatic = false;
          else if (one.do === 'store') book.store();
          else if (one.do === 'fund') stand.fund(2_000);
          else if (one.do === 'quick') {
            book.automatic = true;
            book.store(true);
          } else stand.mode(one.do);
          ask();
          await turn();
          ask();
        }
        book.automatic = true;
        book.store(true);
        await clock.advance(2 * NOTE_AFTER_MS);
        expect(forgotten).toEqual([]);
        expect(open).toBe(0);
        expect(remembered(stand)).toBe(arrived);
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  it('is taken along by a signature that comes in time, without a write of its own', async () => {
    const stand = createPayerStand();
    stand.mode('adaptive');
    stand.arrive(1, 3);
    const noted = watch(stand.pump.noted(stand.account));
    await turn();
    expect(noted()).toBe(true);
    expect(stand.signed).toHaveLength(1);
    await stand.clock.advance(1_000);
    expect(stand.book.onDisk('payer', stand.account.peer)?.due).toEqual([]);
  });

  it('waits for the disk', async () => {
    const stand = createPayerStand();
    stand.mode('adaptive');
    stand.book.automatic = false;
    stand.arrive(1, 3);
    const noted = watch(stand.pump.noted(stand.account));
    await stand.clock.advance(1_000);
    expect(noted()).toBe(false);
    stand.book.store();
    await turn();
    expect(noted()).toBe(true);
  });

  it('keeps nobody waiting when it turned out not to be owed', async () => {
    const stand = createPayerStand([]);
    stand.arrive(1, 2);
    const noted = watch(stand.pump.noted(stand.account));
    stand.account.ready.drop(2);
    await stand.clock.advance(NOTE_AFTER_MS);
    expect(noted()).toBe(true);
  });
});
