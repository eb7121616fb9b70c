import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { setImmediate } from 'node:timers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../shared/clock.ts';
import { unwrap } from '../shared/result.ts';
import { openIndexedBackend } from './indexed.ts';
import { isEmptyEntry } from './journal.ts';
import { createLedger } from './ledger.ts';
import type { JournalEntry } from './schema.ts';
import { ledgerName, openLedger } from './open.ts';
import { JOURNAL_LIMITS } from './session.ts';
import { createLogDisk, toolsOn } from './testing/log-disk.ts';
import {
  countWrites,
  journalLength,
  one,
  openOn,
  openRaw,
  start,
} from './testing/logged-ledger.ts';
import { createBooks, outboxOf } from './testing/records.ts';
import { raiseFence } from './wal/file.ts';

beforeEach(() => vi.stubGlobal('indexedDB', new IDBFactory()));
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('a ledger with a log', () => {
  it('writes payments to the log alone, and those of half a second with one request', async () => {
    const { tools, clock, books } = start();
    const ledger = await openOn(tools);
    unwrap(await ledger.commit(books.pay(one)));
    const writes = countWrites();
    const add = vi.spyOn(IDBObjectStore.prototype, 'add');
    for (let n = 0; n < 20; n += 1) unwrap(await ledger.commit(books.pay(one)));
    expect(writes()).toBe(0);
    expect(await ledger.history({ limit: 99 })).toHaveLength(21);
    expect((await ledger.channels())[0]).toMatchObject({ paid: 21 });
    clock.pass(499);
    await new Promise(setImmediate);
    expect(writes()).toBe(0);
    clock.pass(1);
    await vi.waitUntil(() => writes() === 1);
    expect(await journalLength()).toBe(2);
    const entries = add.mock.calls.filter(([value]) => !isEmptyEntry(value as JournalEntry));
    expect(entries).toHaveLength(1);
    expect(await ledger.audit()).toMatchObject({ ok: true, batches: 21 });
  });

  it('brings the log in with a write of another kind, and with closing', async () => {
    const { tools, books } = start();
    const ledger = await openOn(tools);
    for (let n = 0; n < 5; n += 1) unwrap(await ledger.commit(books.pay(one)));
    // The first one of a session is written whole.
    expect(await journalLength()).toBe(1);
    unwrap(await ledger.putSetting('spent', 5));
    expect(await journalLength()).toBe(2);
    for (let n = 0; n < 5; n += 1) unwrap(await ledger.commit(books.pay(one)));
    await ledger.close();
    expect(await journalLength()).toBe(3);
    const again = await openOn(tools);
    expect(await again.audit()).toMatchObject({ ok: true, batches: 10 });
    expect(await again.history({ limit: 99 })).toHaveLength(10);
  });

  it('finds the whole log when nobody has closed it, through several sessions', async () => {
    const { tools, books, disk } = start();
    for (let session = 1; session <= 20; session += 1) {
      const ledger = await openOn(tools);
      for (let n = 0; n < session; n += 1) unwrap(await ledger.commit(books.pay(one)));
      disk.cutPower(() => 0);
      expect(await journalLength()).toBe(1);
    }
    const ledger = await openOn(tools);
    expect(await ledger.audit()).toMatchObject({ ok: true, batches: 210 });
    expect((await ledger.channels())[0]).toMatchObject({ paid: 210 });
  });

  it('goes on in IndexedDB when the file fails, with all that the log holds', async () => {
    let sound = true;
    const { tools, books } = start({ say: () => (sound ? 'whole' : 0.5) });
    const ledger = await openOn(tools);
    for (let n = 0; n < 5; n += 1) unwrap(await ledger.commit(books.pay(one)));
    sound = false;
    unwrap(await ledger.commit(books.pay(one)));
    expect(await journalLength()).toBe(3);
    sound = true;
    unwrap(await ledger.commit(books.pay(one)));
    expect(await journalLength()).toBe(4);
    const again = await openOn(tools);
    expect(await again.audit()).toMatchObject({ ok: true, batches: 7 });
  });

  it('loses nothing that went over at once and is filed bit by bit', async () => {
    const limits = { rows: 1e9, entries: 300, blocks: 1e9 };
    for (const more of [1, 2, 3, 20, 40]) {
      vi.stubGlobal('indexedDB', new IDBFactory());
      const { tools, books } = start();
      const ledger = await openOn(tools, limits);
      // One entry of 300, of which each step of the filing takes a share.
      for (let n = 0; n < 301 + more; n += 1) unwrap(await ledger.commit(books.pay(one)));
      const again = await openOn(tools, limits);
      const report = await again.audit();
      expect(report).toMatchObject({ ok: true, batches: 301 + more, problems: [] });
    }
  });

  it('says quota when file and database are full, and keeps what it had', async () => {
    let sound = true;
    const { tools, books } = start({ say: () => (sound ? 'whole' : 0.5) });
    const ledger = await openOn(tools);
    for (let n = 0; n < 5; n += 1) unwrap(await ledger.commit(books.pay(one)));
    sound = false;
    const full = vi.spyOn(IDBTransaction.prototype, 'commit').mockImplementation(function (
      this: IDBTransaction,
    ) {
      const error = new DOMException('No room.', 'QuotaExceededError');
      Object.defineProperty(this, 'error', { value: error });
      this.abort();
    });
    const lost = createBooks();
    expect(await ledger.commit(lost.pay({ ...one, channel: 2 }))).toMatchObject({
      ok: false,
      error: { code: 'quota' },
    });
    expect(await ledger.audit()).toMatchObject({ ok: true, batches: 5 });
    full.mockRestore();
    sound = true;
    const heir = await openOn(tools);
    expect(await heir.audit()).toMatchObject({ ok: true, batches: 5 });
    unwrap(await heir.commit(books.pay(one)));
    expect(await ledger.commit(lost.pay({ ...one, channel: 2 }))).toMatchObject({
      ok: false,
      error: { code: 'storage' },
    });
  });

  it('fails as a closed one when the database is gone, although the file is there', async () => {
    const { tools, books } = start();
    const raw = await openRaw();
    const ledger = await createLedger(await openIndexedBackend(raw, JOURNAL_LIMITS, tools));
    unwrap(await ledger.commit(books.pay(one)));
    raw.close();
    const late = await ledger.commit(books.pay(one));
    expect(late).toMatchObject({ ok: false, error: { code: 'storage' } });
    expect(await (await openOn(tools)).audit()).toMatchObject({ ok: true, batches: 1 });
  });

  it('is shut out by an heir that has found what it was refused', async () => {
    const epoch = new Uint8Array(8).fill(255);
    let isWatched = false;
    const { tools, books, disk } = start({
      say: (step) => {
        if (isWatched && step === 'flush') raiseFence(disk.open(), { slot: 9, epoch });
        return 'whole';
      },
    });
    const late = await openOn(tools);
    for (let n = 0; n < 3; n += 1) unwrap(await late.commit(books.pay(one)));
    isWatched = true;
    const full = vi.spyOn(IDBTransaction.prototype, 'commit').mockImplementation(function (
      this: IDBTransaction,
    ) {
      this.abort();
    });
    expect(await late.commit(books.pay(one))).toMatchObject({ ok: false });
    full.mockRestore();
    isWatched = false;
    const heir = await openOn({ ...tools, openFile: async () => disk.open() });
    const report = await heir.audit();
    expect(report).toMatchObject({ ok: true, batches: 4 });
    const refused = { ok: false, error: { code: 'storage' } };
    expect(await late.putSetting('a', 1)).toMatchObject(refused);
    const others = createBooks().pay({ ...one, channel: 2 });
    expect(await late.commit(others)).toMatchObject(refused);
    await late.close();
    expect(await heir.audit()).toEqual(report);
    expect(await heir.setting('a')).toBeUndefined();
  });

  it('refuses an earlier writer whose last append the heir may have found', async () => {
    for (let turns = 0; turns < 30; turns += 1) {
      vi.stubGlobal('indexedDB', new IDBFactory());
      let isWatched = false;
      const { tools, books, disk } = start({
        say: (step) => {
          // The heir raises the fence right after the record was written, and reads it.
          const epoch = new Uint8Array(8).fill(255);
          if (isWatched && step === 'flush') raiseFence(disk.open(), { slot: 9, epoch });
          return 'whole';
        },
      });
      const late = await openOn(tools);
      for (let n = 0; n < 3; n += 1) unwrap(await late.commit(books.pay(one)));
      const opening = openOn({ ...tools, openFile: async () => disk.open() });
      for (let n = 0; n < turns; n += 1) await new Promise(setImmediate);
      isWatched = true;
      const answer = await late.commit(books.pay(one));
      isWatched = false;
      const heir = await opening;
      const report = await heir.audit();
      expect(report).toMatchObject({ ok: true, problems: [] });
      if (answer.ok) expect(report.batches).toBe(4);
      else expect([3, 4]).toContain(report.batches);
      for (const commit of [books.pay(one), { outbox: [outboxOf(1)] }]) {
        expect(await late.commit(commit)).toMatchObject({ ok: false, error: { code: 'storage' } });
      }
      expect(await late.putSetting('a', 1)).toMatchObject({ ok: false });
      await late.close();
      expect(await heir.audit()).toEqual(report);
    }
  });
});

describe('opening a ledger whose log does not open', () => {
  const clock = systemClock;
  const name = ledgerName('unreadable');

  it.each([
    ['there are no such files', async () => null],
    [
      'the browser refuses',
      () => Promise.reject(new DOMException('Locked.', 'NoModificationAllowedError')),
    ],
  ])('does without when there never was one: %s', async (_why, openLog) => {
    const ledger = unwrap(await openLedger({ name, clock, openLog }));
    unwrap(await ledger.commit(createBooks().pay(one)));
    expect(await ledger.audit()).toMatchObject({ ok: true, batches: 1 });
    await ledger.close();
    const disk = createLogDisk();
    const again = unwrap(await openLedger({ name, clock, openLog: async () => disk.open() }));
    expect(await again.audit()).toMatchObject({ ok: true, batches: 1 });
  });

  it.each([
    ['there are no such files', async () => null],
    [
      'the browser refuses',
      () => Promise.reject(new DOMException('Locked.', 'NoModificationAllowedError')),
    ],
    ['the disk fails', async () => createLogDisk().open(() => 0)],
  ])('says so when payments would be missing: %s', async (_why, openLog) => {
    const disk = createLogDisk();
    const books = createBooks();
    const sound = { name, clock, openLog: async () => disk.open() };
    const ledger = unwrap(await openLedger(sound));
    unwrap(await ledger.commit(books.pay(one)));
    expect(await openLedger({ name, clock, openLog })).toMatchObject({
      ok: false,
      error: { code: 'storage', message: expect.stringMatching(/newest payments/) as unknown },
    });
    unwrap(await ledger.commit(books.pay(one)));
    const again = unwrap(await openLedger(sound));
    expect(await again.audit()).toMatchObject({ ok: true, batches: 2 });
  });

  it('leaves the earlier session at work when the database refuses the new one', async () => {
    const { tools, books } = start();
    const ledger = await openOn(tools);
    unwrap(await ledger.commit(books.pay(one)));
    const full = vi.spyOn(IDBTransaction.prototype, 'commit').mockImplementation(function (
      this: IDBTransaction,
    ) {
      this.abort();
    });
    await expect(openOn(tools)).rejects.toThrow();
    full.mockRestore();
    for (let n = 0; n < 3; n += 1) unwrap(await ledger.commit(books.pay(one)));
    const heir = await openOn(tools);
    expect(await heir.audit()).toMatchObject({ ok: true, batches: 4 });
  });

  it('is not misled by the log of another database of that name', async () => {
    const { tools, disk, clock: manual } = start();
    const old = await openOn(tools);
    const books = createBooks();
    for (let n = 0; n < 5; n += 1) unwrap(await old.commit(books.pay(one)));
    vi.stubGlobal('indexedDB', new IDBFactory());
    const fresh = toolsOn(disk, { clock: manual });
    const random = (length: number) => new Uint8Array(length).fill(99);
    expect(await (await openOn({ ...fresh, random })).audit()).toMatchObject({ batches: 0 });
    expect(await (await openOn(fresh)).audit()).toMatchObject({ ok: true, batches: 0 });
  });
});
