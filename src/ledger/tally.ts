import type { DayTotal } from '../shared/ports/ledger.ts';
import type { ChannelRole } from '../shared/ports/payments.ts';
import { isComplete, readHeads, slabSize, sumRows, type BatchHead, type FullSlab } from './slab.ts';
import { createTotalsBook } from './totals.ts';

/** What is counted of a batch, or of a day's batches together. */
type Counted = Pick<BatchHead, 'id' | 'direction' | 'cid' | 'peer' | 'sat' | 'paidAfter'>;

interface Sum {
  sat: number;
  readonly first: Counted;
}

/** Which side of a channel a batch belongs to. */
export const roleOf = ({ direction }: Pick<Counted, 'direction'>): ChannelRole =>
  direction === 'sent' ? 'payer' : 'payee';

/** Adds up batches, oldest first, and notes where they do not agree with one another. */
export const createTally = () => {
  const problems: string[] = [];
  const byChannel = new Map<string, Sum>();
  const byAccount = new Map<string, Sum>();
  const totals = createTotalsBook();
  let batches = 0;
  let nextId = 1;

  const add = (head: Counted): Sum => {
    const channel = byChannel.get(head.cid) ?? { sat: 0, first: head };
    channel.sat += head.sat;
    byChannel.set(head.cid, channel);
    if (channel.first.peer !== head.peer || channel.first.direction !== head.direction) {
      problems.push(
        `Batch ${head.id} has another peer or direction than the rest of channel ${head.cid}.`,
      );
    }
    const key = roleOf(head) + head.peer;
    const account = byAccount.get(key) ?? { sat: 0, first: head };
    account.sat += head.sat;
    byAccount.set(key, account);
    return channel;
  };

  const checkAfter = ({ id, cid, paidAfter }: Counted, { sat }: Sum): void => {
    if (sat === paidAfter) return;
    problems.push(
      `Batch ${id} puts channel ${cid} at ${paidAfter} sat, its batches so far add up to ${sat}.`,
    );
  };

  return {
    problems,
    byChannel,
    byAccount,
    totals,
    batches: () => batches,
    /** Sums of days that batches were replaced by; they come before all batches. */
    days(days: readonly DayTotal[]): void {
      const last = new Map<string, DayTotal>();
      for (const day of days) {
        add(day);
        last.set(day.cid, day);
        batches += day.batches;
        nextId = day.id + 1;
        totals.keep(totals.after([day], day.id));
      }
      // Days of two titles overlap, so that only the last one says where the channel stands.
      for (const [cid, day] of last) {
        const sum = byChannel.get(cid);
        if (sum !== undefined) checkAfter(day, sum);
      }
    },
    slab(slab: FullSlab): void {
      if (slab.first !== nextId) {
        problems.push(`Batches ${nextId} to ${slab.first - 1} are missing.`);
      }
      const size = slabSize(slab.head);
      nextId = slab.first + size;
      batches += size;
      const heads = readHeads(slab);
      if (!isComplete(slab)) {
        problems.push(`The blocks of batches ${slab.first} to ${nextId - 1} are not all there.`);
      }
      const sums = sumRows(slab);
      heads.forEach((head, index) => {
        const sum = sums[index];
        // A batch without blocks is a state taken over from the other side: money, no detail.
        if (sum !== undefined && head.blocks > 0) {
          if (sum.sat !== head.sat) {
            problems.push(`Batch ${head.id} is ${head.sat} sat, its blocks add up to ${sum.sat}.`);
          }
          if (sum.bytes !== head.bytes) {
            problems.push(
              `Batch ${head.id} is ${head.bytes} bytes, its blocks add up to ${sum.bytes}.`,
            );
          }
        }
        checkAfter(head, add(head));
      });
      totals.keep(totals.after(heads, nextId - 1));
    },
    end(lastId: number): void {
      if (nextId <= lastId) problems.push(`Batches ${nextId} to ${lastId} are missing.`);
    },
  };
};

export type Tally = ReturnType<typeof createTally>;
