import type { ChannelId, Satoshi, SatPerMiB } from '../shared/units.ts';
import type { WireErrorCode } from './errors.ts';

/**
 * The messages of BEP-10 extension `bsv_pay`, version 1. The binary layouts are in codec.ts and
 * docs/protocol.md. All amounts are whole satoshi, all times whole seconds since the Unix epoch.
 */

/** Travels inside the BEP-10 extended handshake, before any other message. */
export interface Hello {
  readonly version: number;
  /** Byte that names the chain: see NETWORK_BYTES in limits.ts. */
  readonly network: number;
  /** Compressed secp256k1 point, 33 bytes. */
  readonly identity: Uint8Array;
  /** Fresh for each wire, 16 bytes. */
  readonly nonce: Uint8Array;
}

/** Binds the identity of the hello to this very wire (see authDigestData in auth.ts). */
export interface Auth {
  readonly type: 'auth';
  /** DER ECDSA signature by a BRC-42 child of the identity key, at most 72 bytes. */
  readonly signature: Uint8Array;
}

/** What the payee asks. New terms carry a new id and hold from a stated byte offset on. */
export interface Terms {
  readonly type: 'terms';
  readonly termsId: number;
  readonly satPerMiB: SatPerMiB;
  /** Payload bytes sent on this wire from which this price holds. */
  readonly fromBytes: number;
  /** Credit window in bytes: at first, and at most. */
  readonly windowMin: number;
  readonly windowMax: number;
  /** Smallest channel that is accepted. */
  readonly minCapacity: Satoshi;
  /** Shortest time, in seconds, between opening and the refund time. */
  readonly minLifetime: number;
  /** The payee settles and stops accepting this many seconds before the refund time. */
  readonly settleMargin: number;
  /** Most that is accepted on a funding transaction that is not mined yet. */
  readonly unconfirmedCap: Satoshi;
  readonly validUntil: number;
}

/** A new channel with its first state (paid = 0 or more). */
export interface Open {
  readonly type: 'open';
  readonly cid: ChannelId;
  readonly termsId: number;
  /** The payer's key of this channel, compressed, 33 bytes. Its P2PKH also takes the change. */
  readonly payerKey: Uint8Array;
  /** Unix time from which the payer may refund (T). */
  readonly refundAt: number;
  readonly capacity: Satoshi;
  /** Output of the funding transaction that locks the capacity. */
  readonly vout: number;
  /** AtomicBEEF (BRC-95) of the funding transaction. */
  readonly funding: Uint8Array;
  /** The state signed with it. */
  readonly paid: Satoshi;
  readonly signature: Uint8Array;
}

export interface OpenOk {
  readonly type: 'open_ok';
  readonly cid: ChannelId;
  /** How far the network is with the funding transaction. */
  readonly status: 'accepted' | 'seen' | 'mined';
  /** Most that is credited on this channel until it is mined. */
  readonly credit: Satoshi;
}

export interface OpenNo {
  readonly type: 'open_no';
  readonly cid: ChannelId;
  readonly code: WireErrorCode;
  readonly detail: string;
}

/** A better state of a channel. `paid` is the only order: the greatest valid one wins. */
export interface Pay {
  readonly type: 'pay';
  readonly cid: ChannelId;
  /** Satoshi paid on this channel, cumulative. */
  readonly paid: Satoshi;
  /** Payload bytes that the payer counts as paid to this payee, over all their channels, cumulative. */
  readonly bytes: number;
  /** Over the payer's change output: DER plus sighash byte C3, at most 73 bytes. */
  readonly signature: Uint8Array;
}

/** Acknowledges the best state and tells the window; coalesced. */
export interface Credit {
  readonly type: 'credit';
  readonly cid: ChannelId;
  readonly paid: Satoshi;
  /** Bytes that may be unpaid now. */
  readonly window: number;
}

/** The gate is closed, or about to. */
export interface NeedPay {
  readonly type: 'need_pay';
  readonly cid: ChannelId | null;
  readonly owedBytes: number;
  readonly owedSat: Satoshi;
  /** Unix time, in seconds, at which the payee gives up. */
  readonly dropAt: number;
}

/** Either side's best state of a channel that was open before this wire. */
export interface Resume {
  readonly type: 'resume';
  readonly cid: ChannelId;
  readonly paid: Satoshi;
  readonly bytes: number;
  /** Signature of that state; from the payee it proves to the payer what it signed. Empty when paid = 0 was never signed. */
  readonly signature: Uint8Array;
}

export interface Close {
  readonly type: 'close';
  readonly cid: ChannelId;
  readonly paid: Satoshi;
}

/** The payee has broadcast the settlement. */
export interface Closed {
  readonly type: 'closed';
  readonly cid: ChannelId;
  /** The settlement transaction, raw. */
  readonly rawTx: Uint8Array;
}

export interface WireFault {
  readonly type: 'error';
  readonly code: WireErrorCode;
  readonly cid: ChannelId | null;
  /** For logs and people; never parsed. At most 200 bytes of UTF-8. */
  readonly detail: string;
}

export type Message =
  | Auth
  | Terms
  | Open
  | OpenOk
  | OpenNo
  | Pay
  | Credit
  | NeedPay
  | Resume
  | Close
  | Closed
  | WireFault;
