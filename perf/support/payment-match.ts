import type { PaidRow } from '../pages/ledger-rows.ts';
import type { PaymentLog } from '../pages/payment-tap.ts';

/** A payment and when the seller had verified it and written it down (ms since the epoch). */
export interface DurablePayment {
  readonly cid: string;
  readonly paid: number;
  /** When the seller's page handed it to its worker. */
  readonly cameAt: number;
  readonly durableAt: number;
}

/** Where the time of a payment went, in ms. */
export interface PaymentStages {
  /** From the last byte on the wire to the buyer's payments worker. */
  readonly toWorker: number;
  /** There, for its piece to be checked, for the next signature and for the last one to be stored. */
  readonly waiting: number;
  /** Signed, written down by the buyer, and over the wire to the seller's worker. */
  readonly signedToSeller: number;
  /** Verified and written down by the seller. */
  readonly verified: number;
}

const UNITS = 2 ** 20;

/**
 * Finds for each payment the credit that it earned. Credit is told as a limit: all that was paid, and
 * a window on top that starts at `window` bytes and only ever doubles (src/protocol/payee-state.ts).
 * Payments are honoured in order, so a credit for a later one covers those before it.
 */
export const durablePayments = (
  { pays, credits }: Pick<PaymentLog, 'pays' | 'credits'>,
  price: number,
  window: number,
): DurablePayment[] => {
  const paidOn = new Map<string, number>();
  const totals = pays.map(({ cid, paid }) => {
    paidOn.set(cid, paid);
    return [...paidOn.values()].reduce((sum, value) => sum + value, 0);
  });
  const found: DurablePayment[] = [];
  let current = window;
  for (const { units, at } of credits) {
    for (let next = found.length; next < pays.length; next += 1) {
      const spare = units / UNITS - (totals[next] ?? 0);
      const bytes = (spare * UNITS) / price;
      const doublings = Math.log2(bytes / current);
      const fits =
        Number.isInteger(doublings) && doublings >= 0 && doublings <= next - found.length + 1;
      if (!fits) continue;
      for (const { cid, paid, at: cameAt } of pays.slice(found.length, next + 1)) {
        found.push({ cid, paid, cameAt, durableAt: at });
      }
      current = bytes;
      break;
    }
  }
  return found;
};

/** Ms from the last byte of each block to its payment at the seller, verified and written down. */
export const blockLatencies = (
  blocks: PaymentLog['blocks'],
  rows: readonly PaidRow[],
  payments: readonly DurablePayment[],
): {
  readonly latencies: number[];
  readonly stages: readonly PaymentStages[];
  readonly unmatched: number;
} => {
  const keyOf = ({ piece, offset }: { piece: number; offset: number }): string =>
    `${piece} ${offset}`;
  const arrivals = new Map(blocks.map((block) => [keyOf(block), block.at]));
  const byChannel = new Map<string, DurablePayment[]>();
  for (const payment of payments) {
    byChannel.set(payment.cid, [...(byChannel.get(payment.cid) ?? []), payment]);
  }
  const latencies: number[] = [];
  const stages: PaymentStages[] = [];
  let unmatched = 0;
  for (const row of rows) {
    const arrivedAt = arrivals.get(keyOf(row));
    const payment = byChannel.get(row.cid)?.find(({ paid }) => paid >= row.paidAfter);
    if (arrivedAt === undefined || payment === undefined) unmatched += 1;
    else {
      latencies.push(payment.durableAt - arrivedAt);
      stages.push({
        toWorker: row.time - row.age - arrivedAt,
        waiting: row.age,
        signedToSeller: payment.cameAt - row.time,
        verified: payment.durableAt - payment.cameAt,
      });
    }
  }
  return { latencies, stages, unmatched };
};
