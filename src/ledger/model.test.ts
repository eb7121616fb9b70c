import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../shared/clock.ts';
import type { AccountRecord, ChannelRecord, Ledger, OutboxRecord } from '../shared/ports/ledger.ts';
import type { ChannelStatus, FeedItem } from '../shared/ports/payments.ts';
import { done, unwrap } from '../shared/result.ts';
import { openDatabase } from './database.ts';
import { openIndexedBackend } from './indexed.ts';
import { createLedger } from './ledger.ts';
import { createMemoryDisk, openMemoryLedger } from './memory.ts';
import { createLogDisk, createManualClock, toolsOn } from './testing/log-disk.ts';
import type { JournalLimits } from './session.ts';
import { turns as turnsOfLoop } from './testing/logged-ledger.ts';
import { createBooks, outboxOf, type Payment } from './testing/records.ts';

afterEach(() => vi.unstubAllGlobals());

/** What may happen to a ledger; steps of one turn are committed together. */
type Step =
  | { readonly kind: 'pay'; readonly payment: Payment }
  | { readonly kind: 'status'; readonly channel: number; readonly status: ChannelStatus }
  | { readonly kind: 'outbox'; readonly n: number; readonly attempts: number }
  | { readonly kind: 'compact'; readonly keep: number }
  /** Closed before, or left behind as by a crash. */
  | { readonly kind: 'restart'; readonly isClosed: boolean }
  /** Nothing is asked of it for so many half seconds. */
  | { readonly kind: 'idle'; readonly spans: number };

type Turns = readonly (readonly Step[])[];

/** What one of `peers` is paid, or what its channel is. */
const payOf = (peers: number): fc.Arbitrary<Step> =>
  fc.record({
    kind: fc.constant('pay'),
    payment: fc.record({
      channel: fc.nat({ max: peers - 1 }),
      torrent: fc.nat({ max: 3 }),
      sats: fc.array(fc.nat({ max: 99 }), { minLength: 1, maxLength: 4 }),
    }),
  });
const outbox: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('outbox'),
  n: fc.nat({ max: 3 }),
  attempts: fc.nat({ max: 9 }),
});
const restart: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('restart'),
  isClosed: fc.boolean(),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: payOf(8) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('status' as const),
      channel: fc.nat({ max: 7 }),
      status: fc.constantFrom<ChannelStatus>('open', 'closing', 'settled'),
    }),
  },
  outbox,
  fc.record({ kind: fc.constant('compact' as const), keep: fc.nat({ max: 4 }) }),
  restart,
);
/** Few peers, so that a log holds old states of theirs; then peace, short or long, and perhaps more. */
const episode: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    fc.array(payOf(2), { minLength: 1, maxLength: 6 }),
    fc.record({ kind: fc.constant('idle' as const), spans: fc.constantFrom(1, 40) }),
    fc.array(fc.oneof(outbox, restart), { maxLength: 1 }),
  )
  .map(([pays, idle, more]) => [...pays, idle, ...more]);

const byKey = <T>(records: readonly T[], key: (record: T) => string): Record<string, T> =>
  Object.fromEntries(records.map((record) => [key(record), record]));

/** Runs the turns against the ledger and against plain maps, and compares after every restart. */
const check = async (
  open: () => Promise<Ledger>,
  turns: Turns,
  pass: () => Promise<void> = () => Promise.resolve(),
) => {
  const books = createBooks();
  const channels = new Map<string, ChannelRecord>();
  const accounts = new Map<string, AccountRecord>();
  const outbox = new Map<string, OutboxRecord>();
  let ledger = await open();
  let time = 0;

  const agrees = async (): Promise<void> => {
    expect(byKey(await ledger.channels(), ({ cid }) => cid)).toEqual(Object.fromEntries(channels));
    expect(byKey(await ledger.accounts(), ({ role, peer }) => role + peer)).toEqual(
      Object.fromEntries(accounts),
    );
    expect(byKey(await ledger.outbox(), ({ txid }) => txid)).toEqual(Object.fromEntries(outbox));
    expect((await ledger.audit()).problems).toEqual([]);
  };

  /** What anybody can ask for, but for single batches. */
  const figures = async () => ({
    totals: await ledger.totals(),
    audit: await ledger.audit(),
    days: (await ledger.copy()).days,
  });
  const shrinks = async (keep: number): Promise<void> => {
    const before = await figures();
    const lines = await ledger.history({ limit: 1_000 });
    const done = unwrap(await ledger.compact({ before: 0, keep }));
    expect(await figures()).toEqual(before);
    const left = await ledger.history({ limit: 1_000 });
    const sum = (items: readonly FeedItem[]) => items.reduce((all, { sat }) => all + sat, 0);
    const count = (items: readonly FeedItem[]) =>
      items.reduce((all, { batches = 1 }) => all + batches, 0);
    expect([sum(left), count(left)]).toEqual([sum(lines), count(lines)]);
    expect(done.batches).toBeLessThanOrEqual(Math.max(0, count(lines) - keep));
    expect(new Set(left.map(({ id }) => id)).size).toBe(left.length);
  };

  for (const turn of turns) {
    const commits = turn.flatMap((one) => {
      if (one.kind === 'restart' || one.kind === 'compact' || one.kind === 'idle') return [];
      if (one.kind === 'outbox') {
        return [{ outbox: [outboxOf(one.n, { attempts: one.attempts })] }];
      }
      if (one.kind === 'pay') return [books.pay(one.payment)];
      const changed = books.change(one.channel, { status: one.status, updatedAt: (time += 1) });
      return changed === null ? [] : [{ channels: [changed] }];
    });
    for (const commit of commits) {
      for (const one of commit.channels ?? []) channels.set(one.cid, one);
      for (const one of commit.accounts ?? []) accounts.set(one.role + one.peer, one);
      for (const one of commit.outbox ?? []) outbox.set(one.txid, one);
    }
    const results = await Promise.all(commits.map((commit) => ledger.commit(commit)));
    expect(results.every((result) => result === done || result.ok)).toBe(true);
    for (const one of turn) {
      if (one.kind === 'compact') await shrinks(one.keep);
      if (one.kind === 'idle') for (let span = 0; span < one.spans; span += 1) await pass();
    }
    const restart = turn.find(({ kind }) => kind === 'restart');
    if (restart?.kind === 'restart') {
      if (restart.isClosed) await ledger.close();
      ledger = await open();
      await agrees();
    }
  }
  await agrees();
};

const turns = fc.array(fc.array(step, { maxLength: 5 }), { maxLength: 20 });
/** One step at a time. */
const quietTurns = fc
  .array(episode, { maxLength: 6 })
  .map((episodes) => episodes.flat().map((one) => [one]));

/** Of the event loop, in which a hand-over to IndexedDB is over. */
const HAND_OVER_TURNS = 12;

/** A busy machine takes its time for thousands of transactions. */
const TIMEOUT_MS = 60_000;

const SHORT: JournalLimits = { rows: 9, entries: 3, blocks: 12 };

describe('a ledger that lives through anything', { timeout: TIMEOUT_MS }, () => {
  it('in memory', async () => {
    await fc.assert(
      fc.asyncProperty(turns, async (given) => {
        const disk = createMemoryDisk();
        await check(() => openMemoryLedger({ disk }), given);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['a journal of its usual length', undefined],
    ['a journal that is always full', { rows: 0, entries: 0, blocks: 0 }],
    ['a short journal', SHORT],
  ])('over IndexedDB with %s', async (_name, limits) => {
    await fc.assert(
      fc.asyncProperty(turns, async (given) => {
        vi.stubGlobal('indexedDB', new IDBFactory());
        await check(async () => {
          const database = unwrap(await openDatabase({ name: 'model', clock: systemClock }));
          return createLedger(await openIndexedBackend(database, limits));
        }, given);
      }),
      { numRuns: 25 },
    );
  });

  /** Runs turns against one over IndexedDB with a log of so many entries. */
  const checkLogged = async (given: Turns, entries: number, limits?: JournalLimits) => {
    vi.stubGlobal('indexedDB', new IDBFactory());
    const walLimits = { ageMs: 500, settlingMs: 0, youngAgeMs: 100, entries };
    const clock = createManualClock();
    const wal = toolsOn(createLogDisk(), { clock, limits: walLimits });
    const open = async () => {
      clock.pass(300);
      const database = unwrap(await openDatabase({ name: 'model', clock: systemClock }));
      return createLedger(await openIndexedBackend(database, limits, wal));
    };
    await check(open, given, async () => {
      clock.pass(500);
      await turnsOfLoop(HAND_OVER_TURNS);
    });
  };

  it.each([
    ['a journal of its usual length', undefined],
    ['a short journal', SHORT],
  ])('over IndexedDB with a log and %s', async (_name, limits) => {
    await fc.assert(
      fc.asyncProperty(turns, fc.integer({ min: 1, max: 9 }), (given, entries) =>
        checkLogged(given, entries, limits),
      ),
      { numRuns: 25 },
    );
  });

  it('with moments of peace, in which a log goes over and a journal is filed', async () => {
    await fc.assert(
      fc.asyncProperty(quietTurns, fc.integer({ min: 1, max: 3 }), (given, entries) =>
        checkLogged(given, entries, SHORT),
      ),
      { numRuns: 100 },
    );
  });
});
