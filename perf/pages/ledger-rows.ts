import { ledgerName } from '../../src/ledger/open.ts';
import type { JournalEntry } from '../../src/ledger/schema.ts';
import type { FullSlab, SlabHead } from '../../src/ledger/slab.ts';
import { readHeads } from '../../src/ledger/slab.ts';

/** One paid block as the ledger on disk has it. */
export interface PaidRow {
  readonly infoHash: string;
  readonly peer: string;
  readonly cid: string;
  readonly direction: 'sent' | 'received';
  readonly piece: number;
  readonly offset: number;
  readonly length: number;
  readonly sat: number;
  /** How long it had been in the payments worker when it was signed for, in ms. */
  readonly age: number;
  /** Of its batch: ms since the epoch, and what the channel had paid with it. */
  readonly time: number;
  readonly paidAfter: number;
}

const resultOf = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('The ledger cannot be read.'));
  });

const COLUMNS = 5;

/** Reads a ledger past the app, straight from the database. */
export const readRows = async (profile: string): Promise<PaidRow[]> => {
  const database = await resultOf(indexedDB.open(ledgerName(profile)));
  try {
    const tx = database.transaction(['heads', 'rows', 'journal']);
    const [firsts, heads, rows, entries] = await Promise.all([
      resultOf(tx.objectStore('heads').getAllKeys()),
      resultOf(tx.objectStore('heads').getAll() as IDBRequest<SlabHead[]>),
      resultOf(tx.objectStore('rows').getAll() as IDBRequest<Uint32Array[]>),
      resultOf(tx.objectStore('journal').getAll() as IDBRequest<JournalEntry[]>),
    ]);
    const filed = heads.map((head, slab): FullSlab => ({
      first: Number(firsts[slab]),
      head,
      rows: rows[slab] ?? new Uint32Array(0),
    }));
    const newer = entries.flatMap(({ slab }) => (slab === undefined ? [] : [slab]));
    return [...filed, ...newer].flatMap((slab) => {
      const columns = slab.rows;
      let from = 0;
      return readHeads(slab).flatMap((batch) => {
        const { blocks, infoHash, peer, cid, direction, time, paidAfter } = batch;
        const start = from;
        from += COLUMNS * blocks;
        return Array.from({ length: blocks }, (_, row) => ({
          infoHash,
          peer,
          cid,
          direction,
          piece: columns[start + row] ?? 0,
          offset: columns[start + blocks + row] ?? 0,
          length: columns[start + 2 * blocks + row] ?? 0,
          sat: columns[start + 3 * blocks + row] ?? 0,
          age: columns[start + 4 * blocks + row] ?? 0,
          time,
          paidAfter,
        }));
      });
    });
  } finally {
    database.close();
  }
};
