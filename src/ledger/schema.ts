import type { DBSchema } from 'idb';
import type {
  AccountRecord,
  ChannelRecord,
  DayTotal,
  DueBytes,
  OutboxRecord,
} from '../shared/ports/ledger.ts';
import type { ChannelRole } from '../shared/ports/payments.ts';
import type { FullSlab, SlabHead } from './slab.ts';
import type { TotalsRow } from './totals.ts';

/** A channel without its funding transaction, which is large, never changes and has its own store. */
export interface ChannelRow extends Omit<ChannelRecord, 'funding'> {
  /** Number of the transaction that wrote it: journal entries up to that one are older. */
  readonly entry: number;
}

/**
 * What one transaction of payments changes, packed: a request to IndexedDB costs more than the bytes
 * it carries, and one transaction may carry payments to a hundred peers. An entry holds the batches
 * and the new numbers of channels, accounts and totals; slabs and rows follow when the journal has
 * grown long, and then it is forgotten. Entries are filed under rising numbers; each session begins with an empty
 * one that stays, and takes the place of what an earlier session would write next.
 */
export interface JournalEntry {
  readonly cids: string;
  /** Per channel: paid, bytes, acknowledged, time, length of its signature. */
  readonly channels: Float64Array;
  readonly signatures: Uint8Array;
  /** Per account one character of role and the identity. */
  readonly peers: string;
  readonly accounts: Float64Array;
  /** What each account owes beyond its cost; absent when none does. */
  readonly due?: readonly (readonly DueBytes[])[];
  /** Info hashes, or `ALL` (totals.ts) padded with spaces. */
  readonly torrents: string;
  readonly totals: Float64Array;
  readonly slab?: FullSlab;
}

/** The stores of the newest version; `migrations/` says how they came to be. */
export interface LedgerSchema extends DBSchema {
  /** Sums of the oldest batches, in whose place they stand. In-line key `id`. */
  days: { key: number; value: DayTotal };
  /** Packed batches by the id of the first. Append-only, but for the oldest. */
  heads: { key: number; value: SlabHead };
  /** Their blocks, under the same keys. */
  rows: { key: number; value: Uint32Array };
  /** Newer than all other stores: batches, and numbers of channels, accounts and totals. */
  journal: { key: number; value: JournalEntry };
  /** Derived from the batches. In-line key `key`. */
  totals: { key: string; value: TotalsRow };
  /** In-line key `cid`. */
  channels: { key: string; value: ChannelRow };
  /** AtomicBEEF by channel id. */
  fundings: { key: string; value: Uint8Array };
  /** In-line key `[role, peer]`. */
  accounts: { key: [ChannelRole, string]; value: AccountRecord };
  /** In-line key `txid`. */
  outbox: { key: string; value: OutboxRecord };
  settings: { key: string; value: unknown };
}
