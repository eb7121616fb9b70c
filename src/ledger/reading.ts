import type { ChannelRecord } from '../shared/ports/ledger.ts';
import type { Snapshot } from './backend.ts';
import type { Database } from './database.ts';
import { accountKey, applyEntry, type Rows } from './journal.ts';
import type { Journaled } from './session.ts';
import { slabSize, splitSlab, type FullSlab, type Slab } from './slab.ts';
import { STATE_STORES, type StateTransaction } from './transaction.ts';

/** The stores as they lie, and the journal. */
export interface Stored {
  readonly rows: Rows;
  readonly entries: readonly Journaled[];
}

export const readStored = async (tx: StateTransaction): Promise<Stored> => {
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
  return { rows, entries };
};

/**
 * The rows brought up to date with the journal and a log, whose entries are newer: those that have
 * gone over into the journal meanwhile are told by their numbers.
 * @returns the rows, which are changed, and all entries
 */
export const bringUpToDate = ({ rows, entries }: Stored, log: readonly Journaled[]): Stored => {
  const last = entries.at(-1)?.number ?? 0;
  const all = [...entries, ...log.filter(({ number }) => number > last)];
  for (const { number, entry } of all) applyEntry(rows, number, entry);
  return { rows, entries: all };
};

const slabsOf = (entries: readonly Journaled[]): readonly FullSlab[] =>
  entries.flatMap(({ entry: { slab } }) => (slab === undefined ? [] : [slab]));

/** Slabs of the journal, without batches before `from`, which are filed: an entry may hold more slabs. */
export const slabsFrom = (entries: readonly Journaled[], from: number): readonly FullSlab[] =>
  slabsOf(entries).flatMap((slab) => {
    const filed = from - slab.first;
    if (filed <= 0) return [slab];
    return filed < slabSize(slab.head) ? [splitSlab(slab, filed)[1]] : [];
  });

/** The first batch that is neither filed nor folded into sums. */
export const firstUnfiled = async (tx: StateTransaction): Promise<number> => {
  const [last, lastDay] = await Promise.all([
    tx.objectStore('heads').openCursor(null, 'prev'),
    tx.objectStore('days').openKeyCursor(null, 'prev'),
  ]);
  return Math.max(last === null ? 0 : last.key + slabSize(last.value), (lastDay?.key ?? 0) + 1);
};

/** All states at this moment; `log` holds the entries that are in no store yet. */
export const readSnapshot = async (
  database: Database,
  log: readonly Journaled[],
): Promise<Snapshot> => {
  const tx = database.use().transaction(['heads', 'days', 'fundings', ...STATE_STORES]);
  const [last, lastDay, stored, cids, beefs] = await Promise.all([
    tx.objectStore('heads').openCursor(null, 'prev'),
    tx.objectStore('days').openKeyCursor(null, 'prev'),
    readStored(tx),
    tx.objectStore('fundings').getAllKeys(),
    tx.objectStore('fundings').getAll(),
  ]);
  const { rows, entries } = bringUpToDate(stored, log);
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
