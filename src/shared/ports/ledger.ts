import type { ChannelId, IdentityKey, InfoHash, Satoshi, TxId } from '../units.ts';
import type {
  ChannelRole,
  ChannelStatus,
  FeedItem,
  HistoryQuery,
  TradeTotals,
  AuditReport,
} from './payments.ts';
import type { Result } from '../result.ts';

/**
 * What the payments engine writes and reads. One implementation over IndexedDB (src/ledger), one
 * in memory for model tests. A commit is atomic and durable when its promise resolves.
 */

/** The durable state of one channel, either side. */
export interface ChannelRecord {
  readonly cid: ChannelId;
  readonly role: ChannelRole;
  readonly peer: IdentityKey;
  readonly status: ChannelStatus;
  readonly capacity: Satoshi;
  /** Unix seconds. */
  readonly refundAt: number;
  /** Compressed keys, 33 bytes. */
  readonly payerKey: Uint8Array;
  readonly payeeKey: Uint8Array;
  readonly fundingTxid: TxId | null;
  readonly vout: number;
  /** AtomicBEEF of the funding transaction; null until it is made. */
  readonly funding: Uint8Array | null;
  /** Best state: satoshi, the payer's cumulative byte count of the account, and the payer's signature over it. */
  readonly paid: Satoshi;
  readonly bytes: number;
  readonly signature: Uint8Array;
  /** The best state that the other side is known to have. */
  readonly ackedPaid: Satoshi;
  readonly openedAt: number;
  readonly updatedAt: number;
  readonly closingTxid: TxId | null;
  readonly closingFee: Satoshi | null;
  /** Why it failed or was closed, as a sentence. */
  readonly note: string | null;
}

/** Bytes of one torrent at one price (satoshi per MiB) that are owed and not signed for yet. */
export interface DueBytes {
  readonly infoHash: InfoHash;
  readonly price: number;
  readonly bytes: number;
}

/**
 * Running totals with one peer in one direction, over all channels. The cost is exact: `sat` whole
 * satoshi plus `remainder` / 2^20 of one, so that the price of a sum is never the sum of roundings.
 */
export interface AccountRecord {
  readonly role: ChannelRole;
  readonly peer: IdentityKey;
  /** Payer: what is owed for verified data. Payee: what was sent. */
  readonly costSat: Satoshi;
  readonly costRemainder: number;
  readonly bytes: number;
  /** Paid over all channels, signed and committed. */
  readonly paid: Satoshi;
  /** Payee: what was sent and forgiven because it was lost with a wire, in satoshi and bytes. */
  readonly forgivenSat: Satoshi;
  readonly forgivenBytes: number;
  /** Payer: received, payable, and not part of the cost yet; what a restart still owes. */
  readonly due?: readonly DueBytes[];
  readonly updatedAt: number;
}

/** One signed batch: columns of equal length, one row a block. Σ sats is what the batch paid. */
export interface BatchRecord {
  /** Set by the ledger: strictly increasing. */
  readonly id?: number;
  readonly time: number;
  readonly direction: 'sent' | 'received';
  readonly cid: ChannelId;
  readonly peer: IdentityKey;
  readonly infoHash: InfoHash;
  /** Channel total after this batch. */
  readonly paidAfter: Satoshi;
  readonly sat: Satoshi;
  readonly bytes: number;
  readonly pieces: Uint32Array;
  readonly offsets: Uint32Array;
  readonly lengths: Uint32Array;
  readonly sats: Uint32Array;
  /** Ms before `time` at which each block came or went. */
  readonly ages: Uint32Array;
}

/** A signed transaction that must reach the chain. */
export interface OutboxRecord {
  readonly txid: TxId;
  readonly kind: 'funding' | 'settlement' | 'refund';
  /** Raw transaction, or Extended Format where ARC needs the parents' outputs. */
  readonly tx: Uint8Array;
  readonly cids: readonly ChannelId[];
  /** ARC status, or `queued` before the first answer. */
  readonly status: string;
  readonly attempts: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface Commit {
  readonly batches?: readonly BatchRecord[];
  readonly channels?: readonly ChannelRecord[];
  readonly accounts?: readonly AccountRecord[];
  readonly outbox?: readonly OutboxRecord[];
}

/**
 * The batches of one channel and torrent on one day (UTC), added up. Stands in their place once they
 * are old, and in backups.
 */
export interface DayTotal {
  /** Id of the newest batch in it, so that it keeps its place among all others. */
  readonly id: number;
  /** When that batch was signed. */
  readonly time: number;
  readonly direction: 'sent' | 'received';
  readonly cid: ChannelId;
  readonly peer: IdentityKey;
  readonly infoHash: InfoHash;
  /** Channel total after that batch. */
  readonly paidAfter: Satoshi;
  readonly batches: number;
  readonly blocks: number;
  readonly bytes: number;
  readonly sat: Satoshi;
}

/** All that money hangs on, without the single blocks. */
export interface LedgerCopy {
  readonly channels: readonly ChannelRecord[];
  readonly accounts: readonly AccountRecord[];
  readonly outbox: readonly OutboxRecord[];
  /** By rising id. */
  readonly days: readonly DayTotal[];
}

/** Which single batches may be added up to day totals. */
export interface RetentionRule {
  /** Batches before this moment, in ms since the epoch… */
  readonly before: number;
  /** …and those beyond the newest so many. */
  readonly keep: number;
}

export interface TorrentTotals extends TradeTotals {
  readonly infoHash: InfoHash;
}

export interface Ledger {
  /** Atomic and durable once resolved. Commits made in one tick share one transaction (group commit). */
  commit(commit: Commit): Promise<Result<void>>;
  channels(): Promise<readonly ChannelRecord[]>;
  accounts(): Promise<readonly AccountRecord[]>;
  outbox(): Promise<readonly OutboxRecord[]>;
  totals(): Promise<{ readonly all: TradeTotals; readonly torrents: readonly TorrentTotals[] }>;
  history(query: HistoryQuery): Promise<readonly FeedItem[]>;
  /** RFC 4180 or JSON; one row a batch, or a day of old ones; ISO 8601 times; stable columns. */
  exportHistory(format: 'csv' | 'json'): Promise<string>;
  /** Recomputes every derived figure from the events and compares: Σ events = Σ channel states = accounts. */
  audit(): Promise<AuditReport>;
  /**
   * Adds up old batches by day, channel and torrent, as far as their channels are over; no total, state
   * or outcome of an audit changes. @returns how many; `aborted` when the ledger was closed meanwhile,
   * or the failure of a write, with all that was done before it kept.
   */
  compact(rule: RetentionRule): Promise<Result<{ readonly batches: number }>>;
  /** Channels, accounts and history are of one instant; the outbox may be newer, never older. */
  copy(): Promise<LedgerCopy>;
  /**
   * Takes over a copy and these settings (`undefined` removes one) in one transaction.
   * @returns `busy` when this ledger holds anything already.
   */
  restore(
    copy: LedgerCopy,
    settings: readonly (readonly [key: string, value: unknown])[],
  ): Promise<Result<void>>;
  setting<T>(key: string): Promise<T | undefined>;
  putSetting(key: string, value: unknown): Promise<Result<void>>;
  close(): Promise<void>;
}
