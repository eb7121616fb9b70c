import {
  BLOCK_LENGTH,
  satoshi,
  type ChannelId,
  type SatPerMiB,
  type WireId,
  type Satoshi,
} from '../shared/units.ts';
import { forgivable, forgive } from './payee-forgiveness.ts';
import {
  isStranger,
  limitOf,
  owed,
  type PayeeEffect,
  type PayeeEvent,
  type PayeeState,
} from './payee-state.ts';
import { grownWindow } from './payee-window.ts';
import { DROP_AFTER_MS, WINDOW_MIN } from './policy.ts';
import {
  bytesFor,
  ceilSat,
  compareCost,
  costOf,
  costOfSat,
  subtractCost,
  sumCost,
  ZERO_COST,
} from './pricing.ts';

/** Before it warns, the gate is given this long to be opened by a payment that is under way. */
const SHUT_BEFORE_WARNING_MS = 250;

export interface PayeeStep {
  readonly state: PayeeState;
  readonly effects: readonly PayeeEffect[];
}

const withLimit = (state: PayeeState, ...effects: PayeeEffect[]): PayeeStep => ({
  state,
  effects: [{ type: 'limit', units: limitOf(state) }, ...effects],
});

const same = (state: PayeeState): PayeeStep => ({ state, effects: [] });

const creditOn = (state: PayeeState, cid: ChannelId): PayeeEffect[] => {
  const channel = state.channels.find((one) => one.cid === cid);
  if (channel === undefined) return [];
  return [{ type: 'credit', cid, paid: channel.best, window: state.window }];
};

const highestPrice = (state: PayeeState, price: SatPerMiB): SatPerMiB =>
  price > state.price ? price : state.price;

/** At a higher price less data may be lost and forgiven: the window follows. */
const priced = (state: PayeeState, price: SatPerMiB): PayeeState => {
  const most = Math.max(WINDOW_MIN, bytesFor(forgivable(state, price), price));
  return { ...state, price, window: Math.min(state.window, most) };
};

/**
 * More was paid than this side remembers to have sent: it forgave too early, or lost its memory of
 * blocks that the payer still honours. The books follow the payer, and no credit grows from it.
 */
const recollect = (state: PayeeState): PayeeState => {
  const surplus = state.paid + state.forgiven - ceilSat(state.cost);
  if (surplus <= 0) return state;
  const unforgiven = Math.min(surplus, state.forgiven);
  const found = costOfSat(satoshi(surplus - unforgiven));
  return {
    ...state,
    forgiven: satoshi(state.forgiven - unforgiven),
    cost: sumCost(state.cost, found),
    base: sumCost(state.base, found),
    bytes: state.bytes + (state.price > 0 ? bytesFor(found.sat, state.price) : 0),
  };
};

const onPaid = (state: PayeeState, cid: ChannelId, paid: Satoshi): PayeeStep => {
  const channel = state.channels.find((one) => one.cid === cid);
  if (channel === undefined || paid <= channel.best) return same(state);
  const gained = paid - channel.best;
  const earned = { ...state, paid: satoshi(state.paid + gained) };
  const { price } = state;
  const { window, sinceGrown } = grownWindow({
    window: state.window,
    price,
    paidSince: state.sinceGrown + gained,
    owedBefore: owed(state),
    forgivable: bytesFor(forgivable(earned, price), price),
  });
  const next = recollect({
    ...earned,
    lost: subtractCost(state.lost, costOfSat(satoshi(gained))),
    channels: state.channels.map((one) => (one.cid === cid ? { ...one, best: paid } : one)),
    window,
    sinceGrown,
    shutAt: null,
    warned: false,
  });
  return withLimit(next, ...creditOn(next, cid));
};

const onResumed = (state: PayeeState): PayeeStep => {
  if (compareCost(state.lost, ZERO_COST) === 0) return same(state);
  const next = { ...state, ...forgive(state, state.price) };
  if (next.forgiven === state.forgiven) return same(next);
  const window = Math.min(next.window, WINDOW_MIN);
  const slow = { ...next, window, sinceGrown: 0, shutAt: null, warned: false };
  const cid = slow.channels.at(-1)?.cid;
  return withLimit(slow, ...(cid === undefined ? [] : creditOn(slow, cid)));
};

/** Whether another block would not fit: what is owed fills the window. */
const isShut = (state: PayeeState): boolean => {
  if (state.price === 0 || state.wires.length === 0) return false;
  const room = costOf(Math.max(0, state.window - BLOCK_LENGTH), state.price);
  const due = owed(state);
  return due.sat + due.remainder > 0 && compareCost(due, room) > 0;
};

const onTick = (state: PayeeState, now: number): PayeeStep => {
  if (!isShut(state)) {
    return same(state.shutAt === null ? state : { ...state, shutAt: null, warned: false });
  }
  if (state.shutAt === null) return same({ ...state, shutAt: now });
  const shutFor = now - state.shutAt;
  if (shutFor >= DROP_AFTER_MS) {
    return { state: { ...state, shutAt: null, warned: false }, effects: [{ type: 'drop' }] };
  }
  if (state.warned || shutFor <= SHUT_BEFORE_WARNING_MS) return same(state);
  const due = owed(state);
  return {
    state: { ...state, warned: true },
    effects: [
      {
        type: 'need-pay',
        cid: state.channels.at(-1)?.cid ?? null,
        owedBytes: bytesFor(ceilSat(due), state.price),
        owedSat: ceilSat(due),
        dropAt: Math.ceil((state.shutAt + DROP_AFTER_MS) / 1000),
      },
    ],
  };
};

const onUnbound = (state: PayeeState, wire: WireId): PayeeStep => {
  const wires = state.wires.filter((one) => one.wire !== wire);
  if (wires.length > 0 || state.wires.length === 0) return same({ ...state, wires });
  const lost = owed(state);
  const gone = { ...state, wires, lost, shutAt: null, warned: false };
  return isStranger(gone) ? withLimit({ ...gone, window: 0 }) : same(gone);
};

/** One step. Pure; events about unknown channels change nothing. */
export const payee = (state: PayeeState, event: PayeeEvent): PayeeStep => {
  switch (event.type) {
    case 'bound':
    case 'priced': {
      const { wire, price } = event;
      const others = state.wires.filter((one) => one.wire !== wire);
      const next = { ...state, wires: [...others, { wire, price }] };
      return withLimit(priced(next, highestPrice(state, price)));
    }
    case 'unbound':
      return onUnbound(state, event.wire);
    case 'sent':
      return same({
        ...state,
        bytes: state.bytes + event.bytes,
        cost: sumCost(state.cost, event.cost),
      });
    case 'accepted': {
      const { cid, cap } = event;
      const channels = [...state.channels.filter((one) => one.cid !== cid)];
      const next = { ...state, channels: [...channels, { cid, best: event.paid, cap }] };
      return withLimit(next);
    }
    case 'mined': {
      const { cid, cap } = event;
      const channels = state.channels.map((one) => (one.cid === cid ? { ...one, cap } : one));
      return withLimit({ ...state, channels });
    }
    case 'paid':
      return onPaid(state, event.cid, event.paid);
    case 'resumed':
      return onResumed(state);
    case 'window':
      return withLimit({ ...state, window: Math.max(state.window, event.bytes) });
    case 'ended':
      return same({ ...state, channels: state.channels.filter((one) => one.cid !== event.cid) });
    case 'tick':
      return onTick(state, event.now);
  }
};
