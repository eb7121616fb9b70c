import type { CachedKeyDeriver, PrivateKey, ProtoWallet } from '@bsv/sdk';
import type { WalletAction } from '../../shared/ports/payments.ts';
import type { Result } from '../../shared/result.ts';
import type { ChannelId, IdentityKey, Satoshi, TxId } from '../../shared/units.ts';
import type { IncomePurpose } from './purpose.ts';

/** Everything that is derived from one profile's root key (keys.ts). */
export interface NodeKeys {
  readonly identity: IdentityKey;
  readonly wallet: ProtoWallet;
  readonly keyDeriver: CachedKeyDeriver;
  readonly rootKey: PrivateKey;
}

/** Where the encrypted root key of a profile is kept (the ledger's settings). */
export interface KeyVault {
  load(): Promise<unknown>;
  store(value: unknown): Promise<Result<void>>;
}

/** One channel output that a funding transaction shall create. */
export interface FundingRequest {
  readonly cid: ChannelId;
  readonly lockingScript: Uint8Array;
  readonly capacity: Satoshi;
  /** JSON {v, cid, payee, T}, from which a wallet backup alone rebuilds the refund. */
  readonly instructions: string;
}

export interface FundedChannels {
  readonly txid: TxId;
  /** AtomicBEEF (BRC-95) of the funding transaction. */
  readonly beef: Uint8Array;
  /** `vouts[i]` is the output of the i-th request. */
  readonly vouts: readonly number[];
  /** False when nobody answered the broadcast: it is stored and sent again by {@link PaymentsWallet.tick}. */
  readonly sent: boolean;
}

/** A P2PKH script of ours (BRC-29 with ourselves as sender) and how to find its key again. */
export interface OwnScript {
  readonly lockingScript: Uint8Array;
  /** Base64, as BRC-29 has it. */
  readonly derivationPrefix: string;
  readonly derivationSuffix: string;
}

/** An output of ours in a transaction that somebody else made. */
export interface OwnOutput {
  readonly vout: number;
  readonly derivationPrefix: string;
  readonly derivationSuffix: string;
}

/** A channel output that the wallet knows. */
export interface ChannelOutputView {
  readonly txid: TxId;
  readonly vout: number;
  readonly satoshis: Satoshi;
  readonly instructions: string;
}

/** One row of a table of the toolbox. */
export type WalletRow = Readonly<
  Record<string, string | number | boolean | Uint8Array | Date | undefined>
>;

/** All tables that the wallet's money hangs on. */
export interface WalletRows {
  /** Version of the tables' layout. */
  readonly schema: number;
  readonly stores: Readonly<Record<string, readonly WalletRow[]>>;
}

/**
 * The BSV wallet of this node (BRC-100 wallet-toolbox behind it), opened in the background. Every
 * call waits for `ready`. Calls that spend are taken one after another, so that no coin is spent
 * twice. Failures: `insufficient-funds`, the codes of {@link import('../../network/port.ts').Chain},
 * `not-ready` when the wallet did not open, `storage`, `bad-input`.
 */
export interface PaymentsWallet {
  readonly ready: Promise<Result<void>>;
  /** Spendable now, channel outputs excluded; 0 until ready. */
  view(): Promise<{ readonly available: Satoshi }>;
  /**
   * One transaction that creates all these outputs in basket `stream channels`; written to the
   * wallet before it is broadcast. On a failure after writing nothing is lost: the wallet either
   * keeps it and sends it again, or takes its inputs back.
   */
  fundChannels(requests: readonly FundingRequest[]): Promise<Result<FundedChannels>>;
  /** Own script for a payout, always the same for the same purpose. */
  payoutScript(purpose: string): Promise<Result<OwnScript>>;
  /** Takes outputs of ours in a foreign transaction into the balance. Doing it twice is harmless. */
  internalize(args: {
    /** AtomicBEEF of the transaction. */
    readonly beef: Uint8Array;
    readonly outputs: readonly OwnOutput[];
    readonly purpose: IncomePurpose;
  }): Promise<Result<void>>;
  /**
   * Brings home the payer's change of a settled channel: output `vout` of the settlement, P2PKH of
   * `channelPayerKey(keys, cid)` (channel-key.ts), which the wallet derives itself. No sweep, no fee.
   */
  recoverChange(args: {
    readonly cid: ChannelId;
    readonly settlementBeef: Uint8Array;
    readonly vout: number;
  }): Promise<Result<{ readonly txid: TxId; readonly fee: Satoshi }>>;
  /** Forgets a channel output that has been spent by a settlement or a refund. */
  relinquish(outpoint: { readonly txid: TxId; readonly vout: number }): Promise<void>;
  /** A receiving address; payments to it arrive by {@link PaymentsWallet.scan}. */
  receive(): Promise<Result<{ readonly address: string; readonly lockingScript: string }>>;
  /** Looks for payments to our addresses on the chain and takes them in; how much came. */
  scan(): Promise<Result<{ readonly received: Satoshi }>>;
  /** Asks the faucet of the configuration; resolves when the wallet has the coins. */
  testCoins(sat: Satoshi): Promise<Result<{ readonly txid: TxId }>>;
  /** Newest first. */
  history(limit: number, offset: number): Promise<Result<readonly WalletAction[]>>;
  /** Every channel output that is not relinquished, for recovery from the wallet alone. */
  listChannelOutputs(): Promise<Result<readonly ChannelOutputView[]>>;
  /** Everything that a backup must hold, of one instant, and what of it can be spent. */
  rows(): Promise<Result<{ readonly rows: WalletRows; readonly available: Satoshi }>>;
  /** Drops coins that another copy of this wallet has spent. */
  reviewCoins(): Promise<void>;
  /** Resends what did not reach the network and collects proofs of what was mined. Call it rarely. */
  tick(): Promise<void>;
  close(): Promise<void>;
}
