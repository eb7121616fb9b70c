import type {
  AccountRecord,
  ChannelRecord,
  DayTotal,
  OutboxRecord,
} from '../shared/ports/ledger.ts';
import type { FullSlab, Slab } from './slab.ts';
import type { TotalsRow } from './totals.ts';

/** Everything that one transaction writes; each key once. */
export interface WriteSet {
  readonly slab: FullSlab | null;
  readonly totals: readonly TotalsRow[];
  readonly channels: readonly ChannelRecord[];
  readonly accounts: readonly AccountRecord[];
  readonly outbox: readonly OutboxRecord[];
  /** Values by their keys; `undefined` removes one. */
  readonly settings?: readonly (readonly [key: string, value: unknown])[];
  readonly fold?: Fold;
}

/** Replaces old batches by sums. */
export interface Fold {
  readonly days: readonly DayTotal[];
  /** Ids of sums that are part of new ones now. */
  readonly replaced: readonly number[];
  /** Slabs whose first id is at most this one are gone … */
  readonly upTo: number;
  /** … but for what the last of them held beyond it. */
  readonly rest: FullSlab | null;
}

/** States that belong together: all of one instant. */
export interface Snapshot {
  readonly channels: readonly ChannelRecord[];
  readonly accounts: readonly AccountRecord[];
  readonly totals: readonly TotalsRow[];
  /** Id of the last batch, 0 when there is none. */
  readonly lastId: number;
  /** Id of the last batch that is only in a day's sum, 0 when there is none. */
  readonly foldedTo: number;
}

/**
 * Where a ledger keeps its records. Methods reject with whatever the storage throws; `failures.ts`
 * turns that into codes.
 */
export interface Backend {
  /**
   * All of it, durably, or nothing; one at a time. Rejects when somebody else has opened the ledger
   * since.
   */
  write(set: WriteSet): Promise<void>;
  /** Files what was written lately where it stays: from now on its slabs are not cut anew. */
  checkpoint(): Promise<void>;
  snapshot(): Promise<Snapshot>;
  outbox(): Promise<readonly OutboxRecord[]>;
  /** Slabs whose first id is at least `from` and below `to`, oldest first. */
  heads(from: number, to: number): Promise<readonly Slab[]>;
  slabs(from: number, to: number): Promise<readonly FullSlab[]>;
  /** Sums of old batches by rising id; none is above `foldedTo`. */
  days(): Promise<readonly DayTotal[]>;
  setting(key: string): Promise<unknown>;
  close(): Promise<void>;
}
