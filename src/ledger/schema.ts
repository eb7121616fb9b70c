import type { DBSchema } from 'idb';
import type { AccountRecord, ChannelRecord, OutboxRecord } from '../shared/ports/ledger.ts';
import type { ChannelRole } from '../shared/ports/payments.ts';
import type { JournalEntry } from './journal.ts';
import type { SlabHead } from './slab.ts';
import type { TotalsRow } from './totals.ts';

/** A channel without its funding transaction, which is large, never changes and has its own store. */
export interface ChannelRow extends Omit<ChannelRecord, 'funding'> {
  /** Number of the transaction that wrote it: journal entries up to that one are older. */
  readonly entry: number;
}

/** The stores of the newest version; `migrations/` says how they came to be. */
export interface LedgerSchema extends DBSchema {
  /** Packed batches by the id of the first. Append-only. */
  heads: { key: number; value: SlabHead };
  /** Their blocks, under the same keys. Append-only. */
  rows: { key: number; value: Uint32Array };
  /** Newer numbers of channels, accounts and totals than their stores hold, of one session. */
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
