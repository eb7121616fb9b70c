import type { AccountRecord, ChannelRecord, OutboxRecord } from '../shared/ports/ledger.ts';
import type { Fold, WriteSet } from './backend.ts';
import {
  afterStep,
  beginFiling,
  nextStep,
  SLAB_BATCHES,
  withoutChannels,
  type Filing,
  type Span,
} from './filing.ts';
import {
  accountKey,
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

/** How much the journal holds before it is filed: reading so much back takes a moment. */
export interface JournalLimits {
  /** Channels, accounts and totals, about 150 bytes each. */
  readonly rows: number;
  /** Entries, however small they are. */
  readonly entries: number;
  /** Blocks, 20 bytes each; they are also kept in memory. */
  readonly blocks: number;
}
export const JOURNAL_LIMITS: JournalLimits = { rows: 16_384, entries: 2_048, blocks: 65_536 };

/** An entry of the journal and what it is filed under. */
export interface Journaled {
  readonly number: number;
  readonly entry: JournalEntry;
}

/** What one transaction does to the stores. */
export interface Writes {
  readonly slabs: readonly FullSlab[];
  readonly journal: {
    /** Entries that are gone. */
    readonly forget: Span | null;
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

export const NO_WRITES: Writes = {
  slabs: [],
  journal: { forget: null, add: [] },
  channels: [],
  fundings: [],
  accounts: [],
  totals: [],
  outbox: [],
  settings: [],
  fold: null,
};

/** What a transaction does, and what to call when it is durable. */
export interface Plan {
  readonly writes: Writes;
  readonly keep: () => void;
}

/** Plans transactions one after the other. */
export interface Session {
  /**
   * The writes for `set`, and a step of a filing along with them; call `keep` when they are durable,
   * before the next plan. A `checkpoint` files everything; an `entry` leaves filing to others.
   * @throws RangeError when a fold reaches into what is not filed yet: ask for a checkpoint first
   */
  plan(set: WriteSet, how?: 'checkpoint' | 'entry'): Plan;
  /**
   * A step of a filing alone, if there is one under way that leaves an entry in the journal. Entries may
   * be planned and kept before it is.
   */
  planFiling(): Plan | null;
  /** Whether the journal is too long again although the last filing is not over. */
  isBehind(): boolean;
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

const cidsOf = (channels: readonly ChannelRecord[]): string[] => channels.map(({ cid }) => cid);

const isOver = ({ status }: ChannelRecord): boolean =>
  status === 'settled' || status === 'refunded' || status === 'failed';

/** Newest rows of `older` and `newer`. */
const mergeRows = (older: Rows, newer: Rows): Rows => ({
  channels: new Map([...older.channels, ...newer.channels]),
  accounts: new Map([...older.accounts, ...newer.accounts]),
  totals: new Map([...older.totals, ...newer.totals]),
});

/** What of the stores a transaction brings up to date with the journal. */
interface Filed {
  readonly slabs: readonly FullSlab[];
  readonly rows: Rows;
  readonly forget: Span | null;
  /** The filing that goes on after it. */
  readonly left: Filing | null;
}

const NOT_FILED: Filed = { slabs: [], rows: noRows(), forget: null, left: null };

/**
 * Decides what goes into the journal and what is written as a row: payments into the journal, all
 * else as rows, and what the journal holds as slabs and rows when it has grown too long, bit by bit
 * with the payments that follow. Entry `first` is the first of this session.
 */
export const createSession = (first: number, limits = JOURNAL_LIMITS): Session => {
  /** Channels as they were last written, in this session: the first time they are written whole. */
  const known = new Map<string, ChannelRecord>();
  /** Rows and slabs that only the journal has, beside those of the filing. */
  let dirty = noRows();
  let slabs: FullSlab[] = [];
  let journal = { rows: 0, entries: 0, blocks: 0 };
  let filing: Filing | null = null;
  /** The oldest entry, and the next one. */
  let oldest = first;
  let next = first;

  /** Brings `rows` up to date with `set`. Channels that it writes whole are not for the journal. */
  const update = (rows: Rows, set: WriteSet, payments: readonly ChannelRecord[]): Rows => {
    for (const { cid } of set.channels) rows.channels.delete(cid);
    for (const one of payments) rows.channels.set(one.cid, rowOf(one, next));
    for (const one of set.accounts) rows.accounts.set(accountKey(one), one);
    for (const one of set.totals) rows.totals.set(one.key, one);
    return rows;
  };

  const unfiled = (): readonly FullSlab[] => [...(filing?.slabs ?? []), ...slabs];

  /** Everything at once, with `set`. */
  const fileAll = (set: WriteSet, payments: readonly ChannelRecord[]): Filed => {
    const rows = update(mergeRows(filing?.rows ?? noRows(), dirty), set, payments);
    const added = set.slab === null ? [] : [set.slab];
    return {
      slabs: joinSlabs([...unfiled(), ...added], SLAB_BATCHES),
      rows,
      forget: next > oldest ? [oldest, next - 1] : null,
      left: null,
    };
  };

  const fileSome = (under: Filing): Filed => {
    const step = nextStep(under);
    return { ...step, left: afterStep(under, step) };
  };

  const keepFiled = ({ forget, left }: Filed): void => {
    if (forget !== null) oldest = forget[1] + 1;
    filing = left;
  };

  const isLong = ({ rows, entries, blocks }: typeof journal): boolean =>
    rows > limits.rows || entries > limits.entries || blocks > limits.blocks;

  return {
    slabs: unfiled,
    planFiling() {
      if (filing === null) return null;
      const filed = fileSome(filing);
      // The newest entry stays: by its number the next session tells what of the log is newer.
      if (filed.forget !== null && filed.forget[1] === next - 1) return null;
      const { slabs: done, rows, forget } = filed;
      return {
        writes: {
          ...NO_WRITES,
          slabs: done,
          journal: { forget, add: [] },
          channels: [...rows.channels.values()],
          accounts: [...rows.accounts.values()],
          totals: [...rows.totals.values()],
        },
        keep: () => keepFiled(filed),
      };
    },
    isBehind: () => filing !== null && isLong(journal),
    plan(set, how) {
      const number = next;
      const payments: ChannelRecord[] = [];
      const whole: ChannelRecord[] = [];
      for (const one of set.channels) {
        const before = known.get(one.cid);
        (before !== undefined && isPayment(before, one) ? payments : whole).push(one);
      }
      if (set.fold !== undefined && set.fold.upTo >= (unfiled()[0]?.first ?? Infinity)) {
        throw new RangeError('The journal still holds what is to be folded.');
      }
      const added = payments.length + set.accounts.length + set.totals.length;
      const isAdded = how === 'checkpoint' || added > 0 || set.slab !== null;
      const under = filing === null ? null : withoutChannels(filing, cidsOf(whole));
      const filed =
        how === 'checkpoint'
          ? fileAll(set, payments)
          : isAdded && under !== null && how !== 'entry'
            ? fileSome(under)
            : { ...NOT_FILED, left: under };
      const entry = how === 'checkpoint' ? emptyEntry() : packEntry({ ...set, channels: payments });

      return {
        writes: {
          slabs: filed.slabs,
          journal: { forget: filed.forget, add: isAdded ? [{ number, entry }] : [] },
          // Earlier entries are older than these rows; those that come from now on are not.
          channels: [
            ...whole.map((one) => rowOf(one, number - 1)),
            ...filed.rows.channels.values(),
          ],
          fundings: whole.filter(({ cid, funding }) => {
            const before = known.get(cid);
            return before === undefined || !sameBytes(before.funding, funding);
          }),
          accounts: [...filed.rows.accounts.values()],
          totals: [...filed.rows.totals.values()],
          outbox: set.outbox,
          settings: set.settings ?? [],
          fold: set.fold ?? null,
        },
        keep() {
          keepFiled(filed);
          if (how === 'checkpoint') {
            dirty = noRows();
            slabs = [];
            journal = { rows: 0, entries: 0, blocks: 0 };
          } else {
            update(dirty, set, payments);
            if (set.slab !== null) slabs.push(set.slab);
            journal = {
              rows: journal.rows + added,
              entries: journal.entries + (isAdded ? 1 : 0),
              blocks: journal.blocks + blocksOf(set.slab),
            };
          }
          if (isAdded) next += 1;
          if (filing === null && isLong(journal)) {
            filing = beginFiling(slabs, dirty, [oldest, next - 1]);
            dirty = noRows();
            slabs = [];
            journal = { rows: 0, entries: 0, blocks: 0 };
          }
          for (const one of set.channels) {
            if (isOver(one)) known.delete(one.cid);
            else known.set(one.cid, one);
          }
        },
      };
    },
  };
};
