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
    }
  | { readonly type: 'message'; readonly wire: WireId; readonly message: Message }
  | { readonly type: 'close'; readonly cid: ChannelId }
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

export interface PayerStep {
  readonly state: PayerState;
  readonly effects: readonly PayerEffect[];
}

export const newPayer = (): PayerState => ({ wires: [], channels: [], window: WINDOW_MIN });

const same = (state: PayerState, effects: readonly PayerEffect[] = []): PayerStep => ({
  state,
  effects,
});

/** The first channel that can pay now, or null. */
export const payableChannel = (state: PayerState): PayerChannel | null =>
  state.channels.find(({ phase, paid, capacity }) => phase === 'open' && paid < capacity - 1) ??
  null;

/** What open channels, and those on their way, can still pay. */
export const roomOf = (state: PayerState): Satoshi =>
  satoshi(
    state.channels.reduce(
      (sum, { phase, capacity, paid }) =>
        phase === 'closing' || phase === 'refused' ? sum : sum + capacity - 1 - paid,
      0,
    ),
  );

const find = (state: PayerState, cid: ChannelId): PayerChannel | undefined =>
  state.channels.find((channel) => channel.cid === cid);

const change = (state: PayerState, cid: ChannelId, part: Partial<PayerChannel>): PayerState => ({
  ...state,
  channels: state.channels.map((one) => (one.cid === cid ? { ...one, ...part } : one)),
});

const stateOf = ({ cid, paid, bytes, signature }: PayerChannel) => ({
  cid,
  paid,
  bytes,
  signature,
});

/** Brings one channel up on a wire: the payee either knows it or is shown it. */
const introduce = (channel: PayerChannel, wire: WireId): readonly PayerEffect[] => {
  if (channel.phase === 'offering') return [{ type: 'offer', wire, cid: channel.cid }];
  if (channel.phase === 'resuming') {
    return [{ type: 'send', wire, message: { type: 'resume', ...stateOf(channel) } }];
  }
  if (channel.phase === 'closing') {
    const { cid, paid } = channel;
    const resume: PayerEffect = {
      type: 'send',
      wire,
      message: { type: 'resume', ...stateOf(channel) },
    };
    return [resume, { type: 'send', wire, message: { type: 'close', cid, paid } }];
  }
  return [];
};

/** With no wire left, every channel has to be introduced again: the payee may have restarted. */
const asleep = (channel: PayerChannel): PayerChannel => {
  if (channel.phase === 'closing') return channel;
  return { ...channel, phase: channel.known ? 'resuming' : 'offering' };
};

const onBound = (state: PayerState, wire: WireId): PayerStep => {
  if (state.wires.includes(wire)) return same(state);
  const next = { ...state, wires: [...state.wires, wire] };
  if (state.wires.length > 0) return same(next);
  return same(
    next,
    state.channels.flatMap((channel) => introduce(channel, wire)),
  );
};

const onUnbound = (state: PayerState, wire: WireId): PayerStep => {
  const wires = state.wires.filter((one) => one !== wire);
  if (wires.length > 0 || state.wires.length === 0) return same({ ...state, wires });
  return same({ ...state, wires, window: WINDOW_MIN, channels: state.channels.map(asleep) });
};

/** The payee has shown that it knows the channel and how far it is. */
const onKnown = (state: PayerState, cid: ChannelId, acked: Satoshi): PayerStep => {
  const channel = find(state, cid);
  if (channel === undefined) return same(state);
  const awake = channel.phase !== 'open' && channel.phase !== 'closing';
  const next = change(state, cid, {
    known: true,
    acked: satoshi(Math.min(channel.paid, Math.max(channel.acked, acked))),
    phase: awake ? 'open' : channel.phase,
  });
  return same(next, awake ? [{ type: 'payable' }] : []);
};

const onFault = (
  state: PayerState,
  wire: WireId,
  code: WireErrorCode,
  cid: ChannelId | null,
): PayerStep => {
  const channel = cid === null ? undefined : find(state, cid);
  if (channel === undefined) return same(state);
  if (code === 'channel-closed')
    return same(state, [{ type: 'settled', cid: channel.cid, rawTx: null }]);
  if (code === 'unknown-channel' && channel.phase !== 'closing') {
    const next = change(state, channel.cid, { phase: 'offering', known: false });
    return same(next, [{ type: 'offer', wire, cid: channel.cid }]);
  }
  return same(state);
};

const onMessage = (state: PayerState, wire: WireId, message: Message): PayerStep => {
  switch (message.type) {
    case 'open_ok':
      return onKnown(state, message.cid, satoshi(0));
    case 'open_no': {
      const channel = find(state, message.cid);
      if (channel === undefined || channel.phase !== 'offering') return same(state);
      const { cid, code, detail } = message;
      return same(change(state, cid, { phase: 'refused' }), [
        { type: 'refused', cid, code, detail },
      ]);
    }
    case 'credit': {
      if (find(state, message.cid) === undefined) return same(state);
      return onKnown({ ...state, window: message.window }, message.cid, message.paid);
    }
    case 'need_pay':
      return same(state, [{ type: 'flush' }]);
    case 'resume': {
      const channel = find(state, message.cid);
      if (channel === undefined) return same(state);
      if (message.paid > channel.paid) return same(state, [{ type: 'prove', resume: message }]);
      return onKnown(state, message.cid, message.paid);
    }
    case 'close': {
      const channel = find(state, message.cid);
      if (channel === undefined) return same(state);
      if (channel.phase !== 'closing')
        return same(state, [{ type: 'asked-to-close', cid: channel.cid }]);
      const { cid, paid } = channel;
      return same(state, [{ type: 'send', wire, message: { type: 'close', cid, paid } }]);
    }
    case 'closed': {
      if (find(state, message.cid) === undefined) return same(state);
      return same(state, [{ type: 'settled', cid: message.cid, rawTx: message.rawTx }]);
    }
    case 'error':
      return onFault(state, wire, message.code, message.cid);
    default:
      return same(state);
  }
};

/** One step. Pure; unknown channels and messages out of turn change nothing. */
export const payer = (state: PayerState, event: PayerEvent): PayerStep => {
  const wire = state.wires[0];
  switch (event.type) {
    case 'bound':
      return onBound(state, event.wire);
    case 'unbound':
      return onUnbound(state, event.wire);
    case 'channel': {
      const next = { ...state, channels: [...state.channels, event.channel] };
      return same(next, wire === undefined ? [] : introduce(event.channel, wire));
    }
    case 'signed': {
      const channel = find(state, event.cid);
      if (channel === undefined || event.paid <= channel.paid) return same(state);
      const { cid, paid, bytes, signature } = event;
      const next = change(state, cid, { paid, bytes, signature });
      if (wire === undefined || (channel.phase !== 'open' && channel.phase !== 'closing')) {
        return same(next);
      }
      return same(next, [
        { type: 'send', wire, message: { type: 'pay', cid, paid, bytes, signature } },
      ]);
    }
    case 'adopted': {
      const channel = find(state, event.cid);
      if (channel === undefined || event.paid <= channel.paid) return same(state);
      const { cid, paid, bytes, signature } = event;
      return onKnown(change(state, cid, { paid, bytes, signature }), cid, paid);
    }
    case 'message':
      return onMessage(state, event.wire, event.message);
    case 'close': {
      const channel = find(state, event.cid);
      if (channel === undefined) return same(state);
      const next = change(state, event.cid, { phase: 'closing' });
      const { cid, paid } = channel;
      return same(
        next,
        wire === undefined ? [] : [{ type: 'send', wire, message: { type: 'close', cid, paid } }],
      );
    }
    case 'reoffer': {
      const channel = find(state, event.cid);
      if (channel === undefined || channel.phase !== 'refused') return same(state);
      const next = change(state, event.cid, { phase: 'offering' });
      return same(next, wire === undefined ? [] : [{ type: 'offer', wire, cid: event.cid }]);
    }
    case 'ended':
      return same({
        ...state,
        channels: state.channels.filter((channel) => channel.cid !== event.cid),
      });
  }
};
