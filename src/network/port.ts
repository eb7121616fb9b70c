import type { ChainTracker, MerklePath, Transaction } from '@bsv/sdk';
import type { ServiceHealth } from '../shared/ports/health.ts';
import type { Result } from '../shared/result.ts';
import type { Satoshi, TxId } from '../shared/units.ts';
import type { Header } from './header.ts';

/** An unspent output, as the look-up service tells it: hostile until a BEEF proves it. */
export interface Utxo {
  readonly txid: TxId;
  readonly vout: number;
  readonly satoshis: Satoshi;
  /** 0 while it is not mined. */
  readonly height: number;
}

/** What ARC knows about a transaction. */
export interface TxStatus {
  /** ARC's word: `SEEN_ON_NETWORK`, `MINED`, `REJECTED`, `DOUBLE_SPEND_ATTEMPTED`, … */
  readonly status: string;
  readonly blockHeight?: number;
  /** BUMP of a mined transaction (BRC-74). */
  readonly merklePath?: MerklePath;
  /** Transactions that spend the same outputs. */
  readonly competing?: readonly TxId[];
  /** ARC's reason in words, where it gave one. */
  readonly detail?: string;
}

/**
 * The chain as the payments worker sees it: ARC for sending, a WhatsOnChain-shaped service for
 * looking up. Failures: `network` (unreachable, breaker open, nonsense answered), `timeout`,
 * `not-found`, and for broadcasts also `fee-too-low`, `double-spend`, `rejected`: these three only by
 * ARC's own word. A transaction whose parents the network lacks, or whose coins another one spends as
 * well, is `network` until that is decided; {@link Chain.status} tells which.
 */
export interface Chain {
  /** Miner fee rate in sat per 1,000 bytes, from ARC's policy, cached; 100 only when never reached. */
  feeRate(): Promise<number>;
  /** The same asked of ARC now, with its failure when it does not answer. */
  policy(): Promise<Result<number>>;
  /**
   * Sends `tx` to ARC in Extended Format (BRC-30): every input needs its source transaction or
   * `sourceSatoshis`-carrying parent. A transaction that the network already has is a success; where
   * it lacks the parents, those that `tx` carries along are sent first.
   */
  broadcast(tx: Transaction): Promise<Result<{ readonly txid: TxId; readonly status: string }>>;
  /** The same for bytes already in Extended Format or raw, as an outbox keeps them. */
  broadcastBytes(tx: Uint8Array): Promise<Result<{ readonly txid: TxId; readonly status: string }>>;
  /** `not-found` when ARC has never heard of it. */
  status(txid: TxId): Promise<Result<TxStatus>>;
  /** Who spends an output; null while nobody does. */
  spentBy(
    txid: TxId,
    vout: number,
  ): Promise<Result<{ readonly txid: TxId; readonly vin: number } | null>>;
  /** Raw transaction bytes, whose hash is checked. */
  rawTx(txid: TxId): Promise<Result<Uint8Array>>;
  /** AtomicBEEF (BRC-95) of a transaction with its proofs, whose subject is checked; not verified. */
  beef(txid: TxId): Promise<Result<Uint8Array>>;
  /** Unspent outputs locked by exactly this script. */
  utxos(lockingScript: Uint8Array): Promise<Result<readonly Utxo[]>>;
  /** Checked header of a block on the best chain. */
  header(height: number): Promise<Result<Header>>;
  headerOf(hash: string): Promise<Result<Header>>;
  height(): Promise<Result<number>>;
  /** Median time past of the tip, Unix seconds: the chain's own clock, which lags. */
  medianTime(): Promise<Result<number>>;
  /** Block headers for SPV (BRC-67). Throws, as the SDK wants it, when no header can be had. */
  readonly tracker: ChainTracker;
  health(): readonly ServiceHealth[];
}
