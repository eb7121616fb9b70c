import { satoshi, type ChannelId, type Satoshi, type WireId } from '../shared/units.ts';
import type { WireErrorCode } from './errors.ts';
import type { Message, Resume } from './messages.ts';
import { WINDOW_MIN } from './policy.ts';

/**
 * The payer's side of the account with one payee: which channels there are, how far each is, and
 * what has to be said on which wire. Data, prices and money are reckoned elsewhere; every event
 * here is already durable when it arrives, so that each effect may go out at once.
 */
export type PayerPhase =
  /** Funded, but not shown to the payee on a wire of this session, or shown and not answered. */
  | 'offering'
  /** Known to the payee from before; what it holds is being asked. */
  | 'resuming'
  | 'open'
  /** The payee does not take it. It is offered again on the next wire. */
  | 'refused'
  /** Nothing more is paid on it. */
  | 'closing';

export interface PayerChannel {
  readonly cid: ChannelId;
  readonly capacity: Satoshi;
  readonly phase: PayerPhase;
  /** Best state that is signed and written down. */
  readonly paid: Satoshi;
  readonly bytes: number;
  readonly signature: Uint8Array;
  /** Best state that the payee has acknowledged. */
  readonly acked: Satoshi;
  /** Whether the payee has ever shown that it knows the channel. */
  readonly known: boolean;
  /** Most that the payee gives credit for before the funding is mined; the capacity after that. */
  readonly credit: Satoshi;
}

export interface PayerState {
  /** Authenticated wires to this payee, oldest first. */
  readonly wires: readonly WireId[];
  /** Oldest first: the first open one with room is paid from. */
  readonly channels: readonly PayerChannel[];
  /** Bytes that the payee lets us owe, as last told. */
  readonly window: number;
}

export type PayerEvent =
  | { readonly type: 'bound'; readonly wire: WireId }
  | { readonly type: 'unbound'; readonly wire: WireId }
  | { readonly type: 'channel'; readonly channel: PayerChannel }
  | {
      readonly type: 'signed' | 'adopted';
      readonly cid: ChannelId;
      readonly paid: Satoshi;
      readonly bytes: number;
      readonly signature: Uint8Array;
      /** The wire to say it on, where it is one of the account's; else the oldest. */
      readonly on?: WireId;
    }
  | { readonly type: 'message'; readonly wire: WireId; readonly message: Message }
  /** Nothing more is signed on it; what is being signed still goes out. */
  | { readonly type: 'seal'; readonly cid: ChannelId }
  /** The sealed channel's last state has gone out. */
  | { readonly type: 'close'; readonly cid: ChannelId }
  /** The payee did not settle after all. */
  | { readonly type: 'unseal'; readonly cid: ChannelId }
  /** A refused channel is to be shown once more. */
  | { readonly type: 'reoffer'; readonly cid: ChannelId }
  | { readonly type: 'ended'; readonly cid: ChannelId };

export type PayerEffect =
  | { readonly type: 'send'; readonly wire: WireId; readonly message: Message }
  /** Send `open`: its funding transaction is too large to be kept in this state. */
  | { readonly type: 'offer'; readonly wire: WireId; readonly cid: ChannelId }
  /** The payee claims a better state: check our own signature, write it down, then say `adopted`. */
  | { readonly type: 'prove'; readonly resume: Resume }
  /** The payee has, or says it has, settled. */
  | { readonly type: 'settled'; readonly cid: ChannelId; readonly rawTx: Uint8Array | null }
  /** The payee was asked to settle and says why it does not. */
  | { readonly type: 'not-settled'; readonly cid: ChannelId; readonly reason: string }
  /** The payee wants to settle: write `closing` down, then say `close`. */
  | { readonly type: 'asked-to-close'; readonly cid: ChannelId }
  | {
      readonly type: 'refused';
      readonly cid: ChannelId;
      readonly code: WireErrorCode;
      readonly detail: string;
    }
  /** The payee waits for money: pay what is due without gathering more. */
  | { readonly type: 'flush' }
  /** A channel can be paid from that could not before. */
  | { readonly type: 'payable' };

export const newPayer = (): PayerState => ({ wires: [], channels: [], window: WINDOW_MIN });

/** What a channel can still pay now; one satoshi stays with the payer as change. */
export const roomIn = ({ capacity, credit, paid }: PayerChannel): number =>
  Math.max(0, Math.min(capacity - 1, credit) - paid);

/** What open channels, and those on their way, can still pay. */
export const roomOf = (state: PayerState): Satoshi =>
  satoshi(
    state.channels.reduce(
      (sum, channel) =>
        channel.phase === 'closing' || channel.phase === 'refused' ? sum : sum + roomIn(channel),
      0,
    ),
  );
