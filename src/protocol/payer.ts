import { satoshi, type ChannelId, type Satoshi, type WireId } from '../shared/units.ts';
import type { Message, OpenOk, WireFault } from './messages.ts';
import type { PayerChannel, PayerEffect, PayerEvent, PayerState } from './payer-state.ts';
import { WINDOW_MIN } from './policy.ts';

export interface PayerStep {
  readonly state: PayerState;
  readonly effects: readonly PayerEffect[];
}

const same = (state: PayerState, effects: readonly PayerEffect[] = []): PayerStep => ({
  state,
  effects,
});

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

/**
 * What went on a wire that has ended may never have arrived: what the payee has not answered is said
 * again on another one. Hearing it twice does no harm.
 */
const repeat = (channel: PayerChannel, wire: WireId): readonly PayerEffect[] => {
  if (channel.phase !== 'open') return introduce(channel, wire);
  if (channel.paid <= channel.acked) return [];
  return [{ type: 'send', wire, message: { type: 'pay', ...stateOf(channel) } }];
};

const onUnbound = (state: PayerState, wire: WireId): PayerStep => {
  const wires = state.wires.filter((one) => one !== wire);
  if (wires.length === state.wires.length) return same(state);
  const [other] = wires;
  if (other !== undefined) {
    return same(
      { ...state, wires },
      state.channels.flatMap((channel) => repeat(channel, other)),
    );
  }
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

/** Also told again, with a status of `mined`, when the whole capacity counts. */
const onOpenOk = (state: PayerState, { cid, credit }: OpenOk): PayerStep => {
  const channel = find(state, cid);
  if (channel === undefined) return same(state);
  const known = onKnown(change(state, cid, { credit }), cid, channel.acked);
  return credit > channel.credit ? same(known.state, [{ type: 'payable' }]) : known;
};

const onFault = (state: PayerState, wire: WireId, fault: WireFault): PayerStep => {
  const { code, cid, detail } = fault;
  const channel = cid === null ? undefined : find(state, cid);
  if (channel === undefined) return same(state);
  if (code === 'channel-closed')
    return same(state, [{ type: 'settled', cid: channel.cid, rawTx: null }]);
  if (code === 'not-settled' && channel.phase === 'closing') {
    return same(state, [{ type: 'not-settled', cid: channel.cid, reason: detail }]);
  }
  if (code === 'unknown-channel' && channel.phase !== 'closing') {
    const next = change(state, channel.cid, { phase: 'offering', known: false });
    return same(next, [{ type: 'offer', wire, cid: channel.cid }]);
  }
  return same(state);
};

const onMessage = (state: PayerState, wire: WireId, message: Message): PayerStep => {
  switch (message.type) {
    case 'open_ok':
      return onOpenOk(state, message);
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
      return onFault(state, wire, message);
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
      const on = state.wires.find((one) => one === event.on) ?? wire;
      return same(next, [
        { type: 'send', wire: on, message: { type: 'pay', cid, paid, bytes, signature } },
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
    case 'seal':
      return same(change(state, event.cid, { phase: 'closing' }));
    case 'unseal':
      return same(change(state, event.cid, { phase: 'open' }), [{ type: 'payable' }]);
    case 'close': {
      const channel = find(state, event.cid);
      if (channel === undefined || wire === undefined) return same(state);
      const { cid, paid } = channel;
      return same(state, [{ type: 'send', wire, message: { type: 'close', cid, paid } }]);
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
