import type { SatPerMiB, WireId } from '../shared/units.ts';

/**
 * What may be sent to whom. Pure counting, in units of bytes × satPerMiB as in
 * shared/ports/wire-payments.ts; the payments worker sets prices and limits.
 */

/** The prices of one wire, each from a byte on, and what was sent at them. */
export interface SellMeter {
  /** Payload bytes sent on the wire. */
  readonly sent: number;
  /** What the next `length` bytes cost. */
  cost(length: number): number;
  /** Counts `length` bytes as sent; their cost. */
  advance(length: number): number;
  /** A price that holds from byte `fromBytes` on; the change of the cost of what was sent already. */
  reprice(price: number, fromBytes: number): number;
}

interface Step {
  readonly from: number;
  readonly price: number;
}

/** Prices that are remembered: a change names a byte of the near past. */
const MAX_STEPS = 16;

export const createSellMeter = (): SellMeter => {
  let sent = 0;
  let steps: readonly Step[] = [{ from: 0, price: 0 }];

  const costBetween = (start: number, end: number): number => {
    let sum = 0;
    steps.forEach((step, at) => {
      const from = Math.max(start, step.from);
      const to = Math.min(end, steps[at + 1]?.from ?? Infinity);
      if (to > from) sum += (to - from) * step.price;
    });
    return sum;
  };

  return {
    get sent() {
      return sent;
    },
    cost: (length) => costBetween(sent, sent + length),
    advance(length) {
      const cost = costBetween(sent, sent + length);
      sent += length;
      return cost;
    },
    reprice(price, fromBytes) {
      const before = costBetween(0, sent);
      const kept = steps.filter((step) => step.from < fromBytes);
      steps = [...kept, { from: fromBytes, price }];
      const change = costBetween(0, sent) - before;
      const [first, second] = steps;
      if (steps.length > MAX_STEPS && first !== undefined && second !== undefined) {
        steps = [{ from: first.from, price: second.price }, ...steps.slice(2)];
      }
      return change;
    },
  };
};

/** One identity's account: what its wires took in this session, and how far it may go. */
interface Account {
  cost: number;
  /** Blocks that are being read for it. */
  reserved: number;
  limit: number;
}

/** A wire's place at the gate. */
export interface GatePass {
  /** Sets account and price (see `wireSell`). */
  bind(account: number, price: SatPerMiB, fromBytes: number): void;
  /** Whether the next `length` bytes may be sent. Free wires always may. */
  allows(length: number): boolean;
  /** Reserves the cost of `length` bytes while they are read; gives a function that frees it. */
  reserve(length: number): () => void;
  /** Counts bytes that were handed to the wire. */
  sent(length: number): void;
  readonly bound: boolean;
  readonly sentBytes: number;
}

export interface Gate {
  pass(wire: WireId): GatePass;
  /** Raises an account's limit; the wires that may profit. */
  credit(account: number, limit: number): readonly WireId[];
  close(wire: WireId): void;
}

/**
 * @param isFree whether the wire's torrent has no price: then a wire without account is served, and
 * otherwise it gets nothing.
 */
export const createGate = (isFree: (wire: WireId) => boolean): Gate => {
  const accounts = new Map<number, Account>();
  const accountOf = new Map<WireId, number>();

  const open = (id: number): Account => {
    const account = accounts.get(id) ?? { cost: 0, reserved: 0, limit: 0 };
    accounts.set(id, account);
    return account;
  };

  return {
    pass(wire) {
      const meter = createSellMeter();
      let account: Account | null = null;
      return {
        bind(id, satPerMiB, fromBytes) {
          account = open(id);
          accountOf.set(wire, id);
          account.cost += meter.reprice(satPerMiB, fromBytes);
        },
        allows(length) {
          if (account === null) return isFree(wire);
          const cost = meter.cost(length);
          return cost === 0 || account.cost + account.reserved + cost <= account.limit;
        },
        reserve(length) {
          const holder = account;
          const cost = meter.cost(length);
          if (holder !== null) holder.reserved += cost;
          return () => {
            if (holder !== null) holder.reserved -= cost;
          };
        },
        sent(length) {
          const cost = meter.advance(length);
          if (account !== null) account.cost += cost;
        },
        get bound() {
          return account !== null;
        },
        get sentBytes() {
          return meter.sent;
        },
      };
    },
    credit(id, limit) {
      open(id).limit = limit;
      return [...accountOf].filter(([, account]) => account === id).map(([wire]) => wire);
    },
    close: (wire) => void accountOf.delete(wire),
  };
};
