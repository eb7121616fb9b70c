import type { IDBPTransaction } from 'idb';
import type { ChannelRecord } from '../shared/ports/ledger.ts';
import type { Backend, Snapshot } from './backend.ts';
import type { Database } from './database.ts';
import { accountKey, applyEntry, type Rows } from './journal.ts';
import type { LedgerSchema } from './schema.ts';
import { createSession, type Session, type Writes } from './session.ts';
import { slabSize, type FullSlab, type Slab } from './slab.ts';

const STATE_STORES = ['journal', 'channels', 'accounts', 'totals'] as const;
const OTHER_STORES = ['heads', 'rows', 'days', 'fundings', 'outbox', 'settings'] as const;
const WRITTEN_STORES = [...OTHER_STORES, ...STATE_STORES] as const;
type Store = (typeof WRITTEN_STORES)[number];

/** Stores that have to be locked; none when there is nothing to write. */
const storesOf = (writes: Writes): readonly Store[] => {
  const used: Record<Store, boolean> = {
    heads: writes.slab !== null || writes.fold !== null,
    rows: writes.slab !== null || writes.fold !== null,
    days: writes.fold !== null,
    settings: writes.settings.length > 0,
    journal: writes.journal !== null,
    fundings: writes.fundings.length > 0,
    channels: writes.channels.length > 0,
    accounts: writes.accounts.length > 0,
    totals: writes.totals.length > 0,
    outbox: writes.outbox.length > 0,
  };
  return WRITTEN_STORES.filter((name) => used[name]);
};

const request = (
  tx: IDBPTransaction<LedgerSchema, Store[], 'readwrite'>,
  writes: Writes,
  note: (request: Promise<unknown>) => void,
): void => {
  const { slab, journal, fold } = writes;
  if (slab !== null) {
    note(tx.objectStore('heads').add(slab.head, slab.first));
    note(tx.objectStore('rows').add(slab.rows, slab.first));
  }
  if (journal === 'empty') note(tx.objectStore('journal').clear());
  else if (journal !== null) note(tx.objectStore('journal').add(journal.entry, journal.number));
  for (const one of writes.channels) note(tx.objectStore('channels').put(one));
  for (const { cid, funding } of writes.fundings) {
    const store = tx.objectStore('fundings');
    note(funding === null ? store.delete(cid) : store.put(funding, cid));
  }
  for (const one of writes.accounts) note(tx.objectStore('accounts').put(one));
  for (const one of writes.totals) note(tx.objectStore('totals').put(one));
  for (const one of writes.outbox) note(tx.objectStore('outbox').put(one));
  for (const [key, value] of writes.settings) {
    const store = tx.objectStore('settings');
    note(value === undefined ? store.delete(key) : store.put(value, key));
  }
  if (fold === null) return;
  for (const id of fold.replaced) note(tx.objectStore('days').delete(id));
  for (const day of fold.days) note(tx.objectStore('days').put(day));
  const old = IDBKeyRange.upperBound(fold.upTo);
  note(tx.objectStore('heads').delete(old));
  note(tx.objectStore('rows').delete(old));
};

/** All of `writes` durably, or a rejection with the cause and nothing. */
const run = async (database: Database, writes: Writes): Promise<void> => {
  const db = database.use();
  const stores = storesOf(writes);
  if (stores.length === 0) return;
  const tx = db.transaction([...stores], 'readwrite', { durability: 'strict' });
  const pending: Promise<unknown>[] = [];
  try {
    request(tx, writes, (one) => pending.push(one));
    tx.commit();
  } catch (thrown) {
    // A record that cannot be cloned. What was requested before it must not be kept either.
    tx.abort();
    await Promise.allSettled([...pending, tx.done]);
    throw thrown;
  }
  const outcomes = await Promise.allSettled([...pending, tx.done]);
  const failed = outcomes.find(({ status }) => status === 'rejected');
  // The transaction knows the cause; requests that it took down with it say "aborted".
  if (failed?.status === 'rejected') throw tx.error ?? failed.reason;
};

type StateTransaction = IDBPTransaction<LedgerSchema, [...Store[]]>;

/** The rows of the stores, brought up to date with the journal. */
const readRows = async (tx: StateTransaction): Promise<{ rows: Rows; journaled: number }> => {
  const [channels, accounts, totals, numbers, entries] = await Promise.all([
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
  entries.forEach((entry, index) => applyEntry(rows, numbers[index] ?? 0, entry));
  return { rows, journaled: entries.length };
};

const readSnapshot = async (database: Database): Promise<Snapshot> => {
  const tx = database.use().transaction(['heads', 'days', 'fundings', ...STATE_STORES]);
  const [last, lastDay, { rows }, cids, beefs] = await Promise.all([
    tx.objectStore('heads').openCursor(null, 'prev'),
    tx.objectStore('days').openKeyCursor(null, 'prev'),
    readRows(tx),
    tx.objectStore('fundings').getAllKeys(),
    tx.objectStore('fundings').getAll(),
  ]);
  const foldedTo = lastDay?.key ?? 0;
  const fundings = new Map(cids.map((cid, index) => [cid, beefs[index] ?? null]));
  const channels = [...rows.channels.values()].map(({ entry: _entry, ...row }): ChannelRecord => ({
    ...row,
    funding: fundings.get(row.cid) ?? null,
  }));
  return {
    channels,
    accounts: [...rows.accounts.values()],
    totals: [...rows.totals.values()],
    lastId: last === null ? foldedTo : last.key + slabSize(last.value) - 1,
    foldedTo,
  };
};

/** Numbers of a journal begin anew with each session, so that what an earlier one left goes first. */
const emptyJournal = async (database: Database): Promise<void> => {
  const { rows, journaled } = await readRows(database.use().transaction([...STATE_STORES]));
  if (journaled === 0) return;
  await run(database, {
    slab: null,
    journal: 'empty',
    channels: [...rows.channels.values()],
    fundings: [],
    accounts: [...rows.accounts.values()],
    totals: [...rows.totals.values()],
    outbox: [],
    settings: [],
    fold: null,
  });
};

/** The backend over IndexedDB. */
export const openIndexedBackend = async (
  database: Database,
  session: Session = createSession(),
): Promise<Backend> => {
  await emptyJournal(database);
  const between = (from: number, to: number): IDBKeyRange =>
    IDBKeyRange.bound(from, to, false, true);
  return {
    async write(set) {
      const { writes, keep } = session.plan(set);
      await run(database, writes);
      keep();
    },
    snapshot: () => readSnapshot(database),
    outbox: () => database.use().getAll('outbox'),
    async heads(from, to): Promise<readonly Slab[]> {
      const store = database.use().transaction('heads').store;
      const range = between(from, to);
      const [keys, heads] = await Promise.all([store.getAllKeys(range), store.getAll(range)]);
      return heads.map((head, index) => ({ first: keys[index] ?? 0, head }));
    },
    async slabs(from, to): Promise<readonly FullSlab[]> {
      const tx = database.use().transaction(['heads', 'rows']);
      const range = between(from, to);
      const [keys, heads, rowKeys, rows] = await Promise.all([
        tx.objectStore('heads').getAllKeys(range),
        tx.objectStore('heads').getAll(range),
        tx.objectStore('rows').getAllKeys(range),
        tx.objectStore('rows').getAll(range),
      ]);
      const byKey = new Map(rowKeys.map((key, index) => [key, rows[index]]));
      return heads.map((head, index) => {
        const first = keys[index] ?? 0;
        return { first, head, rows: byKey.get(first) ?? new Uint32Array(0) };
      });
    },
    days: () => database.use().getAll('days'),
    setting: (key) => database.use().get('settings', key),
    async putSetting(key, value) {
      const tx = database.use().transaction('settings', 'readwrite', { durability: 'strict' });
      await Promise.all([tx.store.put(value, key), tx.done]);
    },
    close: async () => database.close(),
  };
};
