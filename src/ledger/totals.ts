import type { TorrentTotals } from '../shared/ports/ledger.ts';
import type { TradeTotals } from '../shared/ports/payments.ts';
import { satoshi, type InfoHash } from '../shared/units.ts';
import type { BatchHead } from './slab.ts';

/** Key of the totals over all torrents. */
export const ALL = 'all';

/** Totals of one torrent, or of {@link ALL}. */
export interface TotalsRow extends TradeTotals {
  readonly key: InfoHash | typeof ALL;
  /** Id of the last batch that is counted in. */
  readonly upTo: number;
}

/** The part of a batch that is counted. */
export type Counted = Pick<BatchHead, 'direction' | 'sat' | 'bytes' | 'blocks' | 'infoHash'>;

export const noTotals: TradeTotals = {
  paidSat: satoshi(0),
  paidBytes: 0,
  paidBlocks: 0,
  earnedSat: satoshi(0),
  earnedBytes: 0,
  earnedBlocks: 0,
};

/** Totals with one batch more. */
export const addToTotals = (
  totals: TradeTotals,
  { direction, sat, bytes, blocks }: Omit<Counted, 'infoHash'>,
): TradeTotals =>
  direction === 'sent'
    ? {
        ...totals,
        paidSat: satoshi(totals.paidSat + sat),
        paidBytes: totals.paidBytes + bytes,
        paidBlocks: totals.paidBlocks + blocks,
      }
    : {
        ...totals,
        earnedSat: satoshi(totals.earnedSat + sat),
        earnedBytes: totals.earnedBytes + bytes,
        earnedBlocks: totals.earnedBlocks + blocks,
      };

/** Whether two totals say the same. */
export const sameTotals = (a: TradeTotals, b: TradeTotals): boolean =>
  a.paidSat === b.paidSat &&
  a.paidBytes === b.paidBytes &&
  a.paidBlocks === b.paidBlocks &&
  a.earnedSat === b.earnedSat &&
  a.earnedBytes === b.earnedBytes &&
  a.earnedBlocks === b.earnedBlocks;

const plain = ({ key: _key, upTo: _upTo, ...totals }: TotalsRow): TradeTotals => totals;

/** Running totals. Rows are made by {@link TotalsBook.after} and hold once {@link TotalsBook.keep} is told so. */
export interface TotalsBook {
  /** The rows that change when `batches` are added; the last of them has id `upTo`. Changes nothing. */
  after(batches: readonly Counted[], upTo: number): readonly TotalsRow[];
  /** Takes over rows that are on disk now. */
  keep(rows: readonly TotalsRow[]): void;
  all(): TradeTotals;
  torrents(): readonly TorrentTotals[];
  rows(): readonly TotalsRow[];
}

export const createTotalsBook = (initial: readonly TotalsRow[] = []): TotalsBook => {
  const kept = new Map<string, TotalsRow>(initial.map((row) => [row.key, row]));
  return {
    after(batches, upTo) {
      const changed = new Map<TotalsRow['key'], TotalsRow>();
      for (const batch of batches) {
        for (const key of [ALL, batch.infoHash] as const) {
          const before = changed.get(key) ?? kept.get(key) ?? noTotals;
          changed.set(key, { ...addToTotals(before, batch), key, upTo });
        }
      }
      return [...changed.values()];
    },
    keep(rows) {
      for (const row of rows) kept.set(row.key, row);
    },
    all: () => {
      const row = kept.get(ALL);
      return row === undefined ? noTotals : plain(row);
    },
    torrents: () =>
      [...kept.values()].flatMap((row) =>
        row.key === ALL ? [] : [{ infoHash: row.key, ...plain(row) }],
      ),
    rows: () => [...kept.values()],
  };
};
