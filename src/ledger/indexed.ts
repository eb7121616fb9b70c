import type { Backend, WriteSet } from './backend.ts';
import { beginSession, type WalTools } from './beginning.ts';
import type { Database } from './database.ts';
import { isEmptyEntry } from './journal.ts';
import { readSnapshot } from './reading.ts';
import { createSession, JOURNAL_LIMITS, NO_WRITES, type Writes } from './session.ts';
import { slabSize, type FullSlab, type Slab } from './slab.ts';
import { isJournalOnly, runHandOver, runWrites } from './transaction.ts';
import { createTurns } from './turns.ts';
import type { WalLog } from './wal/log.ts';

const NOTHING: WriteSet = { slab: null, totals: [], channels: [], accounts: [], outbox: [] };

/**
 * The backend over IndexedDB, with a log in front of it where `wal` can open one: payments, which
 * are nothing but an entry of the journal, are appended there, and go over into IndexedDB with the next
 * write of another kind, or when they are many or half a second old, which holds no payment back.
 */
export const openIndexedBackend = async (
  database: Database,
  limits = JOURNAL_LIMITS,
  wal: WalTools | null = null,
): Promise<Backend> => {
  const { next: first, log } = await beginSession(database, wal);
  const session = createSession(first, limits);
  const turns = createTurns();
  let next = first;
  let cancelTimer: (() => void) | null = null;
  const pending = () => log?.pending() ?? [];

  /** What the log has handed over is on its way into IndexedDB. Resolves also when it did not get there. */
  let handOver: Promise<void> | null = null;

  /** What is pending and `writes`, all or nothing. Only in a turn: nothing is appended meanwhile. */
  const store = async (writes: Writes): Promise<void> => {
    const isDoubtful = log?.isDoubtful() ?? false;
    await runWrites(database, writes, { next, pending: pending(), isDoubtful });
    log?.stored();
  };

  const bringInSoon = (): void => {
    // What does not get there is in the log still; the next write takes it along, and says what is wrong.
    turns.take(bringIn).catch(() => undefined);
  };
  /**
   * Writes into IndexedDB what is pending, and a step of a filing, while payments go on: they wait
   * neither for the disk nor for what a long journal takes. Filing goes on with the next one.
   */
  const startHandOver = (writer: WalLog): void => {
    const filing = session.planFiling();
    const taken = writer.handOver();
    if (filing === null && taken.length === 0) return;
    const stand = { pending: taken, first: taken[0]?.number ?? next };
    handOver = runHandOver(database, filing?.writes ?? NO_WRITES, stand).then(
      () => {
        writer.handedOver();
        filing?.keep();
        handOver = null;
        if (session.isBehind()) bringInSoon();
        else if (filing !== null || pending().length > 0) watchAge();
      },
      () => {
        handOver = null;
      },
    );
  };
  /** Only in a turn, as what follows. */
  const bringIn = async (): Promise<void> => {
    if (log === null || handOver !== null) return;
    if (log.isHandedOver()) startHandOver(log);
    else await store(NO_WRITES);
  };
  /** Brings in what is appended from now on, also when nothing more is written. */
  const watchAge = (): void => {
    if (wal === null || log === null || cancelTimer !== null) return;
    cancelTimer = wal.clock.after(log.ageMs(), () => {
      cancelTimer = null;
      bringInSoon();
    });
  };

  /** Whether the log has taken `set`, which is then durable. */
  const append = (set: WriteSet): boolean => {
    if (log?.isOpen() !== true) return false;
    const { writes, keep } = session.plan(set, 'entry');
    const [added] = writes.journal.add;
    // A session is told by its empty entry: the log has none.
    if (added === undefined || isEmptyEntry(added.entry) || !isJournalOnly(writes)) return false;
    database.use();
    if (!log.append(added)) return false;
    next = added.number + 1;
    keep();
    watchAge();
    return true;
  };
  const write = (set: WriteSet, how?: 'checkpoint'): Promise<void> =>
    turns.take(async () => {
      if (how === undefined && append(set)) return;
      await handOver;
      const { writes, keep } = session.plan(set, how);
      const [added] = writes.journal.add;
      if (added !== undefined || !isJournalOnly(writes)) await store(writes);
      next = (added?.number ?? next - 1) + 1;
      keep();
    });
  const between = (from: number, to: number): IDBKeyRange =>
    IDBKeyRange.bound(from, to, false, true);
  /** Slabs that are only in the journal, after those that were found in their store. */
  const andNewer = <T extends Slab>(
    filed: readonly T[],
    newer: readonly FullSlab[],
    [from, to]: readonly [number, number],
  ): readonly (T | FullSlab)[] => {
    const last = filed.at(-1);
    const next = last === undefined ? from : last.first + slabSize(last.head);
    return [...filed, ...newer.filter(({ first }) => first >= next && first < to)];
  };
  return {
    write: (set) => write(set),
    checkpoint: () => write(NOTHING, 'checkpoint'),
    snapshot: () => readSnapshot(database, pending()),
    outbox: () => database.use().getAll('outbox'),
    async heads(from, to): Promise<readonly Slab[]> {
      const newer = session.slabs();
      const store = database.use().transaction('heads').store;
      const range = between(from, to);
      const [keys, heads] = await Promise.all([store.getAllKeys(range), store.getAll(range)]);
      const filed = heads.map((head, index): Slab => ({ first: keys[index] ?? 0, head }));
      return andNewer(filed, newer, [from, to]);
    },
    async slabs(from, to): Promise<readonly FullSlab[]> {
      const newer = session.slabs();
      const tx = database.use().transaction(['heads', 'rows']);
      const range = between(from, to);
      const [keys, heads, rowKeys, rows] = await Promise.all([
        tx.objectStore('heads').getAllKeys(range),
        tx.objectStore('heads').getAll(range),
        tx.objectStore('rows').getAllKeys(range),
        tx.objectStore('rows').getAll(range),
      ]);
      const byKey = new Map(rowKeys.map((key, index) => [key, rows[index]]));
      const filed = heads.map((head, index): FullSlab => {
        const first = keys[index] ?? 0;
        return { first, head, rows: byKey.get(first) ?? new Uint32Array(0) };
      });
      return andNewer<FullSlab>(filed, newer, [from, to]);
    },
    days: () => database.use().getAll('days'),
    setting: (key) => database.use().get('settings', key),
    async close() {
      cancelTimer?.();
      // What cannot go over now stays in the log, which whoever opens the ledger reads.
      const last = async (): Promise<void> => {
        await handOver;
        if (pending().length > 0) await store(NO_WRITES);
      };
      await turns.take(last).catch(() => undefined);
      log?.close();
      database.close();
    },
  };
};
