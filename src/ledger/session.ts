import type { AccountRecord, ChannelRecord, OutboxRecord } from '../shared/ports/ledger.ts';
import type { Fold, WriteSet } from './backend.ts';
import {
  accountKey,
  copyRows,
  isPayment,
  noRows,
  packEntry,
  sameBytes,
  type Rows,
} from './journal.ts';
import type { ChannelRow, JournalEntry } from './schema.ts';
import type { FullSlab } from './slab.ts';
import type { TotalsRow } from './totals.ts';

/** Rows in the journal, about 150 bytes each, before a checkpoint: reading 2.5 MB back takes a moment. */
const MAX_JOURNAL_ROWS = 16_384;
/** Entries in the journal before a checkpoint, however small they are. */
const MAX_JOURNAL_ENTRIES = 2_048;

/** What one transaction does to the stores. */
export interface Writes {
  readonly slab: FullSlab | null;
  readonly journal: { readonly number: number; readonly entry: JournalEntry } | 'empty' | null;
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
  /** The writes for `set`; call `keep` when they are durable, before the next plan. */
  plan(set: WriteSet): { readonly writes: Writes; readonly keep: () => void };
}

const rowOf = ({ funding: _funding, ...row }: ChannelRecord, entry: number): ChannelRow => ({
  ...row,
  // The row outlives the commit, whose buffers are the caller's again.
  signature: row.signature.slice(),
  entry,
});

const isOver = ({ status }: ChannelRecord): boolean =>
  status === 'settled' || status === 'refunded' || status === 'failed';

/**
 * Decides what goes into the journal and what is written as a row: payments into the journal, all
 * else as rows, and everything that the journal holds as rows when it has grown too long.
 * `limits` are for tests.
 */
export const createSession = (
  limits = { rows: MAX_JOURNAL_ROWS, entries: MAX_JOURNAL_ENTRIES },
): Session => {
  /** Channels as they were last written, in this session: the first time they are written whole. */
  const known = new Map<string, ChannelRecord>();
  /** Rows that are newer in the journal than in their stores. */
  let dirty = noRows();
  let journal = { rows: 0, entries: 0 };
  let next = 1;

  /** Brings `rows` up to date with `set`. Channels that it writes whole are not for the journal. */
  const update = (rows: Rows, set: WriteSet, payments: readonly ChannelRecord[]): Rows => {
    for (const { cid } of set.channels) rows.channels.delete(cid);
    for (const one of payments) rows.channels.set(one.cid, rowOf(one, next));
    for (const one of set.accounts) rows.accounts.set(accountKey(one), one);
    for (const one of set.totals) rows.totals.set(one.key, one);
    return rows;
  };

  return {
    plan(set) {
      const number = next;
      const payments: ChannelRecord[] = [];
      const whole: ChannelRecord[] = [];
      for (const one of set.channels) {
        const before = known.get(one.cid);
        (before !== undefined && isPayment(before, one) ? payments : whole).push(one);
      }
      const added = payments.length + set.accounts.length + set.totals.length;
      const checkpoint = journal.rows + added > limits.rows || journal.entries + 1 > limits.entries;
      const rows = checkpoint ? update(copyRows(dirty), set, payments) : noRows();
      const entry = (): JournalEntry => packEntry({ ...set, channels: payments });

      return {
        writes: {
          slab: set.slab,
          journal: checkpoint ? 'empty' : added === 0 ? null : { number, entry: entry() },
          channels: [...whole.map((one) => rowOf(one, number)), ...rows.channels.values()],
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
          next += 1;
          journal = checkpoint
            ? { rows: 0, entries: 0 }
            : { rows: journal.rows + added, entries: journal.entries + 1 };
          for (const one of set.channels) {
            if (isOver(one)) known.delete(one.cid);
            else known.set(one.cid, one);
          }
        },
      };
    },
  };
};
