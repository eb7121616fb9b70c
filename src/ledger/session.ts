import type { AccountRecord, ChannelRecord, OutboxRecord } from '../shared/ports/ledger.ts';
import type { Fold, WriteSet } from './backend.ts';
import {
  accountKey,
  copyRows,
  emptyEntry,
  isPayment,
  noRows,
  packEntry,
  sameBytes,
  type Rows,
} from './journal.ts';
import type { ChannelRow, JournalEntry } from './schema.ts';
import { blockCount, joinSlabs, type FullSlab } from './slab.ts';
import type { TotalsRow } from './totals.ts';

/** How much the journal holds before a checkpoint: reading so much back takes a moment. */
export interface JournalLimits {
  /** Channels, accounts and totals, about 150 bytes each. */
  readonly rows: number;
  /** Entries, however small they are. */
  readonly entries: number;
  /** Blocks, 20 bytes each; they are also kept in memory. */
  readonly blocks: number;
}
export const JOURNAL_LIMITS: JournalLimits = { rows: 16_384, entries: 2_048, blocks: 65_536 };
/** Batches of a slab that is made of several: a page of history is four of them. */
export const SLAB_BATCHES = 128;

/** An entry of the journal and what it is filed under. */
export interface Journaled {
  readonly number: number;
  readonly entry: JournalEntry;
}

/** What one transaction does to the stores. */
export interface Writes {
  readonly slabs: readonly FullSlab[];
  readonly journal: {
    /** Numbers of entries that are gone, first and last. */
    readonly forget: readonly [from: number, to: number] | null;
    readonly add: readonly Journaled[];
  };
  readonly channels: readonly ChannelRow[];
  readonly fundings: readonly ChannelRecord[];
  readonly accounts: readonly AccountRecord[];
  readonly totals: readonly TotalsRow[];
  readonly outbox: readonly OutboxRecord[];
  readonly settings: NonNullable<WriteSet['settings']>;
  readonly fold: Fold | null;
}

/** Plans transactions one after the other. */
export interface Session {
  /**
   * The writes for `set`; call `keep` when they are durable, before the next plan.
   * @throws RangeError when a fold reaches into what is not filed yet: ask for a checkpoint first
   */
  plan(set: WriteSet, how?: 'checkpoint'): { readonly writes: Writes; readonly keep: () => void };
  /** Slabs that only the journal has, oldest first. */
  slabs(): readonly FullSlab[];
}

const rowOf = ({ funding: _funding, ...row }: ChannelRecord, entry: number): ChannelRow => ({
  ...row,
  // The row outlives the commit, whose buffers are the caller's again.
  signature: row.signature.slice(),
  entry,
});

const blocksOf = (slab: FullSlab | null): number => (slab === null ? 0 : blockCount(slab));

const isOver = ({ status }: ChannelRecord): boolean =>
  status === 'settled' || status === 'refunded' || status === 'failed';

/**
 * Decides what goes into the journal and what is written as a row: payments into the journal, all
 * else as rows, and everything that the journal holds as slabs and rows when it has grown too long.
 * Entry `first` is the first of this session.
 */
export const createSession = (first: number, limits = JOURNAL_LIMITS): Session => {
  /** Channels as they were last written, in this session: the first time they are written whole. */
  const known = new Map<string, ChannelRecord>();
  /** Rows that are newer in the journal than in their stores. */
  let dirty = noRows();
  let slabs: FullSlab[] = [];
  let journal = { rows: 0, entries: 0, blocks: 0, from: first };
  let next = first;

  /** Brings `rows` up to date with `set`. Channels that it writes whole are not for the journal. */
  const update = (rows: Rows, set: WriteSet, payments: readonly ChannelRecord[]): Rows => {
    for (const { cid } of set.channels) rows.channels.delete(cid);
    for (const one of payments) rows.channels.set(one.cid, rowOf(one, next));
    for (const one of set.accounts) rows.accounts.set(accountKey(one), one);
    for (const one of set.totals) rows.totals.set(one.key, one);
    return rows;
  };

  return {
    slabs: () => [...slabs],
    plan(set, how) {
      const number = next;
      const payments: ChannelRecord[] = [];
      const whole: ChannelRecord[] = [];
      for (const one of set.channels) {
        const before = known.get(one.cid);
        (before !== undefined && isPayment(before, one) ? payments : whole).push(one);
      }
      const added = set.slab === null ? [] : [set.slab];
      const grown = {
        rows: journal.rows + payments.length + set.accounts.length + set.totals.length,
        entries: journal.entries + 1,
        blocks: journal.blocks + blocksOf(set.slab),
        from: journal.from,
      };
      const checkpoint =
        how === 'checkpoint' ||
        grown.rows > limits.rows ||
        grown.entries > limits.entries ||
        grown.blocks > limits.blocks;
      const rows = checkpoint ? update(copyRows(dirty), set, payments) : noRows();
      const isAdded = checkpoint || grown.rows > journal.rows || set.slab !== null;
      if (set.fold !== undefined && set.fold.upTo >= (slabs[0]?.first ?? Infinity)) {
        throw new RangeError('The journal still holds what is to be folded.');
      }

      const entry = (): JournalEntry => packEntry({ ...set, channels: payments });

      return {
        writes: {
          slabs: checkpoint ? joinSlabs([...slabs, ...added], SLAB_BATCHES) : [],
          journal: {
            forget: checkpoint && number > journal.from ? [journal.from, number - 1] : null,
            add: isAdded ? [{ number, entry: checkpoint ? emptyEntry() : entry() }] : [],
          },
          // Earlier entries are older than these rows; those that come from now on are not.
          channels: [...whole.map((one) => rowOf(one, number - 1)), ...rows.channels.values()],
          fundings: whole.filter(({ cid, funding }) => {
            const before = known.get(cid);
            return before === undefined || !sameBytes(before.funding, funding);
          }),
          accounts: [...rows.accounts.values()],
          totals: [...rows.totals.values()],
          outbox: set.outbox,
          settings: set.settings ?? [],
          fold: set.fold ?? null,
        },
        keep() {
          dirty = checkpoint ? noRows() : update(dirty, set, payments);
          if (checkpoint) slabs = [];
          else slabs.push(...added);
          if (isAdded) next += 1;
          journal = checkpoint ? { rows: 0, entries: 0, blocks: 0, from: number } : grown;
          for (const one of set.channels) {
            if (isOver(one)) known.delete(one.cid);
            else known.set(one.cid, one);
          }
        },
      };
    },
  };
};
