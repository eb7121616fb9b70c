import {
  satoshi,
  satPerMiB,
  type ChannelId,
  type Satoshi,
  type SatPerMiB,
  type WireId,
} from '../shared/units.ts';
import type { Ledgered } from './payee-forgiveness.ts';
import {
  compareCost,
  costOf,
  costOfSat,
  costUnits,
  subtractCost,
  sumCost,
  ZERO_COST,
  type Cost,
} from './pricing.ts';

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

/** Nothing holds this account: no debt, no channel, no payment ever. */
export const isStranger = ({ paid, channels, lost }: PayeeState): boolean =>
  paid === 0 && channels.length === 0 && compareCost(lost, ZERO_COST) === 0;
