import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { done, unwrap } from '../shared/result.ts';
import { createMemoryDisk, openMemoryLedger, type WriteFate } from './memory.ts';
import { describeLedger } from './testing/contract.ts';
import { describeRetention } from './testing/retention.ts';
import { createBooks, type Payment } from './testing/records.ts';

const makePlace = () => {
  const disk = createMemoryDisk();
  return { open: () => openMemoryLedger({ disk }) };
};
describeLedger('memory', makePlace);
describeRetention('memory', makePlace);

const payment = fc.record<Payment>({
  channel: fc.nat({ max: 7 }),
  torrent: fc.nat({ max: 4 }),
  sats: fc.array(fc.nat({ max: 5_000 }), { minLength: 1, maxLength: 20 }),
});

/** A write that never comes back must not hang a test: the commits of one turn settle within a few. */
const settledSoon = async <T>(promises: readonly Promise<T>[]): Promise<(T | 'pending')[]> => {
  const seen = promises.map<T | 'pending'>(() => 'pending');
  promises.forEach((promise, index) => void promise.then((value) => (seen[index] = value)));
  await new Promise<void>((resolve) => setImmediate(resolve));
  return seen;
};

describe('memory ledger', { timeout: 60_000 }, () => {
  it('conserves money over any payments, grouped in any way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(payment, { maxLength: 8 }), { maxLength: 12 }),
        async (turns) => {
          const ledger = await openMemoryLedger();
          const books = createBooks();
          for (const turn of turns) {
            const results = await Promise.all(turn.map((one) => ledger.commit(books.pay(one))));
            expect(results.every(({ ok }) => ok)).toBe(true);
          }
          const report = await ledger.audit();
          expect(report.problems).toEqual([]);
          expect(report.batches).toBe(turns.flat().length);
          const { all } = await ledger.totals();
          const sum = turns
            .flat()
            .flatMap(({ sats }) => sats)
            .reduce((a, b) => a + b, 0);
          expect(all.paidSat + all.earnedSat).toBe(sum);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('keeps all or nothing of a transaction that is killed, and agrees with itself afterwards', async () => {
    const fates = fc.constantFrom<WriteFate>('killed-before', 'killed-after');
    await fc.assert(
      fc.asyncProperty(
        fc.array(payment, { minLength: 1, maxLength: 10 }),
        fc.nat({ max: 9 }),
        fates,
        async (payments, at, end) => {
          const disk = createMemoryDisk();
          const fate = (index: number): WriteFate => (index === at ? end : 'kept');
          const ledger = await openMemoryLedger({ disk, fate });
          const books = createBooks();
          let heard = 0;
          for (const one of payments) {
            const [result] = await settledSoon([ledger.commit(books.pay(one))]);
            if (result === 'pending') break;
            expect(result).toEqual(done);
            heard += 1;
          }
          const again = await openMemoryLedger({ disk });
          const report = await again.audit();
          expect(report.problems).toEqual([]);
          const died = at < payments.length;
          expect(heard).toBe(died ? at : payments.length);
          expect(report.batches).toBe(heard + (died && end === 'killed-after' ? 1 : 0));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('forgets a transaction that failed, in its totals and ids too', async () => {
    const fate = (index: number): WriteFate => (index === 1 ? 'quota' : 'kept');
    const ledger = await openMemoryLedger({ fate });
    const first = createBooks();
    unwrap(await ledger.commit(first.pay({ channel: 0, torrent: 1, sats: [1] })));
    const lost = await ledger.commit(createBooks().pay({ channel: 1, torrent: 1, sats: [100] }));
    expect(lost).toMatchObject({ ok: false, error: { code: 'quota' } });
    unwrap(await ledger.commit(first.pay({ channel: 0, torrent: 2, sats: [2] })));
    expect((await ledger.totals()).all).toMatchObject({ paidSat: 3, paidBlocks: 2 });
    expect((await ledger.history({ limit: 9 })).map(({ id }) => id)).toEqual([2, 1]);
    expect(await ledger.audit()).toMatchObject({ ok: true, batches: 2 });
  });
});
