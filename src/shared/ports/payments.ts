import type { RuntimeConfig } from '../config.ts';
import type { ChannelId, IdentityKey, InfoHash, SatPerMiB, Satoshi, TxId } from '../units.ts';
import type { BatchMode, EngineMetrics } from './engine-metrics.ts';
import type { ChainHealth, PaymentsProbe } from './health.ts';
import type { TradeState, WireEvents, WirePosts } from './wire-payments.ts';

export type { BatchMode, EngineMetrics } from './engine-metrics.ts';

/** View models and calls of the payments worker. Amounts are whole satoshi, times are ms since the epoch. */

/** What the user allows. Kept by the worker; the page only shows and edits it. */
export interface Budget {
  /** Seeders above this price are not bought from. */
  readonly maxSatPerMiB: SatPerMiB;
  /** Most that one title may cost in all. */
  readonly maxSatPerTitle: Satoshi;
  /** Most that may be spent in one day (UTC). */
  readonly maxSatPerDay: Satoshi;
}

export interface PaymentSettings {
  readonly budget: Budget;
  readonly batcher: {
    readonly mode: BatchMode;
    /** Events of one torrent that fill a `fixed` batch, 1 to 1,000. */
    readonly maxEvents: number;
    /** Longest wait of an event in ms, 10 to 5,000. */
    readonly maxWaitMs: number;
  };
  /** Price asked for downloaded content that is seeded on. */
  readonly defaultSellPrice: SatPerMiB;
}

export type ChannelRole = 'payer' | 'payee';
export type ChannelStatus =
  /** Written down, funding transaction not accepted by the network yet. */
  | 'opening'
  | 'open'
  /** Settlement wanted; broadcast under way or retried. */
  | 'closing'
  | 'settled'
  | 'refunded'
  /** Could not be opened; nothing is locked. */
  | 'failed';

export interface ChannelView {
  readonly cid: ChannelId;
  readonly role: ChannelRole;
  readonly peer: IdentityKey;
  readonly status: ChannelStatus;
  readonly capacity: Satoshi;
  readonly paid: Satoshi;
  readonly fundingTxid: TxId | null;
  /** When the payer may take the rest back. */
  readonly refundAt: number;
  readonly openedAt: number;
  readonly closingTxid: TxId | null;
  /** Miner fee of the settlement or refund, once known. */
  readonly closingFee: Satoshi | null;
}

export interface TradeTotals {
  readonly paidSat: Satoshi;
  readonly paidBytes: number;
  readonly paidBlocks: number;
  readonly earnedSat: Satoshi;
  readonly earnedBytes: number;
  readonly earnedBlocks: number;
}

export interface TorrentTrade extends TradeTotals {
  readonly infoHash: InfoHash;
  /** Over the last minute. */
  readonly paidSatPerMinute: number;
  readonly earnedSatPerMinute: number;
}

export interface PeerTrade extends TradeTotals {
  readonly peer: IdentityKey;
  readonly infoHash: InfoHash;
  readonly wire: number;
  readonly buyState: TradeState;
  /** The peer's price for us, our price for the peer. */
  readonly buyPrice: SatPerMiB | null;
  readonly sellPrice: SatPerMiB | null;
  /** Credit window that we give the peer, in bytes. */
  readonly window: number;
  /** What the peer owes us beyond what it has paid. */
  readonly owedSat: Satoshi;
}

/** One signed batch in the live feed and the history. */
export interface FeedItem {
  readonly id: number;
  readonly time: number;
  readonly direction: 'sent' | 'received';
  readonly infoHash: InfoHash;
  readonly peer: IdentityKey;
  readonly cid: ChannelId;
  readonly blocks: number;
  readonly bytes: number;
  readonly sat: Satoshi;
  /** In the history only: this is the sum of so many old batches of one day, channel and title. */
  readonly batches?: number;
}

export interface WalletView {
  readonly status: 'starting' | 'ready' | 'failed';
  readonly failure: string | null;
  /** Spendable now. */
  readonly available: Satoshi;
  /** Capacity of channels in which we pay and which are not settled or refunded. */
  readonly locked: Satoshi;
  /** Of `locked`, what has been promised to payees already. */
  readonly lockedPaid: Satoshi;
  /** Earned in channels and not settled yet. */
  readonly pending: Satoshi;
  readonly backup: BackupView;
}

/** What the user's own backup is worth. */
export interface BackupView {
  /** When the last one was made; null when none was. */
  readonly madeAt: number | null;
  /** Whether its file was opened again since. */
  readonly checked: boolean;
  /** Channels with money in them that it does not know. */
  readonly channelsSince: number;
}

/** How long single payments are kept before they become sums of their day. */
export interface Retention {
  /** 1 to 3,650; null keeps them for ever. */
  readonly keepDays: number | null;
}

/** What a backup file holds, shown before it is taken over. */
export interface BackupSummary {
  readonly identity: IdentityKey;
  readonly network: string;
  readonly madeAt: number;
  /** What the wallet could spend then. */
  readonly available: Satoshi;
  /** Capacity of the open channels in which it pays. */
  readonly locked: Satoshi;
  readonly openChannels: number;
  readonly channels: number;
}

export interface PaymentsSnapshot {
  readonly identity: IdentityKey | null;
  readonly network: string;
  readonly wallet: WalletView;
  readonly totals: TradeTotals;
  readonly torrents: readonly TorrentTrade[];
  readonly peers: readonly PeerTrade[];
  readonly channels: readonly ChannelView[];
  /** Newest first, at most 50. */
  readonly feed: readonly FeedItem[];
  readonly settings: PaymentSettings;
  readonly engine: EngineMetrics;
}

/** What a transaction of the wallet was for; `other` when another program with its keys made it. */
export type WalletPurpose =
  'faucet' | 'received' | 'payout' | 'change' | 'refund' | 'channels' | 'other';

export interface WalletAction {
  readonly txid: TxId;
  readonly time: number;
  readonly purpose: WalletPurpose;
  /** How many channels it opens. */
  readonly channels: number;
  /** What the wallet's own table says of it, in English. */
  readonly description: string;
  /** Positive when the wallet gained. */
  readonly sat: number;
  /** `kept`: signed and not sent. */
  readonly status: 'mined' | 'sent' | 'sending' | 'kept';
}

export interface SettleReport {
  readonly settled: readonly {
    readonly cid: ChannelId;
    readonly txid: TxId;
    readonly payout: Satoshi;
    readonly fee: Satoshi;
  }[];
  /** Channels left open, with the reason as a sentence. */
  readonly skipped: readonly { readonly cid: ChannelId; readonly reason: string }[];
}

export interface HistoryQuery {
  /** Newest first; pass the last id seen to page on. */
  readonly before?: number;
  readonly limit: number;
  readonly direction?: 'sent' | 'received';
  readonly infoHash?: InfoHash;
  readonly peer?: IdentityKey;
}

/** Outcome of the conservation check over the whole ledger. */
export interface AuditReport {
  readonly ok: boolean;
  readonly channels: number;
  readonly batches: number;
  /** Sentences, one for each mismatch. */
  readonly problems: readonly string[];
}

/** The bridge between the page and the payments worker. */
export interface PaymentsSpec {
  calls: {
    /** Boots ledger and keys and answers fast; the wallet opens behind it. */
    open: { arg: { config: RuntimeConfig; profile: string }; value: { identity: IdentityKey } };
    /** Tells the worker about a torrent before its wires trade. */
    torrent: {
      arg: {
        infoHash: InfoHash;
        name: string;
        length: number;
        pieceLength: number;
        sellPrice: SatPerMiB;
      };
      value: void;
    };
    /** Whether this title may be bought now; "stop paying" is `buying: false`. `expected`: bytes still to buy. */
    buy: { arg: { infoHash: InfoHash; buying: boolean; expected: number }; value: void };
    /** Answers when what was received until now is on disk as signed for or owed. */
    noted: { arg: void; value: void };
    snapshot: { arg: void; value: PaymentsSnapshot };
    history: { arg: HistoryQuery; value: readonly FeedItem[] };
    exportHistory: { arg: { format: 'csv' | 'json' }; value: string };
    audit: { arg: void; value: AuditReport };
    /** Checked, written down, then in force at once: what waits is batched by the new rule. `bad-input` names the figure. */
    settings: { arg: PaymentSettings; value: PaymentSettings };
    /** What holds until the user says otherwise. */
    defaultSettings: { arg: void; value: PaymentSettings };
    /** What the worker knows of the chain and its services. */
    health: { arg: void; value: ChainHealth };
    /** Tries one part for real; answers what it said, as a figure with its unit. */
    probe: { arg: { part: PaymentsProbe }; value: string | null };
    /** Settles these channels, or all: as payee by broadcasting, as payer by asking the payee to. */
    settle: { arg: { cids?: readonly ChannelId[] }; value: SettleReport };
    /** A fresh receiving address with its BIP-21-like URI. */
    receive: { arg: void; value: { address: string; lockingScript: string } };
    /** Asks the faucet of a test network; resolves when the wallet has the coins. */
    testCoins: { arg: { sat: Satoshi }; value: { txid: TxId } };
    walletHistory: { arg: { limit: number; offset: number }; value: readonly WalletAction[] };
    retention: { arg: void; value: Retention };
    /** Holds from the next quiet minute on. */
    retain: { arg: Retention; value: Retention };
    /** Everything that this profile's money hangs on, encrypted under a passphrase of 10 characters or more. */
    backup: { arg: { passphrase: string }; value: { file: Uint8Array; summary: BackupSummary } };
    /** What a backup file holds. Changes nothing. */
    inspectBackup: { arg: { file: Uint8Array; passphrase: string }; value: BackupSummary };
    /** Accepts a backup in an unused profile; the next start of the page takes it over. */
    restoreBackup: { arg: { file: Uint8Array; passphrase: string }; value: BackupSummary };
    /** Flushes every queue to the ledger; the worker may be ended afterwards. */
    close: { arg: void; value: void };
  };
  posts: WirePosts;
  events: WireEvents & {
    /** At most 2.5 a second, only while something changes. */
    snapshot: PaymentsSnapshot;
  };
}
