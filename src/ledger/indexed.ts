import { unwrap, type IDBPTransaction } from 'idb';
import type { ChannelRecord } from '../shared/ports/ledger.ts';
import { FailureError } from '../shared/result.ts';
import type { Backend, Snapshot, WriteSet } from './backend.ts';
import type { Database } from './database.ts';
import { accountKey, applyEntry, emptyEntry, isEmptyEntry, type Rows } from './journal.ts';
import type { LedgerSchema } from './schema.ts';
import { SLAB_BATCHES } from './filing.ts';
import { createSession, JOURNAL_LIMITS, type Journaled, type Writes } from './session.ts';
import { joinSlabs, slabSize, type FullSlab, type Slab } from './slab.ts';

/** Beginnings of earlier sessions that are remembered: none of those still writes. */
const SESSIONS = 32;

const STATE_STORES = ['journal', 'channels', 'accounts', 'totals'] as const;
const OTHER_STORES = ['heads', 'rows', 'days', 'fundings', 'outbox', 'settings'] as const;
const WRITTEN_STORES = [...OTHER_STORES, ...STATE_STORES] as const;
type Store = (typeof WRITTEN_STORES)[number];

/** Stores that have to be locked, the journal among them; none when there is nothing to write. */
const storesOf = (writes: Writes): readonly Store[] => {
  const used: Record<Store, boolean> = {
    heads: writes.slabs.length > 0 || writes.fold !== null,
    rows: writes.slabs.length > 0 || writes.fold !== null,
    days: writes.fold !== null,
    settings: writes.settings.length > 0,
    journal: writes.journal.add.length > 0 || writes.journal.forget !== null,
    fundings: writes.fundings.length > 0,
    channels: writes.channels.length > 0,
    accounts: writes.accounts.length > 0,
    totals: writes.totals.length > 0,
    outbox: writes.outbox.length > 0,
  };
  const written = WRITTEN_STORES.filter((name) => used[name]);
  return written.length === 0 || used.journal ? written : [...written, 'journal'];
};

type WriteTransaction = IDBPTransaction<LedgerSchema, Store[], 'readwrite'>;

/**
 * Fails, and the transaction with it, when somebody else has opened the ledger: their first entry has
 * our next number. What adds an entry of its own needs no more than that.
 */
const takeTurn = (tx: IDBTransaction, next: number): void => {
  const journal = tx.objectStore('journal');
  journal.add(emptyEntry(), next);
  journal.delete(next);
};

const request = (tx: IDBTransaction, writes: Writes): void => {
  const { slabs, journal, fold } = writes;
  const storeOf = (name: Store): IDBObjectStore => tx.objectStore(name);
  const putAll = (name: Store, rows: readonly unknown[]): void => {
    if (rows.length === 0) return;
    const store = storeOf(name);
    for (const row of rows) store.put(row);
  };
  const file = ({ first, head, rows }: FullSlab): void => {
    storeOf('heads').add(head, first);
    storeOf('rows').add(rows, first);
  };
  slabs.forEach(file);
  const { add, forget } = journal;
  if (forget !== null) storeOf('journal').delete(IDBKeyRange.bound(...forget));
  for (const { entry, number } of add) storeOf('journal').add(entry, number);
  putAll('channels', writes.channels);
  for (const { cid, funding } of writes.fundings) {
    if (funding === null) storeOf('fundings').delete(cid);
    else storeOf('fundings').put(funding, cid);
  }
  putAll('accounts', writes.accounts);
  putAll('totals', writes.totals);
  putAll('outbox', writes.outbox);
  for (const [key, value] of writes.settings) {
    if (value === undefined) storeOf('settings').delete(key);
    else storeOf('settings').put(value, key);
  }
  if (fold === null) return;
  for (const id of fold.replaced) storeOf('days').delete(id);
  putAll('days', fold.days);
  const old = IDBKeyRange.upperBound(fold.upTo);
  storeOf('heads').delete(old);
  storeOf('rows').delete(old);
  if (fold.rest !== null) file(fold.rest);
};

/**
 * All that `work` asks of the transaction durably, or a rejection with the cause and nothing. A request
 * that fails takes the transaction down, which then knows the cause: so it alone is listened to. With
 * hundreds of transactions a second, wrappers, promises and listeners for each request would outlive
 * every small collection of garbage, and the large ones hold payments back for a tenth of a second.
 */
const settle = async (tx: IDBTransaction, work: () => void): Promise<void> => {
  const ended = new Promise<boolean>((resolve) => {
    tx.oncomplete = () => resolve(true);
    tx.onabort = () => resolve(false);
  });
  try {
    work();
    tx.commit();
  } catch (thrown) {
    // A record that cannot be cloned. What was requested before it must not be kept either.
    tx.abort();
    await ended;
    throw thrown;
  }
  if (await ended) return;
  const message = 'The browser has ended the transaction.';
  throw tx.error ?? new FailureError({ code: 'storage', message });
};

const begin = (database: Database, stores: readonly Store[]): WriteTransaction =>
  database.use().transaction([...stores], 'readwrite', { durability: 'strict' });

/** Writes as the session whose next entry is `next`; nothing when another one has begun since. */
const run = async (database: Database, writes: Writes, next: number): Promise<void> => {
  const stores = storesOf(writes);
  if (stores.length === 0) return;
  const tx = unwrap(database.use()).transaction(stores, 'readwrite', { durability: 'strict' });
  await settle(tx, () => {
    if (writes.journal.add.length === 0) takeTurn(tx, next);
    request(tx, writes);
  });
};

const NOTHING: WriteSet = { slab: null, totals: [], channels: [], accounts: [], outbox: [] };

type StateTransaction = IDBPTransaction<LedgerSchema, Store[], IDBTransactionMode>;

/** The rows of the stores, brought up to date with the journal, and the journal. */
const readRows = async (tx: StateTransaction) => {
  const [channels, accounts, totals, numbers, values] = await Promise.all([
    tx.objectStore('channels').getAll(),
    tx.objectStore('accounts').getAll(),
    tx.objectStore('totals').getAll(),
    tx.objectStore('journal').getAllKeys(),
    tx.objectStore('journal').getAll(),
  ]);
  const rows: Rows = {
    channels: new Map(channels.map((row) => [row.cid, row])),
    accounts: new Map(accounts.map((row) => [accountKey(row), row])),
    totals: new Map(totals.map((row) => [row.key, row])),
  };
  const entries = values.map((entry, index): Journaled => ({ number: numbers[index] ?? 0, entry }));
  for (const { number, entry } of entries) applyEntry(rows, number, entry);
  return { rows, entries };
};

const slabsOf = (entries: readonly Journaled[]): readonly FullSlab[] =>
  entries.flatMap(({ entry: { slab } }) => (slab === undefined ? [] : [slab]));

/** The first batch that is neither filed nor folded into sums. */
const firstUnfiled = async (tx: StateTransaction): Promise<number> => {
  const [last, lastDay] = await Promise.all([
    tx.objectStore('heads').openCursor(null, 'prev'),
    tx.objectStore('days').openKeyCursor(null, 'prev'),
  ]);
  return Math.max(last === null ? 0 : last.key + slabSize(last.value), (lastDay?.key ?? 0) + 1);
};

const readSnapshot = async (database: Database): Promise<Snapshot> => {
  const tx = database.use().transaction(['heads', 'days', 'fundings', ...STATE_STORES]);
  const [last, lastDay, { rows, entries }, cids, beefs] = await Promise.all([
    tx.objectStore('heads').openCursor(null, 'prev'),
    tx.objectStore('days').openKeyCursor(null, 'prev'),
    readRows(tx),
    tx.objectStore('fundings').getAllKeys(),
    tx.objectStore('fundings').getAll(),
  ]);
  const foldedTo = lastDay?.key ?? 0;
  const filed = last === null ? null : { first: last.key, head: last.value };
  const newest: Slab | null = slabsOf(entries).at(-1) ?? filed;
  const fundings = new Map(cids.map((cid, index) => [cid, beefs[index] ?? null]));
  const channels = [...rows.channels.values()].map(({ entry: _entry, ...row }): ChannelRecord => ({
    ...row,
    funding: fundings.get(row.cid) ?? null,
  }));
  return {
    channels,
    accounts: [...rows.accounts.values()],
    totals: [...rows.totals.values()],
    lastId: newest === null ? foldedTo : newest.first + slabSize(newest.head) - 1,
    foldedTo,
  };
};

/**
 * Files what earlier sessions left in the journal and begins the next one: its first entry takes the
 * number of what a writer that is still at it would add, whose next write fails. One transaction, so
 * that what such a writer has under way is either filed with the rest or refused.
 * @returns the number of the entry after it.
 */
const beginSession = async (database: Database): Promise<number> => {
  const tx = begin(database, ['heads', 'rows', 'days', ...STATE_STORES]);
  // Told of by the request that failed.
  tx.done.catch(() => undefined);
  const [{ rows, entries }, from] = await Promise.all([readRows(tx), firstUnfiled(tx)]);
  const unfiled = slabsOf(entries).filter(({ first }) => first >= from);
  const beginnings = entries.filter(({ entry }) => isEmptyEntry(entry)).slice(-SESSIONS);
  const number = (entries.at(-1)?.number ?? 0) + 1;
  const writes: Writes = {
    slabs: joinSlabs(unfiled, SLAB_BATCHES),
    journal: {
      forget: [0, number],
      add: [...beginnings, { number, entry: emptyEntry() }],
    },
    channels: [...rows.channels.values()],
    fundings: [],
    accounts: [...rows.accounts.values()],
    totals: [...rows.totals.values()],
    outbox: [],
    settings: [],
    fold: null,
  };
  const raw = unwrap(tx);
  await settle(raw, () => request(raw, writes));
  return number + 1;
};

/** The backend over IndexedDB. */
export const openIndexedBackend = async (
  database: Database,
  limits = JOURNAL_LIMITS,
): Promise<Backend> => {
  let next = await beginSession(database);
  const session = createSession(next, limits);
  const between = (from: number, to: number): IDBKeyRange =>
    IDBKeyRange.bound(from, to, false, true);
  const write = async ({ writes, keep }: ReturnType<typeof session.plan>): Promise<void> => {
    await run(database, writes, next);
    next = (writes.journal.add.at(-1)?.number ?? next - 1) + 1;
    keep();
  };
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
    write: async (set) => write(session.plan(set)),
    checkpoint: async () => write(session.plan(NOTHING, 'checkpoint')),
    snapshot: () => readSnapshot(database),
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
    close: async () => database.close(),
  };
};
