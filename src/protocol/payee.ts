import {
  BLOCK_LENGTH,
  satoshi,
  satPerMiB,
  type ChannelId,
  type Satoshi,
  type SatPerMiB,
  type WireId,
} from '../shared/units.ts';
import { forgive, type Ledgered } from './payee-forgiveness.ts';
import { grownWindow } from './payee-window.ts';
import {
  bytesFor,
  ceilSat,
  compareCost,
  costOf,
  costOfSat,
  costUnits,
  subtractCost,
  sumCost,
  ZERO_COST,
  type Cost,
} from './pricing.ts';
import { DROP_AFTER_MS, WINDOW_MIN } from './policy.ts';

/**
 * The payee's side of the account with one payer: what was sent, what was paid, how much more may be
 * sent before the next payment. Every `paid` event is verified and durable when it arrives, so the
 * credit that follows from it may go out at once.
 */
export interface PayeeChannel {
  readonly cid: ChannelId;
  readonly best: Satoshi;
  /** Most of `best` that earns credit: less than the capacity until the funding is mined. */
  readonly cap: Satoshi;
}

export interface PayeeState extends Ledgered {
  readonly wires: readonly { readonly wire: WireId; readonly price: SatPerMiB }[];
  readonly channels: readonly PayeeChannel[];
  /** Cost when this session began: limits that the gate gets are relative to it. */
  readonly base: Cost;
  /** Highest price that any wire of the session has had. */
  readonly price: SatPerMiB;
  /** Bytes that may be unpaid. */
  readonly window: number;
  /** Satoshi paid since the window last changed. */
  readonly sinceGrown: number;
  /** Since when the gate has been shut for want of payment; null while it is open. */
  readonly shutAt: number | null;
  readonly warned: boolean;
}

export type PayeeEvent =
  | { readonly type: 'bound' | 'priced'; readonly wire: WireId; readonly price: SatPerMiB }
  | { readonly type: 'unbound'; readonly wire: WireId }
  | { readonly type: 'sent'; readonly bytes: number; readonly cost: Cost }
  | {
      readonly type: 'accepted';
      readonly cid: ChannelId;
      readonly paid: Satoshi;
      readonly cap: Satoshi;
    }
  | { readonly type: 'mined'; readonly cid: ChannelId; readonly cap: Satoshi }
  | { readonly type: 'paid'; readonly cid: ChannelId; readonly paid: Satoshi }
  /** The payer has said how far it is after a new start: what it did not get is lost. */
  | { readonly type: 'resumed' }
  /** Whether the shared exposure to newcomers has room for this one. */
  | { readonly type: 'window'; readonly bytes: number }
  | { readonly type: 'ended'; readonly cid: ChannelId }
  | { readonly type: 'tick'; readonly now: number };

export type PayeeEffect =
  | { readonly type: 'limit'; readonly units: number }
  | {
      readonly type: 'credit';
      readonly cid: ChannelId;
      readonly paid: Satoshi;
      readonly window: number;
    }
  | {
      readonly type: 'need-pay';
      readonly cid: ChannelId | null;
      readonly owedBytes: number;
      readonly owedSat: Satoshi;
      readonly dropAt: number;
    }
  /** It has not paid for too long. */
  | { readonly type: 'drop' };

export interface PayeeStep {
  readonly state: PayeeState;
  readonly effects: readonly PayeeEffect[];
}

/** Before it warns, the gate is given this long to be opened by a payment that is under way. */
const SHUT_BEFORE_WARNING_MS = 250;

/** An account as the ledger knows it, at the start of a session. */
export const newPayee = (record: {
  readonly cost: Cost;
  readonly bytes: number;
  readonly paid: Satoshi;
  readonly forgiven: Satoshi;
}): PayeeState => {
  const settled = costOfSat(satoshi(record.paid + record.forgiven));
  return {
    ...record,
    lost: subtractCost(record.cost, settled),
    wires: [],
    channels: [],
    base: record.cost,
    price: satPerMiB(0),
    window: 0,
    sinceGrown: 0,
    shutAt: null,
    warned: false,
  };
};

/** What is sent and neither paid nor forgiven. */
export const owed = (state: PayeeState): Cost =>
  subtractCost(state.cost, costOfSat(satoshi(state.paid + state.forgiven)));

/** Paid, less what unmined funding does not vouch for yet. */
const creditedPaid = (state: PayeeState): Satoshi =>
  satoshi(
    state.channels.reduce<number>(
      (sum, { best, cap }) => sum - Math.max(0, best - cap),
      state.paid,
    ),
  );

/** Session cost up to which the gate may serve, in units. */
export const limitOf = (state: PayeeState): number => {
  const settled = costOfSat(satoshi(creditedPaid(state) + state.forgiven));
  const allowed = sumCost(settled, costOf(state.window, state.price));
  return costUnits(subtractCost(allowed, state.base));
};

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
  const owedBefore = owed(state);
  const { window, sinceGrown } = grownWindow({
    window: state.window,
    price: state.price,
    paidSince: state.sinceGrown + gained,
    owedBefore,
  });
  const next = recollect({
    ...state,
    paid: satoshi(state.paid + gained),
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
  const last = wires.length === 0 && state.wires.length > 0;
  return same({ ...state, wires, ...(last && { lost: owed(state), shutAt: null, warned: false }) });
};

/** One step. Pure; events about unknown channels change nothing. */
export const payee = (state: PayeeState, event: PayeeEvent): PayeeStep => {
  switch (event.type) {
    case 'bound':
    case 'priced': {
      const { wire, price } = event;
      const others = state.wires.filter((one) => one.wire !== wire);
      const next = { ...state, wires: [...others, { wire, price }] };
      return withLimit({ ...next, price: highestPrice(state, price) });
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
