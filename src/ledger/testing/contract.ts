import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../shared/ports/ledger.ts';
import type { FeedItem, TradeTotals } from '../../shared/ports/payments.ts';
import { done, unwrap } from '../../shared/result.ts';
import { satoshi } from '../../shared/units.ts';
import { channelOf, cidOf, createBooks, hashOf, outboxOf, peerOf } from './records.ts';

/** A place on disk, empty at first, that a test opens, closes and opens again. */
export interface Place {
  open(): Promise<Ledger>;
}

/** What every implementation of the port promises. */
export const describeLedger = (name: string, makePlace: () => Place): void => {
  const start = async () => {
    const place = makePlace();
    return { place, ledger: await place.open(), books: createBooks() };
  };

  describe(`ledger contract: ${name}`, () => {
    it('is empty at first', async () => {
      const { ledger } = await start();
      expect(await ledger.channels()).toEqual([]);
      expect(await ledger.accounts()).toEqual([]);
      expect(await ledger.outbox()).toEqual([]);
      expect(await ledger.history({ limit: 10 })).toEqual([]);
      expect(await ledger.totals()).toEqual({
        all: {
          paidSat: 0,
          paidBytes: 0,
          paidBlocks: 0,
          earnedSat: 0,
          earnedBytes: 0,
          earnedBlocks: 0,
        },
        torrents: [],
      });
      expect(await ledger.audit()).toEqual({ ok: true, channels: 0, batches: 0, problems: [] });
    });

    it('keeps every field of every record over a restart', async () => {
      const { place, ledger, books } = await start();
      const settled = channelOf(9, {
        role: 'payee',
        status: 'settled',
        closingTxid: outboxOf(5).txid,
        closingFee: satoshi(27),
        note: 'The payer asked.',
      });
      const unfunded = channelOf(10, { role: 'payer', funding: null, fundingTxid: null });
      const paying = books.pay({ channel: 0, torrent: 1, sats: [17, 17] });
      unwrap(await ledger.commit(paying));
      unwrap(await ledger.commit({ channels: [settled, unfunded], outbox: [outboxOf(5)] }));
      await ledger.close();

      const again = await place.open();
      const channels = await again.channels();
      expect(channels).toHaveLength(3);
      expect(channels).toEqual(
        expect.arrayContaining([settled, unfunded, ...(paying.channels ?? [])]),
      );
      expect(await again.accounts()).toEqual(paying.accounts);
      expect(await again.outbox()).toEqual([outboxOf(5)]);
      expect(await again.history({ limit: 10 })).toMatchObject([{ id: 1, sat: 34, blocks: 2 }]);
      expect((await again.totals()).all).toMatchObject({ paidSat: 34, paidBlocks: 2 });
    });

    it('adds the funding of a channel later, and keeps it', async () => {
      const { place, ledger } = await start();
      const opening = channelOf(1, { role: 'payer', status: 'opening', funding: null });
      const funding = new Uint8Array(5_000).fill(7);
      unwrap(await ledger.commit({ channels: [opening] }));
      unwrap(await ledger.commit({ channels: [{ ...opening, status: 'open', funding }] }));
      unwrap(await ledger.commit({ channels: [{ ...opening, status: 'closing', funding }] }));
      await ledger.close();
      expect(await (await place.open()).channels()).toEqual([
        { ...opening, status: 'closing', funding },
      ]);
    });

    it('lets the last record of a key win, in commits of one turn too', async () => {
      const { ledger } = await start();
      const paid = (n: number) => channelOf(1, { role: 'payer', paid: satoshi(n) });
      const results = await Promise.all(
        [3, 1, 2].map((n) =>
          ledger.commit({ channels: [paid(n)], outbox: [outboxOf(1, { attempts: n })] }),
        ),
      );
      expect(results).toEqual([done, done, done]);
      expect(await ledger.channels()).toEqual([paid(2)]);
      expect(await ledger.outbox()).toEqual([outboxOf(1, { attempts: 2 })]);
    });

    it('gives strictly increasing ids in the order of the commits', async () => {
      const { place, ledger, books } = await start();
      const torrents = [1, 2, 3, 4, 5, 6];
      await Promise.all(
        torrents
          .slice(0, 5)
          .map((torrent) => ledger.commit(books.pay({ channel: 0, torrent, sats: [torrent] }))),
      );
      await ledger.close();
      const again = await place.open();
      unwrap(await again.commit(books.pay({ channel: 0, torrent: 6, sats: [6] })));
      const items = await again.history({ limit: 100 });
      expect(items.map(({ id }) => id)).toEqual([6, 5, 4, 3, 2, 1]);
      expect(items.map(({ infoHash }) => infoHash)).toEqual(torrents.toReversed().map(hashOf));
    });

    it('pages and filters the history', async () => {
      const { ledger, books } = await start();
      for (let n = 0; n < 60; n += 1) {
        const commits = [0, 1].map((extra) =>
          ledger.commit(
            books.pay({ channel: (n * 2 + extra) % 8, torrent: n % 3, sats: [n + 1, 1] }),
          ),
        );
        await Promise.all(commits);
      }
      const all = await ledger.history({ limit: 1_000 });
      expect(all).toHaveLength(120);

      const paged: FeedItem[] = [];
      for (;;) {
        const last = paged.at(-1);
        const page = await ledger.history({ limit: 7, ...(last && { before: last.id }) });
        if (page.length === 0) break;
        paged.push(...page);
      }
      expect(paged).toEqual(all);

      const some = { direction: 'received', infoHash: hashOf(1), peer: peerOf(2) } as const;
      const expected = all.filter(
        (item) =>
          item.direction === 'received' && item.infoHash === hashOf(1) && item.peer === peerOf(2),
      );
      expect(expected.length).toBeGreaterThan(3);
      expect(await ledger.history({ limit: 1_000, ...some })).toEqual(expected);
      expect(await ledger.history({ limit: 0 })).toEqual([]);
    });

    it('finds old batches behind many new ones', async () => {
      const { ledger, books } = await start();
      unwrap(await ledger.commit(books.pay({ channel: 5, torrent: 99, sats: [5] })));
      const many = Array.from({ length: 1_500 }, () =>
        ledger.commit(books.pay({ channel: 0, torrent: 1, sats: [1] })),
      );
      await Promise.all(many);
      expect(await ledger.history({ limit: 5, infoHash: hashOf(99) })).toMatchObject([
        { id: 1, direction: 'received', cid: cidOf(5), bytes: 16_384, sat: 5 },
      ]);
      expect(await ledger.audit()).toMatchObject({ ok: true, batches: 1_501 });
    });

    it('keeps totals of all and of each torrent', async () => {
      const { place, ledger, books } = await start();
      await Promise.all([
        ledger.commit(books.pay({ channel: 0, torrent: 1, sats: [17, 17] })),
        ledger.commit(books.pay({ channel: 1, torrent: 2, sats: [4] })),
        ledger.commit(books.pay({ channel: 4, torrent: 1, sats: [100] })),
      ]);
      const first: TradeTotals = {
        paidSat: satoshi(34),
        paidBytes: 32_768,
        paidBlocks: 2,
        earnedSat: satoshi(100),
        earnedBytes: 16_384,
        earnedBlocks: 1,
      };
      const expected = {
        all: { ...first, paidSat: 38, paidBytes: 49_152, paidBlocks: 3 },
        torrents: expect.arrayContaining([
          { infoHash: hashOf(1), ...first },
          expect.objectContaining({ infoHash: hashOf(2), paidSat: 4, earnedSat: 0 }),
        ]) as unknown,
      };
      expect(await ledger.totals()).toEqual(expected);
      await ledger.close();
      expect(await (await place.open()).totals()).toEqual(expected);
    });

    it('resolves an empty commit', async () => {
      const { ledger } = await start();
      expect(await ledger.commit({})).toEqual(done);
    });

    it('refuses a batch with a column that is too short, and keeps nothing of its commit', async () => {
      const { ledger, books } = await start();
      const commit = books.pay({ channel: 0, torrent: 1, sats: [1, 2] });
      const batches = (commit.batches ?? []).map((batch) => ({
        ...batch,
        ages: new Uint32Array(1),
      }));
      expect(await ledger.commit({ ...commit, batches })).toMatchObject({
        ok: false,
        error: { code: 'bad-input' },
      });
      expect(await ledger.channels()).toEqual([]);
    });

    it('does not see what happens to a record after its commit', async () => {
      const { ledger, books } = await start();
      const commit = books.pay({ channel: 0, torrent: 1, sats: [1, 2] });
      unwrap(await ledger.commit(commit));
      commit.batches?.[0]?.sats.fill(9);
      commit.channels?.[0]?.signature.fill(9);
      expect((await ledger.channels())[0]?.signature[0]).toBe(2);
      expect(await ledger.audit()).toMatchObject({ ok: true });
    });

    it('keeps settings of any shape', async () => {
      const { place, ledger } = await start();
      const value = { mode: 'fixed', bytes: new Uint8Array([1, 2]), list: [1, null] };
      expect(await ledger.setting('missing')).toBeUndefined();
      unwrap(await ledger.putSetting('batcher', value));
      unwrap(await ledger.putSetting('other', 1));
      await ledger.close();
      const again = await place.open();
      expect(await again.setting('batcher')).toEqual(value);
      unwrap(await again.putSetting('batcher', 'new'));
      expect(await again.setting<string>('batcher')).toBe('new');
      expect(await again.setting('other')).toBe(1);
    });

    it('finishes what is under way when it is closed, and fails what comes later', async () => {
      const { place, ledger, books } = await start();
      const commit = ledger.commit(books.pay({ channel: 0, torrent: 1, sats: [1] }));
      await ledger.close();
      expect(await commit).toEqual(done);
      const late = await ledger.commit(books.pay({ channel: 0, torrent: 1, sats: [1] }));
      expect(late).toMatchObject({ ok: false, error: { code: 'storage' } });
      expect(await (await place.open()).history({ limit: 9 })).toHaveLength(1);
    });

    it('exports what it holds', async () => {
      const { ledger, books } = await start();
      unwrap(await ledger.commit(books.pay({ channel: 0, torrent: 1, sats: [17, 17] })));
      unwrap(await ledger.commit(books.pay({ channel: 4, torrent: 2, sats: [5] })));
      const csv = await ledger.exportHistory('csv');
      const row = (fields: readonly unknown[]): string => `${fields.join(',')}\r\n`;
      expect(csv).toBe(
        row([
          ...['id', 'time', 'direction', 'info_hash', 'peer', 'channel'],
          ...['blocks', 'bytes', 'satoshi', 'channel_total_satoshi', 'kind', 'batches'],
        ]) +
          row([
            ...[1, '2026-01-01T00:00:00.250Z', 'sent', hashOf(1), peerOf(0), cidOf(0)],
            ...[2, 32_768, 34, 34, 'batch', 1],
          ]) +
          row([
            ...[2, '2026-01-01T00:00:00.500Z', 'received', hashOf(2), peerOf(2), cidOf(4)],
            ...[1, 16_384, 5, 5, 'batch', 1],
          ]),
      );
      expect(JSON.parse(await ledger.exportHistory('json'))).toEqual([
        expect.objectContaining({ id: 1, direction: 'sent', satoshi: 34, channel: cidOf(0) }),
        expect.objectContaining({ id: 2, time: '2026-01-01T00:00:00.500Z', blocks: 1 }),
      ]);
    });
  });
};
