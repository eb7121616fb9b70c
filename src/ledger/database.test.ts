import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock, type Clock } from '../shared/clock.ts';
import { unwrap } from '../shared/result.ts';
import { satoshi } from '../shared/units.ts';
import { openDatabase } from './database.ts';
import { MIGRATIONS } from './migrations/all.ts';
import type { Migration } from './migrations/migration.ts';
import { ledgerName, openLedger } from './open.ts';
import { leaveVersion } from './testing/layouts.ts';
import { channelOf, createBooks, outboxOf, peerOf } from './testing/records.ts';

beforeEach(() => vi.stubGlobal('indexedDB', new IDBFactory()));
afterEach(() => vi.unstubAllGlobals());

const name = ledgerName('test');
const request = { name, clock: systemClock };
/** What an earlier session left. */
const fill = (): Promise<void> => leaveVersion(name, MIGRATIONS.length, MIGRATIONS);

const paid = (sat: number, bytes: number) => ({
  paid: satoshi(sat),
  ackedPaid: satoshi(sat),
  bytes,
});

describe('migrations', () => {
  it('has the name of the profile', () => {
    expect(name).toBe('rivulet-test');
  });

  it.each(MIGRATIONS.map((_, index) => index + 1))(
    'lead from version %i to the newest without loss',
    async (version) => {
      await leaveVersion(name, version, MIGRATIONS);
      const ledger = unwrap(await openLedger(request));
      const audited = { ok: true, channels: 2, batches: 2, problems: [] };
      expect(await ledger.audit()).toEqual(audited);
      expect((await ledger.totals()).all).toEqual({
        ...{ paidSat: 34, paidBytes: 32_768, paidBlocks: 2 },
        ...{ earnedSat: 8, earnedBytes: 16_384, earnedBlocks: 1 },
      });
      expect(await ledger.channels()).toEqual([
        channelOf(0, { role: 'payer', ...paid(34, 32_768) }),
        channelOf(5, {
          ...{ role: 'payee', peer: peerOf(2), updatedAt: 9 },
          ...paid(8, 16_384),
          signature: Uint8Array.of(1, 2, 3),
        }),
      ]);
      expect(await ledger.outbox()).toEqual([outboxOf(7)]);
      expect(await ledger.setting('budget')).toEqual({ day: 1 });
      const books = createBooks();
      unwrap(await ledger.commit(books.pay({ channel: 2, torrent: 1, sats: [1] })));
      const all = { before: Number.MAX_SAFE_INTEGER, keep: 0 };
      unwrap(await ledger.compact(all));
      expect(await ledger.audit()).toEqual({ ...audited, channels: 3, batches: 3 });
    },
  );

  it('of the next version see what is there, once', async () => {
    await fill();
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
    expect(await again.use().count('journal')).toBe(2);
  });

  it('that fail leave everything as it was', async () => {
    await fill();
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
    expect(await database.use().count('journal')).toBe(2);
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
