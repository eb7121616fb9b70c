import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock, type Clock } from '../shared/clock.ts';
import { unwrap } from '../shared/result.ts';
import { openDatabase } from './database.ts';
import { MIGRATIONS } from './migrations/all.ts';
import type { Migration } from './migrations/migration.ts';
import { ledgerName, openLedger } from './open.ts';
import { createBooks } from './testing/records.ts';

beforeEach(() => vi.stubGlobal('indexedDB', new IDBFactory()));
afterEach(() => vi.unstubAllGlobals());

const name = ledgerName('test');
const request = { name, clock: systemClock };
const openAt = (version: number) =>
  openDatabase({ ...request, migrations: MIGRATIONS.slice(0, version) });

/** Puts what the app of that version would have put; extended with every migration. */
const fill: Record<number, (version: number) => Promise<void>> = {
  1: async () => {
    const ledger = unwrap(await openLedger(request));
    const books = createBooks();
    unwrap(await ledger.commit(books.pay({ channel: 0, torrent: 1, sats: [17, 17] })));
    unwrap(await ledger.commit(books.pay({ channel: 5, torrent: 2, sats: [8] })));
    unwrap(await ledger.putSetting('budget', { day: 1 }));
    await ledger.close();
  },
};

describe('migrations', () => {
  it('has the name of the profile', () => {
    expect(name).toBe('rivulet-test');
  });

  it.each(MIGRATIONS.map((_, index) => index + 1))(
    'lead from version %i to the newest without loss',
    async (version) => {
      unwrap(await openAt(version)).close();
      await fill[version]?.(version);
      const ledger = unwrap(await openLedger(request));
      expect(await ledger.audit()).toMatchObject({ ok: true, channels: 2, batches: 2 });
      expect((await ledger.totals()).all).toMatchObject({ paidSat: 34, earnedSat: 8 });
      expect(await ledger.setting('budget')).toEqual({ day: 1 });
    },
  );

  it('of the next version see what is there, once', async () => {
    await fill[1]?.(1);
    const seen: number[] = [];
    const next: Migration = async ({ database, transaction }) => {
      seen.push(await transaction.objectStore('channels').count());
      database.createObjectStore('later');
    };
    const migrations = [...MIGRATIONS, next];
    unwrap(await openDatabase({ ...request, migrations })).close();
    const again = unwrap(await openDatabase({ ...request, migrations }));
    expect(seen).toEqual([2]);
    expect([...again.use().objectStoreNames]).toContain('later');
    expect(await again.use().count('heads')).toBe(2);
  });

  it('that fail leave everything as it was', async () => {
    await fill[1]?.(1);
    const broken: Migration = ({ database }) => {
      database.deleteObjectStore('channels');
      throw new Error('The migration is wrong.');
    };
    const result = await openDatabase({ ...request, migrations: [...MIGRATIONS, broken] });
    expect(result).toEqual({
      ok: false,
      error: { code: 'storage', message: 'The migration is wrong.' },
    });
    const ledger = unwrap(await openLedger(request));
    expect(await ledger.audit()).toMatchObject({ ok: true, channels: 2 });
  });
});

describe('openDatabase', () => {
  it('leaves a database of a newer version alone', async () => {
    (await openDB(name, MIGRATIONS.length + 1)).close();
    expect(await openLedger(request)).toMatchObject({ ok: false, error: { code: 'unsupported' } });
  });

  it('lets go of an old version when a new one comes, after the write that runs', async () => {
    const old = unwrap(await openLedger(request));
    const books = createBooks();
    const running = old.commit(books.pay({ channel: 0, torrent: 1, sats: [1] }));
    await Promise.resolve();
    await Promise.resolve();
    const next = openDatabase({ ...request, migrations: [...MIGRATIONS, () => undefined] });
    expect(await running).toMatchObject({ ok: true });
    const database = unwrap(await next);
    expect(await database.use().count('heads')).toBe(1);
    expect(await old.commit(books.pay({ channel: 0, torrent: 1, sats: [1] }))).toMatchObject({
      ok: false,
      error: { code: 'storage', message: expect.stringContaining('newer version') as unknown },
    });
  });

  it('gives up when an old tab does not let go, and does not keep the others out later', async () => {
    const stubborn = await openDB(name, MIGRATIONS.length);
    const timers: (() => void)[] = [];
    const clock: Clock = {
      now: () => 0,
      after: (_ms, task) => {
        timers.push(task);
        return () => undefined;
      },
    };
    const migrations = [...MIGRATIONS, () => undefined];
    const attempt = openDatabase({ name, clock, migrations });
    await vi.waitUntil(() => timers.length > 0);
    timers[0]?.();
    expect(await attempt).toMatchObject({ ok: false, error: { code: 'busy' } });
    stubborn.close();
    const second = unwrap(await openDatabase({ name, clock: systemClock, migrations }));
    second.close();
  });
});
