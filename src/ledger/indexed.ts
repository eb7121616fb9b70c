import type { ChannelRecord } from '../shared/ports/ledger.ts';
import type { ChannelId } from '../shared/units.ts';
import type { Backend, Snapshot, WriteSet } from './backend.ts';
import type { Database } from './database.ts';
import type { ChannelRow } from './schema.ts';
import { slabSize, type FullSlab, type Slab } from './slab.ts';

const sameBytes = (a: Uint8Array | null, b: Uint8Array | null): boolean =>
  a === b ||
  (a !== null && b !== null && a.length === b.length && a.every((value, i) => value === b[i]));

/**
 * Remembers which funding transactions are on disk. Channels are written many times a second, and
 * their fundings, a hundred times as large, once.
 */
const createFundingMemory = () => {
  const stored = new Map<ChannelId, Uint8Array | null>();
  return {
    changed: ({ cid, funding }: ChannelRecord): boolean => {
      const known = stored.get(cid);
      return known === undefined || !sameBytes(known, funding);
    },
    keep: ({ cid, funding }: ChannelRecord): void => {
      stored.set(cid, funding);
    },
  };
};

const STORES = ['heads', 'rows', 'totals', 'channels', 'fundings', 'accounts', 'outbox'] as const;
type Store = (typeof STORES)[number];

const rowOf = ({ funding: _funding, ...row }: ChannelRecord): ChannelRow => row;

/** The backend over IndexedDB. */
export const createIndexedBackend = (database: Database): Backend => {
  const fundings = createFundingMemory();

  /** Stores that have to be locked for `set`; none when it is empty. */
  const storesOf = (set: WriteSet, moved: readonly ChannelRecord[]): readonly Store[] => {
    const used: Record<Store, boolean> = {
      heads: set.slab !== null,
      rows: set.slab !== null,
      totals: set.totals.length > 0,
      channels: set.channels.length > 0,
      fundings: moved.length > 0,
      accounts: set.accounts.length > 0,
      outbox: set.outbox.length > 0,
    };
    return STORES.filter((name) => used[name]);
  };

  const write = async (set: WriteSet): Promise<void> => {
    const moved = set.channels.filter(fundings.changed);
    const stores = storesOf(set, moved);
    const db = database.use();
    if (stores.length === 0) return;
    const tx = db.transaction(stores, 'readwrite', { durability: 'strict' });
    const requests: Promise<unknown>[] = [];
    try {
      if (set.slab !== null) {
        requests.push(tx.objectStore('heads').add(set.slab.head, set.slab.first));
        requests.push(tx.objectStore('rows').add(set.slab.rows, set.slab.first));
      }
      for (const row of set.totals) requests.push(tx.objectStore('totals').put(row));
      for (const one of set.channels) requests.push(tx.objectStore('channels').put(rowOf(one)));
      for (const { cid, funding } of moved) {
        const store = tx.objectStore('fundings');
        requests.push(funding === null ? store.delete(cid) : store.put(funding, cid));
      }
      for (const account of set.accounts) requests.push(tx.objectStore('accounts').put(account));
      for (const entry of set.outbox) requests.push(tx.objectStore('outbox').put(entry));
      tx.commit();
    } catch (thrown) {
      // A record that cannot be cloned. What was requested before it must not be kept either.
      tx.abort();
      await Promise.allSettled([...requests, tx.done]);
      throw thrown;
    }
    const outcomes = await Promise.allSettled([...requests, tx.done]);
    const failed = outcomes.find(({ status }) => status === 'rejected');
    // The transaction knows the cause; requests that it took down with it say "aborted".
    if (failed?.status === 'rejected') throw tx.error ?? failed.reason;
    moved.forEach(fundings.keep);
  };

  const snapshot = async (): Promise<Snapshot> => {
    const tx = database
      .use()
      .transaction(['heads', 'totals', 'channels', 'fundings', 'accounts'], 'readonly');
    const [last, totals, rows, cids, beefs, accounts] = await Promise.all([
      tx.objectStore('heads').openCursor(null, 'prev'),
      tx.objectStore('totals').getAll(),
      tx.objectStore('channels').getAll(),
      tx.objectStore('fundings').getAllKeys(),
      tx.objectStore('fundings').getAll(),
      tx.objectStore('accounts').getAll(),
    ]);
    const byCid = new Map(cids.map((cid, index) => [cid, beefs[index] ?? null]));
    const channels = rows.map((row) => ({ ...row, funding: byCid.get(row.cid) ?? null }));
    const lastId = last === null ? 0 : last.key + slabSize(last.value) - 1;
    return { channels, accounts, totals, lastId };
  };

  const between = (from: number, to: number): IDBKeyRange =>
    IDBKeyRange.bound(from, to, false, true);

  return {
    write,
    snapshot,
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
    setting: (key) => database.use().get('settings', key),
    async putSetting(key, value) {
      const tx = database.use().transaction('settings', 'readwrite', { durability: 'strict' });
      await Promise.all([tx.store.put(value, key), tx.done]);
    },
    close: async () => database.close(),
  };
};
