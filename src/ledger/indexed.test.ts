import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../shared/clock.ts';
import { done, unwrap } from '../shared/result.ts';
import { satoshi } from '../shared/units.ts';
import { openDatabase } from './database.ts';
import { openIndexedBackend } from './indexed.ts';
import { createLedger } from './ledger.ts';
import { openLedger } from './open.ts';
import { JOURNAL_LIMITS } from './session.ts';
import { WAL_LIMITS } from './wal/log.ts';
import type { Ledger } from '../shared/ports/ledger.ts';
import { describeLedger } from './testing/contract.ts';
import { describeRetention } from './testing/retention.ts';
import { createLogDisk, toolsOn, type LogDisk } from './testing/log-disk.ts';
import { createBooks, hashOf } from './testing/records.ts';

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const request = { name: 'rivulet-test', clock: systemClock };
const open = async (name = request.name) => unwrap(await openLedger({ ...request, name }));
/** The same database beside the ledger, to look into it and to damage it. */
const openRaw = async (name = request.name) => unwrap(await openDatabase({ ...request, name }));

const SHORT = { rows: 7, entries: 2, blocks: 9 };
/** The ledger with a journal that is written back all the time. */
const openShort = async (name: string) =>
  createLedger(await openIndexedBackend(await openRaw(name), SHORT));

let places = 0;
/** Another database each time. */
const elsewhere = (openAt: (name: string) => Promise<Ledger>) => () => {
  places += 1;
  const name = `rivulet-place-${places}`;
  return { open: () => openAt(name) };
};

/** One with a log in front of it, and one whose log is always full. */
const logged = (limits = JOURNAL_LIMITS, entries = WAL_LIMITS.entries) => {
  const disks = new Map<string, LogDisk>();
  return elsewhere(async (name) => {
    const disk = disks.get(name) ?? createLogDisk();
    disks.set(name, disk);
    const walLimits = { ...WAL_LIMITS, entries, settlingMs: 0 };
    const wal = toolsOn(disk, { clock: systemClock, limits: walLimits });
    return createLedger(await openIndexedBackend(await openRaw(name), limits, wal));
  });
};

describeLedger('IndexedDB with a log', logged());
describeLedger('IndexedDB with a short log and a short journal', logged(SHORT, 3));
describeRetention('IndexedDB with a log', logged());
describeRetention('IndexedDB with a short log and a short journal', logged(SHORT, 3));
describeLedger('IndexedDB', elsewhere(open));
describeLedger('IndexedDB with a short journal', elsewhere(openShort));
describeRetention('IndexedDB', elsewhere(open));
describeRetention('IndexedDB with a short journal', elsewhere(openShort));

/** The stores that a method was called on, but for those of ledgers that other tests left open. */
const storesOf = ({
  mock,
}: {
  readonly mock: { readonly contexts: readonly unknown[] };
}): string[] =>
  (mock.contexts as readonly IDBObjectStore[])
    .filter(({ transaction }) => transaction.db.name === request.name)
    .map(({ name }) => name);

describe('IndexedDB ledger', () => {
  it('writes payments with one request, however many channels and torrents they touch', async () => {
    const ledger = await open();
    const books = createBooks();
    const payAll = () =>
      [0, 1, 2, 3, 4, 5].map((channel) =>
        ledger.commit(books.pay({ channel, torrent: channel, sats: [1, 2] })),
      );
    await Promise.all(payAll());
    const put = vi.spyOn(IDBObjectStore.prototype, 'put');
    const add = vi.spyOn(IDBObjectStore.prototype, 'add');
    expect(await Promise.all(payAll())).toEqual(Array(6).fill(done));
    expect(storesOf(put)).toEqual([]);
    expect(storesOf(add)).toEqual(['journal']);
  });

  it('writes the funding of a channel once', async () => {
    const database = await openRaw();
    const put = vi.spyOn(IDBObjectStore.prototype, 'put');
    const ledger = await createLedger(await openIndexedBackend(database));
    const books = createBooks();
    for (let n = 0; n < 5; n += 1) {
      unwrap(await ledger.commit(books.pay({ channel: 0, torrent: 1, sats: [1] })));
    }
    const names = storesOf(put);
    expect(names.filter((name) => name === 'fundings')).toHaveLength(1);
    expect(names.filter((name) => name === 'channels')).toHaveLength(1);
  });

  it('does not let older payments override a channel that was written whole', async () => {
    const ledger = await open();
    const books = createBooks();
    for (const sats of [[1], [2], [3]]) {
      unwrap(await ledger.commit(books.pay({ channel: 0, torrent: 1, sats })));
    }
    const closing = books.change(0, { status: 'closing', ackedPaid: satoshi(6), updatedAt: 99 });
    unwrap(await ledger.commit({ channels: closing === null ? [] : [closing] }));
    expect(await ledger.channels()).toEqual([closing]);
    await ledger.close();
    expect(await (await open()).channels()).toEqual([closing]);
  });

  it('says quota when the disk is full, keeps nothing, and goes on when there is room again', async () => {
    const ledger = await open();
    const books = createBooks();
    unwrap(await ledger.commit(books.pay({ channel: 0, torrent: 1, sats: [1] })));

    // As browsers do it: requests are taken, and the transaction is aborted when it should be kept.
    const full = vi.spyOn(IDBTransaction.prototype, 'commit').mockImplementation(function (
      this: IDBTransaction,
    ) {
      const error = new DOMException('No room.', 'QuotaExceededError');
      Object.defineProperty(this, 'error', { value: error });
      this.abort();
    });
    const other = createBooks();
    const lost = await Promise.all([
      ledger.commit(other.pay({ channel: 2, torrent: 7, sats: [50] })),
      ledger.commit(other.pay({ channel: 3, torrent: 7, sats: [50] })),
    ]);
    for (const result of lost)
      expect(result).toMatchObject({ ok: false, error: { code: 'quota' } });
    full.mockRestore();

    expect(await ledger.channels()).toHaveLength(1);
    expect((await ledger.totals()).all.paidSat).toBe(1);
    unwrap(await ledger.commit(books.pay({ channel: 0, torrent: 1, sats: [2] })));
    expect(await ledger.audit()).toMatchObject({ ok: true, batches: 2, problems: [] });
  });

  it('keeps nothing of a commit that cannot be stored', async () => {
    const ledger = await open();
    const commit = createBooks().pay({ channel: 0, torrent: 1, sats: [1] });
    const [channel] = commit.channels ?? [];
    if (channel === undefined) throw new Error('no channel');
    const unclonable = { ...channel, note: (() => 'x') as unknown as string };
    const results = await Promise.all([
      ledger.commit(commit),
      ledger.commit({ channels: [unclonable] }),
    ]);
    for (const result of results) {
      expect(result).toMatchObject({ ok: false, error: { code: 'storage' } });
    }
    expect(await ledger.history({ limit: 9 })).toEqual([]);
    expect(await ledger.channels()).toEqual([]);
    expect(await ledger.commit(commit)).toEqual(done);
  });

  it('files what a session left in few slabs', async () => {
    const ledger = await open();
    const books = createBooks();
    for (let n = 0; n < 300; n += 1) {
      unwrap(await ledger.commit(books.pay({ channel: 0, torrent: 1, sats: [1] })));
    }
    await ledger.close();
    const again = await open();
    const raw = await openRaw();
    expect(await raw.use().count('heads')).toBe(3);
    raw.close();
    expect(await again.audit()).toMatchObject({ ok: true, batches: 300 });
  });

  it('remembers the beginnings of the last sessions only', async () => {
    for (let n = 0; n < 40; n += 1) await (await open()).close();
    const raw = await openRaw();
    expect(await raw.use().count('journal')).toBe(33);
    raw.close();
  });

  it('counts the totals again when they are behind', async () => {
    const ledger = await open();
    const books = createBooks();
    unwrap(await ledger.commit(books.pay({ channel: 0, torrent: 1, sats: [3] })));
    unwrap(await ledger.commit(books.pay({ channel: 4, torrent: 2, sats: [4] })));
    const before = await ledger.totals();
    await ledger.close();
    await (await open()).close(); // empties the journal
    const raw = await openRaw();
    expect(await raw.use().count('totals')).toBe(3);
    await raw.use().clear('totals');
    raw.close();
    const again = await open();
    expect(await again.totals()).toEqual(before);
    expect(await again.audit()).toMatchObject({ ok: true });
  });

  it('rejects reads after the connection is gone', async () => {
    const ledger = await open();
    await ledger.close();
    await expect(ledger.channels()).rejects.toMatchObject({ code: 'storage' });
    expect(await ledger.putSetting('a', 1)).toMatchObject({
      ok: false,
      error: { code: 'storage' },
    });
  });
});

describe('audit of a damaged ledger', () => {
  /** Each batch in a session of its own, so that each is filed by itself. */
  const pay = async () => {
    const books = createBooks();
    for (const [channel, torrent, sats] of [
      [0, 1, [17, 17]],
      [0, 1, [5]],
      [0, 1, [1, 2, 3]],
      [4, 2, [9]],
    ] as const) {
      const ledger = await open();
      unwrap(await ledger.commit(books.pay({ channel, torrent, sats: [...sats] })));
      await ledger.close();
    }
    await (await open()).close(); // empties the journal
    return openRaw();
  };
  type Raw = Awaited<ReturnType<typeof pay>>;

  const damages: [string, (raw: Raw) => Promise<unknown>, RegExp][] = [
    [
      'a block that costs more',
      async (raw) => {
        const rows = await raw.use().get('rows', 1);
        rows?.set([18], 6);
        return raw.use().put('rows', rows ?? new Uint32Array(0), 1);
      },
      /^Batch 1 is 34 sat, its blocks add up to 35\.$/,
    ],
    [
      'a block that is longer',
      async (raw) => {
        const rows = await raw.use().get('rows', 2);
        rows?.set([16_385], 2);
        return raw.use().put('rows', rows ?? new Uint32Array(0), 2);
      },
      /^Batch 2 is 16384 bytes, its blocks add up to 16385\.$/,
    ],
    ['lost blocks', (raw) => raw.use().delete('rows', 3), /blocks of batches 3 to 3 are not all/],
    ['a lost batch', (raw) => raw.use().delete('heads', 2), /^Batches 2 to 2 are missing\.$/],
    [
      'a changed amount',
      async (raw) => {
        const head = await raw.use().get('heads', 2);
        head?.meta.set([6], 1);
        return head && raw.use().put('heads', head, 2);
      },
      /^Batch 2 puts channel 0+ at 39 sat, its batches so far add up to 40\.$/,
    ],
    [
      'a channel with another state',
      async (raw) => {
        const [row] = await raw.use().getAll('channels');
        return row && raw.use().put('channels', { ...row, paid: satoshi(row.paid + 1) });
      },
      /^Channel 0+ has paid 46 sat, its batches add up to 45\.$/,
    ],
    [
      'a lost channel',
      (raw) => raw.use().clear('channels'),
      /^Batches of 45 sat belong to unknown channel 0+\.$/,
    ],
    [
      'an account with another sum',
      async (raw) => {
        const rows = await raw.use().getAll('accounts');
        const row = rows.find(({ role }) => role === 'payee');
        return row && raw.use().put('accounts', { ...row, paid: satoshi(8) });
      },
      /^The account as payee with 02[0-9a-f]+ has 8 sat, its batches add up to 9\.$/,
    ],
    [
      'a lost account',
      (raw) => raw.use().clear('accounts'),
      /^The account as payer with 02[0-9a-f]+ is missing: 45 sat\.$/,
    ],
    [
      'totals that are off',
      async (raw) => {
        const row = await raw.use().get('totals', hashOf(1));
        return row && raw.use().put('totals', { ...row, paidBlocks: row.paidBlocks + 1 });
      },
      new RegExp(`^The totals of ${hashOf(1)} do not agree`),
    ],
  ];

  it.each(damages)('finds %s', async (_name, damage, sentence) => {
    const raw = await pay();
    const backend = await openIndexedBackend(raw);
    const sound = await createLedger(backend);
    expect(await sound.audit()).toMatchObject({ ok: true, channels: 2, batches: 4 });
    await damage(raw);
    const report = await sound.audit();
    expect(report.ok).toBe(false);
    expect(report.problems).toEqual(
      expect.arrayContaining([expect.stringMatching(sentence) as unknown]),
    );
  });
});
