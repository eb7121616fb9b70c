import { describe, expect, it } from 'vitest';
import type { LedgerCopy } from '../../shared/ports/ledger.ts';
import { done, unwrap } from '../../shared/result.ts';
import type { Place } from './contract.ts';
import { cidOf, createBooks, hashOf, outboxOf, peerOf } from './records.ts';

/** Accounts come in any order. */
const sorted = ({ accounts, ...rest }: LedgerCopy): LedgerCopy => ({
  ...rest,
  accounts: [...accounts].sort((a, b) => (a.role + a.peer < b.role + b.peer ? -1 : 1)),
});

/** What every implementation of the port promises about old batches, as sums and in copies. */
export const describeRetention = (name: string, makePlace: () => Place): void => {
  const start = async () => {
    const place = makePlace();
    return { place, ledger: await place.open(), books: createBooks() };
  };

  describe(`ledger retention: ${name}`, () => {
    it('adds up old days of channels that are over, and only those', async () => {
      const { place, ledger, books } = await start();
      for (const sats of [[17, 17], [3]]) {
        for (const torrent of [1, 2]) {
          unwrap(await ledger.commit(books.pay({ channel: 0, torrent, sats })));
        }
      }
      const all = { before: Number.MAX_SAFE_INTEGER, keep: 0 };
      expect(await ledger.compact(all)).toEqual({ ok: true, value: { batches: 0 } });
      const over = books.change(0, { status: 'settled' });
      unwrap(await ledger.commit({ channels: over === null ? [] : [over] }));
      unwrap(await ledger.commit(books.pay({ channel: 1, torrent: 1, sats: [9] })));
      const before = { totals: await ledger.totals(), channels: await ledger.channels() };

      expect(await ledger.compact({ before: 0, keep: 2 })).toEqual({
        ok: true,
        value: { batches: 3 },
      });
      expect(await ledger.compact(all)).toEqual({ ok: true, value: { batches: 1 } });
      const again = await place.open();
      for (const one of [ledger, again]) {
        expect(await one.totals()).toEqual(before.totals);
        expect(await one.channels()).toEqual(before.channels);
        expect(await one.audit()).toEqual({ ok: true, channels: 2, batches: 5, problems: [] });
        expect(await one.history({ limit: 9 })).toEqual([
          expect.objectContaining({ id: 5, sat: 9 }),
          expect.objectContaining({ id: 4, infoHash: hashOf(2), sat: 37, batches: 2, blocks: 3 }),
          expect.objectContaining({ id: 3, infoHash: hashOf(1), sat: 37, batches: 2, blocks: 3 }),
        ]);
        expect(await one.history({ limit: 1, before: 4 })).toMatchObject([{ id: 3 }]);
        const [, day] = (await one.exportHistory('csv')).split('\r\n');
        expect(day).toBe(
          `3,2026-01-01T00:00:00.750Z,sent,${hashOf(1)},${peerOf(0)},${cidOf(0)},3,49152,37,71,day-total,2`,
        );
      }
      unwrap(await again.commit(books.pay({ channel: 1, torrent: 1, sats: [1] })));
      expect(await again.audit()).toMatchObject({ ok: true, batches: 6 });
    });

    it('takes the old part of what was written together', async () => {
      const { ledger, books } = await start();
      const payments = [0, 0, 1, 0].map((channel) =>
        books.pay({ channel, torrent: 1, sats: [17] }),
      );
      for (const result of await Promise.all(payments.map((one) => ledger.commit(one))))
        unwrap(result);
      const over = books.change(0, { status: 'settled' });
      unwrap(await ledger.commit({ channels: over === null ? [] : [over] }));
      const all = { before: Number.MAX_SAFE_INTEGER, keep: 0 };
      expect(await ledger.compact(all)).toEqual({ ok: true, value: { batches: 2 } });
      expect(await ledger.history({ limit: 9 })).toMatchObject([
        { id: 4, sat: 17 },
        { id: 3, sat: 17 },
        { id: 2, sat: 34, batches: 2 },
      ]);
      unwrap(await ledger.commit(books.pay({ channel: 1, torrent: 1, sats: [1] })));
      expect(await ledger.audit()).toMatchObject({ ok: true, batches: 5 });
    });

    it('is taken over by an empty one as a copy, with settings, and by no other', async () => {
      const { ledger, books } = await start();
      unwrap(await ledger.commit(books.pay({ channel: 0, torrent: 1, sats: [17, 17] })));
      unwrap(await ledger.commit(books.pay({ channel: 4, torrent: 2, sats: [5] })));
      unwrap(await ledger.commit({ outbox: [outboxOf(1)] }));
      const copy = await ledger.copy();
      const place = makePlace();
      const heir = await place.open();
      unwrap(await heir.putSetting('gone', 1));
      const settings = [
        ['key', { a: 1 }],
        ['gone', undefined],
      ] as const;
      expect(await heir.restore(copy, settings)).toEqual(done);
      expect(await heir.restore(copy, settings)).toMatchObject({
        ok: false,
        error: { code: 'busy' },
      });
      const again = await place.open();
      for (const one of [heir, again]) {
        expect(sorted(await one.copy())).toEqual(sorted(copy));
        expect(await one.totals()).toEqual(await ledger.totals());
        expect(await one.audit()).toEqual(await ledger.audit());
        expect(await one.setting('key')).toEqual({ a: 1 });
        expect(await one.setting('gone')).toBeUndefined();
      }
      unwrap(await again.commit(books.pay({ channel: 4, torrent: 2, sats: [5] })));
      expect(await again.audit()).toMatchObject({ ok: true, batches: 3 });
    });
  });
};
