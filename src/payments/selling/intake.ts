import { addCost, ZERO_COST, type Cost } from '../../protocol/pricing.ts';
import { BLOCK_COLUMNS, type WirePosts } from '../../shared/ports/wire-payments.ts';
import type { Context } from '../context.ts';
import type { WireEntry } from '../wires/registry.ts';
import type { PayeeAccount } from './account.ts';
import type { PayeeDesk } from './desk.ts';

interface Sum {
  bytes: number;
  cost: Cost;
}

/** Counts what was handed to the wires against the accounts of those who asked for it. */
export const createSentIntake = ({ registry, clock }: Context, desk: PayeeDesk) => {
  const count = (
    wire: WireEntry,
    account: PayeeAccount,
    block: readonly [piece: number, offset: number, length: number],
    now: number,
    sum: Sum,
  ): void => {
    const [piece, offset, length] = block;
    for (let from = 0; from < length;) {
      const taken = wire.sell.take(length - from);
      const { price } = wire.sell;
      if (price > 0) {
        account.sent.push(wire.torrent.index, piece, offset + from, taken, price, now);
        sum.bytes += taken;
        sum.cost = addCost(sum.cost, taken, price);
      }
      from += taken;
    }
  };

  return ({ rows }: WirePosts['blocksSent']): void => {
    const now = clock.now();
    const sums = new Map<PayeeAccount, Sum>();
    let wire: WireEntry | undefined;
    let account: PayeeAccount | null = null;
    let sum: Sum = { bytes: 0, cost: ZERO_COST };
    for (let at = 0; at + BLOCK_COLUMNS <= rows.length; at += BLOCK_COLUMNS) {
      const id = rows[at] ?? 0;
      if (wire?.id !== id) {
        wire = registry.wire(id);
        account = wire === undefined ? null : desk.find(wire.identity);
        if (account !== null) {
          sum = sums.get(account) ?? { bytes: 0, cost: ZERO_COST };
          sums.set(account, sum);
        }
      }
      if (wire === undefined || account === null) continue;
      count(wire, account, [rows[at + 1] ?? 0, rows[at + 2] ?? 0, rows[at + 3] ?? 0], now, sum);
    }
    for (const [one, { bytes, cost }] of sums) {
      one.activeAt = now;
      if (bytes > 0) desk.apply(one, { type: 'sent', bytes, cost });
    }
  };
};
