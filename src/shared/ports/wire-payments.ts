import type { InfoHash, SatPerMiB, WireId } from '../units.ts';

/**
 * The seam between the swarm (page: wires, tap, gate) and the payments worker (keys, channels, ledger).
 * The page moves `bsv_pay` messages without reading them, reports blocks, and obeys decisions.
 *
 * Cost is measured in units of bytes × satPerMiB; 2^20 units are one satoshi. The unit keeps every
 * price exact without fractions. Limits below are session-relative: both sides start an account at 0
 * when its first wire of this page session is bound to it.
 */

/** What the page knows of a wire once both handshakes are in and the peer speaks `bsv_pay`. */
export interface WireOpened {
  readonly wire: WireId;
  readonly infoHash: InfoHash;
  /** BEP-3 peer ids, 20 bytes each. */
  readonly ourPeerId: Uint8Array;
  readonly theirPeerId: Uint8Array;
  /** The nonce we sent in our hello, 16 bytes. */
  readonly ourNonce: Uint8Array;
  /** The peer's hello: the raw bytes of its `bsv_pay` handshake value, undecoded. */
  readonly theirHello: Uint8Array;
}

/** Columns of {@link BlockColumns}, in order: wire id, piece index, offset in the piece, length in bytes. */
export const BLOCK_COLUMNS = 4;
/** Row-major rows of {@link BLOCK_COLUMNS} unsigned 32-bit numbers, one row a block, in wire order. */
export type BlockColumns = Uint32Array;

/** From the page to the payments worker; batched by the bridge, never awaited. */
export interface WirePosts {
  wireOpened: WireOpened;
  wireMessage: { readonly wire: WireId; readonly data: Uint8Array };
  wireClosed: { readonly wire: WireId };
  /** Blocks that we asked for and that came (also when cancelled too late): what we owe for. */
  blocksReceived: { readonly rows: BlockColumns };
  /** Blocks handed to the wire: what is owed to us. */
  blocksSent: { readonly rows: BlockColumns };
  /**
   * Hash check of a piece. On failure `wires` are the sources of its blocks; a single source is the
   * culprit and is not paid for it.
   */
  pieceChecked: {
    readonly infoHash: InfoHash;
    readonly piece: number;
    readonly good: boolean;
    readonly wires: readonly WireId[];
  };
}

/** Why a wire is not bought from, or a peer is not served. */
export type TradeState =
  /** The peer does not speak `bsv_pay`, or its price is 0. */
  | 'free'
  /** Handshake, authentication or terms under way. */
  | 'negotiating'
  /** Price accepted: blocks may be requested and will be paid. */
  | 'buying'
  /** Bought from again as soon as half of what waits to be paid is paid. */
  | 'catching-up'
  /** The price is above the user's cap. */
  | 'too-expensive'
  /** The budget of this title or day is used up, or the user pressed "stop paying". */
  | 'not-buying'
  /** Other network, unknown version, failed authentication, broken protocol. */
  | 'refused';

/** From the payments worker to the page. */
export interface WireEvents {
  /** Send this extended message on the wire. */
  wireSend: { readonly wire: WireId; readonly data: Uint8Array };
  /** Whether blocks may be requested on this wire (the payer's decision). */
  wireBuy: {
    readonly wire: WireId;
    readonly allowed: boolean;
    readonly state: TradeState;
    readonly satPerMiB: SatPerMiB;
  };
  /**
   * Binds a wire to the gate's account of its authenticated identity and sets the price of what it
   * is sent from `fromBytes` (payload bytes sent on this wire) on. Price 0 opens the gate.
   */
  wireSell: {
    readonly wire: WireId;
    readonly account: number;
    readonly satPerMiB: SatPerMiB;
    readonly fromBytes: number;
  };
  /** The gate may serve the account until its session cost reaches `limit` (see unit above). */
  credit: { readonly account: number; readonly limit: number };
  /** So many payees of this title are owed something and have no wire: whoever meets them can pay. */
  owed: { readonly infoHash: InfoHash; readonly payees: number };
  /** Close the wire; with `ban`, do not accept the peer again in this session. */
  wireDrop: { readonly wire: WireId; readonly code: string; readonly ban: boolean };
}

/** What the swarm needs from the payments side; `main.ts` makes it from the worker's bridge. */
export interface WirePayments {
  /** Value of our `bsv_pay` handshake field for a fresh nonce of 16 bytes. */
  hello(nonce: Uint8Array): Uint8Array;
  post<K extends keyof WirePosts>(name: K, payload: WirePosts[K], transfer?: Transferable[]): void;
  /**
   * Resolves when everything that was posted as received until now is on disk as signed for or owed,
   * or cannot be because the payments side is not open. While the disk is full it waits.
   */
  noted(): Promise<void>;
  /** Returns a function that unsubscribes. */
  on<K extends keyof WireEvents>(name: K, listener: (payload: WireEvents[K]) => void): () => void;
}
