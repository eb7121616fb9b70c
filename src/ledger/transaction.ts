import { unwrap, type IDBPTransaction } from 'idb';
import { FailureError } from '../shared/result.ts';
import type { Database } from './database.ts';
import { emptyEntry, mergeEntries } from './journal.ts';
import type { LedgerSchema } from './schema.ts';
import type { Journaled, Writes } from './session.ts';
import type { FullSlab } from './slab.ts';

export const STATE_STORES = ['journal', 'channels', 'accounts', 'totals'] as const;
const OTHER_STORES = ['heads', 'rows', 'days', 'fundings', 'outbox', 'settings'] as const;
const WRITTEN_STORES = [...OTHER_STORES, ...STATE_STORES] as const;
type Store = (typeof WRITTEN_STORES)[number];

export type StateTransaction = IDBPTransaction<LedgerSchema, Store[], IDBTransactionMode>;
type WriteTransaction = IDBPTransaction<LedgerSchema, Store[], 'readwrite'>;

/** Stores that are written, the journal apart. */
const rowStoresOf = (writes: Writes): readonly Store[] => {
  const used: Record<Exclude<Store, 'journal'>, boolean> = {
    heads: writes.slabs.length > 0 || writes.fold !== null,
    rows: writes.slabs.length > 0 || writes.fold !== null,
    days: writes.fold !== null,
    settings: writes.settings.length > 0,
    fundings: writes.fundings.length > 0,
    channels: writes.channels.length > 0,
    accounts: writes.accounts.length > 0,
    totals: writes.totals.length > 0,
    outbox: writes.outbox.length > 0,
  };
  return WRITTEN_STORES.filter((name) => name !== 'journal' && used[name]);
};

/** Whether there is nothing but entries of the journal to write, or nothing at all. */
export const isJournalOnly = (writes: Writes): boolean =>
  writes.journal.forget === null && rowStoresOf(writes).length === 0;

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
 * All that `begin` asks of the transaction, which it also commits, or a rejection with the cause and nothing. A request
 * that fails takes the transaction down, which then knows the cause: so it alone is listened to. With
 * hundreds of transactions a second, wrappers, promises and listeners for each request would outlive
 * every small collection of garbage, and the large ones hold payments back for a tenth of a second.
 */
const settle = async (tx: IDBTransaction, begin: () => void): Promise<void> => {
  const ended = new Promise<boolean>((resolve) => {
    tx.oncomplete = () => resolve(true);
    tx.onabort = () => resolve(false);
  });
  try {
    begin();
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

/** Where a session stands. */
export interface Stand {
  /** Number of its next entry. */
  readonly next: number;
  /** Entries before that one which are only in its log, oldest first. */
  readonly pending: readonly Journaled[];
  /** Whether its log may hold that next entry already. */
  readonly isDoubtful: boolean;
}

/**
 * Fails, and the transaction with it, when somebody else has opened the ledger: their first entry has
 * our next number. What adds that entry itself needs no more than that. Where our log may hold the
 * entry of that number, the heir may have found it there, and then has one number more.
 */
const takeTurns = (tx: IDBTransaction, { next, isDoubtful }: Stand, isAdded: boolean): void => {
  const journal = tx.objectStore('journal');
  const numbers = [...(isAdded ? [] : [next]), ...(isDoubtful ? [next + 1] : [])];
  for (const number of numbers) {
    journal.add(emptyEntry(), number);
    journal.delete(number);
  }
};

const beginWrites = (database: Database, writes: Writes): IDBTransaction =>
  unwrap(database.use()).transaction([...rowStoresOf(writes), 'journal'], 'readwrite', {
    durability: 'strict',
  });

/**
 * What is pending, and then `writes`, which may forget it right away. It goes in as one entry, under the
 * last of its numbers: a request costs more than its bytes.
 */
const requestAll = (tx: IDBTransaction, pending: readonly Journaled[], writes: Writes): void => {
  const last = pending.at(-1);
  if (last !== undefined) {
    tx.objectStore('journal').add(mergeEntries(pending.map(({ entry }) => entry)), last.number);
  }
  request(tx, writes);
  tx.commit();
};

/**
 * Writes, durably, what the session has pending and then `writes`; nothing when another session has
 * begun since, or when it fails for another reason. Nothing may be appended meanwhile.
 */
export const runWrites = async (
  database: Database,
  writes: Writes,
  stand: Stand,
): Promise<void> => {
  const tx = beginWrites(database, writes);
  await settle(tx, () => {
    takeTurns(tx, stand, writes.journal.add.length > 0);
    requestAll(tx, stand.pending, writes);
  });
};

/**
 * The same while more is appended to the log, whose entries an heir may have found: then theirs is not our next
 * number but a later one. So this looks whether there is any from `first` on, the lowest number that
 * IndexedDB does not have of this session.
 */
export const runHandOver = async (
  database: Database,
  writes: Writes,
  { pending, first }: { readonly pending: readonly Journaled[]; readonly first: number },
): Promise<void> => {
  const tx = beginWrites(database, writes);
  await settle(tx, () => {
    const heir = tx.objectStore('journal').getKey(IDBKeyRange.lowerBound(first));
    heir.onsuccess = () => {
      if (heir.result === undefined) requestAll(tx, pending, writes);
      else tx.abort();
    };
  });
};

/**
 * Reads in a transaction and then writes in it what `decide` makes of that, durably, or nothing:
 * nobody else writes these stores in between.
 */
export const readAndWrite = async <T>(
  database: Database,
  read: (tx: StateTransaction) => Promise<T>,
  decide: (read: T) => Writes,
): Promise<void> => {
  const stores: readonly Store[] = ['heads', 'rows', 'days', ...STATE_STORES];
  const tx: WriteTransaction = database
    .use()
    .transaction([...stores], 'readwrite', { durability: 'strict' });
  // Told of by the request that failed.
  tx.done.catch(() => undefined);
  const found = await read(tx);
  const raw = unwrap(tx);
  await settle(raw, () => {
    request(raw, decide(found));
    raw.commit();
  });
};
