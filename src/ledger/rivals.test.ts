import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { setImmediate } from 'node:timers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../shared/clock.ts';
import type { Ledger } from '../shared/ports/ledger.ts';
import { unwrap, type Result } from '../shared/result.ts';
import { openDatabase } from './database.ts';
import { openIndexedBackend } from './indexed.ts';
import { isEmptyEntry } from './journal.ts';
import { createLedger } from './ledger.ts';
import type { JournalEntry } from './schema.ts';
import {
  createCounter,
  createLogDisk,
  createManualClock,
  toolsOn,
  type LogDisk,
} from './testing/log-disk.ts';
import { channelOf, createBooks, outboxOf, peerOf } from './testing/records.ts';

let disks = new Map<string, LogDisk>();
let clock = createManualClock();
beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
  disks = new Map();
  clock = createManualClock();
});
afterEach(() => vi.unstubAllGlobals());

const LONG = { rows: 999, entries: 999, blocks: 999 };
const SHORT = { rows: 7, entries: 2, blocks: 9 };
const openRaw = async (name: string) => unwrap(await openDatabase({ name, clock: systemClock }));
const random = createCounter();
const openers = {
  'IndexedDB alone': async (name: string, limits = LONG): Promise<Ledger> =>
    createLedger(await openIndexedBackend(await openRaw(name), limits)),
  'a log before it': async (name: string, limits = LONG): Promise<Ledger> => {
    const disk = disks.get(name) ?? createLogDisk();
    disks.set(name, disk);
    const wal = toolsOn(disk, { clock, random });
    return createLedger(await openIndexedBackend(await openRaw(name), limits, wal));
  },
};

const STORES = [
  'channels',
  'fundings',
  'accounts',
  'totals',
  'outbox',
  'settings',
  'heads',
  'rows',
  'days',
  'journal',
] as const;
/** The same of every session: its mark is random. */
const unmarked = (record: unknown): unknown =>
  isEmptyEntry(record as JournalEntry)
    ? { ...(record as JournalEntry), signatures: new Uint8Array(0) }
    : record;
/** Every record of the database by its key. */
const contents = async (name: string) => {
  const raw = await openRaw(name);
  const tx = raw.use().transaction([...STORES]);
  const stores = await Promise.all(
    STORES.map(async (store) => {
      const from = tx.objectStore(store);
      const [keys, records] = await Promise.all([from.getAllKeys(), from.getAll()]);
      return [store, [keys, store === 'journal' ? records.map(unmarked) : records]] as const;
    }),
  );
  raw.close();
  return Object.fromEntries(stores);
};

const KINDS = ['pay', 'status', 'outbox', 'setting', 'compact', 'many'] as const;
type Kind = (typeof KINDS)[number];

/** A writer: what it does at step `n` depends on its mark, the step and the kind alone. */
const writerOf = (ledger: Ledger, mark: number) => {
  const books = createBooks();
  const act = (kind: Kind, n: number): Promise<Result<unknown>> => {
    const row = channelOf(9, { role: 'payer', peer: peerOf(9), note: `${mark} ${n}` });
    switch (kind) {
      case 'pay':
        return ledger.commit(books.pay({ channel: n % 3, torrent: mark, sats: [n + 1] }));
      case 'status':
        return ledger.commit({ channels: [row] });
      case 'outbox':
        return ledger.commit({ outbox: [outboxOf(1, { attempts: 100 * mark + n })] });
      case 'setting':
        return ledger.putSetting('spent', [mark, n]);
      case 'compact':
        return ledger.compact({ before: Number.MAX_SAFE_INTEGER, keep: 0 });
      case 'many':
        return ledger.commit({
          ...books.pay({ channel: 0, torrent: mark, sats: [1] }),
          outbox: [outboxOf(2, { attempts: 100 * mark + n })],
        });
    }
  };
  return { act };
};

describe.each(Object.entries(openers))('two writers of one ledger, %s', (_kind, open) => {
  it.each([
    ['soon', LONG],
    ['after it has put its journal in order', SHORT],
  ])('the newer shuts the earlier one out %s instead of writing over it', async (_when, limits) => {
    const late = await open('two');
    const books = createBooks();
    unwrap(await late.commit(books.pay({ channel: 0, torrent: 1, sats: [1] })));
    const heir = await open('two', limits);
    for (let n = 0; n < 5; n += 1) {
      unwrap(await heir.commit(books.pay({ channel: 0, torrent: 1, sats: [2] })));
    }
    const stray = createBooks().pay({ channel: 2, torrent: 2, sats: [2] });
    for (let n = 0; n < 3; n += 1) {
      expect(await late.commit(stray)).toMatchObject({ ok: false, error: { code: 'storage' } });
    }
    expect(await heir.channels()).toHaveLength(1);
    expect(await heir.audit()).toMatchObject({ ok: true, batches: 6 });
  });

  it.each(KINDS)('refuses what is no payment too, and leaves no trace: %s', async (kind) => {
    const late = await open('late');
    const first = writerOf(late, 1);
    // What is over can be added up, so that there is something to compact.
    unwrap(await first.act('pay', 0));
    const books = createBooks();
    books.pay({ channel: 0, torrent: 1, sats: [1] });
    const over = books.change(0, { status: 'settled' });
    unwrap(await late.commit({ channels: over === null ? [] : [over] }));
    const heir = writerOf(await open('late'), 2);
    for (const [n, own] of KINDS.entries()) if (own !== 'compact') unwrap(await heir.act(own, n));
    const before = await contents('late');
    expect(await first.act(kind, 7)).toMatchObject({
      ok: false,
      error: { code: 'storage', message: expect.stringMatching(/Another tab/) as unknown },
    });
    expect(await contents('late')).toEqual(before);
    unwrap(await heir.act('status', 9));
  });

  it('files what an earlier writer has under way, or refuses it: never half of it', async () => {
    for (let turns = 0; turns < 24; turns += 1) {
      const name = `race-${turns}`;
      const late = await open(name);
      unwrap(await late.commit({ channels: [channelOf(1, { role: 'payer', note: 'old' })] }));
      const opening = open(name);
      for (let n = 0; n < turns; n += 1) await new Promise(setImmediate);
      const written = late.commit({ channels: [channelOf(1, { role: 'payer', note: 'new' })] });
      const [heir, { ok }] = await Promise.all([opening, written]);
      expect(await heir.channels()).toMatchObject([{ note: ok ? 'new' : 'old' }]);
    }
  });

  it('keeps every payment that an earlier writer was told is kept', async () => {
    for (let turns = 0; turns < 40; turns += 1) {
      const name = `paying-${turns}`;
      const late = await open(name, turns % 2 === 0 ? LONG : SHORT);
      const books = createBooks();
      let told = 0;
      const paying = (async () => {
        for (;;) {
          const paid = await late.commit(books.pay({ channel: 0, torrent: 1, sats: [1] }));
          if (!paid.ok) return;
          told += 1;
          if (told % 4 === 0) await new Promise(setImmediate);
          if (told % 7 === 0) clock.pass(500);
          if (told > 200) return;
        }
      })();
      for (let n = 0; n < turns; n += 1) await new Promise(setImmediate);
      const heir = await open(name);
      await paying;
      const report = await heir.audit();
      expect(report).toMatchObject({ ok: true, problems: [] });
      expect(report.batches - told).toBe(0);
      unwrap(await heir.commit(books.pay({ channel: 5, torrent: 1, sats: [1] })));
      clock.pass(500);
      expect(
        await late.commit(createBooks().pay({ channel: 2, torrent: 1, sats: [1] })),
      ).toMatchObject({ ok: false, error: { code: 'storage' } });
      await heir.close();
    }
  });

  it('holds the same as if the earlier one had fallen silent, whatever both do', async () => {
    const step = fc.record({
      who: fc.constantFrom('late', 'heir'),
      kind: fc.constantFrom(...KINDS),
      ms: fc.constantFrom(0, 0, 500),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 12 }),
        fc.constantFrom(LONG, SHORT),
        async (steps, limits) => {
          run += 1;
          const play = async (name: string, isHaunted: boolean) => {
            const earlier = await open(name, limits);
            const late = writerOf(earlier, 1);
            for (const [n, kind] of KINDS.entries()) unwrap(await late.act(kind, n));
            unwrap(await late.act('pay', 0));
            const ledger = await open(name, limits);
            const heir = writerOf(ledger, 2);
            const strays: Promise<Result<unknown>>[] = [];
            for (const [n, { who, kind, ms }] of steps.entries()) {
              if (who === 'heir') unwrap(await heir.act(kind, n));
              else if (isHaunted) strays.push(late.act(kind, n));
              clock.pass(ms);
            }
            const answers = await Promise.all(strays);
            expect(answers.filter(({ ok }) => ok)).toEqual([]);
            if (isHaunted) await earlier.close();
            await ledger.close();
            return contents(name);
          };
          expect(await play(`haunted-${run}`, true)).toEqual(await play(`quiet-${run}`, false));
        },
      ),
      { numRuns: 40 },
    );
  });
});
