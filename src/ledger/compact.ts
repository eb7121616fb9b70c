import type { RetentionRule } from '../shared/ports/ledger.ts';
import type { ChannelStatus } from '../shared/ports/payments.ts';
import type { Backend, Fold } from './backend.ts';
import { createDayTotals } from './day-totals.ts';
import { readHeads, slabSize, splitSlab, type FullSlab } from './slab.ts';
import { createTally } from './tally.ts';

/** Ids that one transaction takes off the shelf: a moment's work, so that payments hardly wait. */
const WINDOW = 512;

/** A channel in one of these states is never paid on again. */
const OVER: ReadonlySet<ChannelStatus> = new Set(['settled', 'refunded', 'failed']);

/**
 * Plans, step by step, which batches become day totals: the oldest ones that the rule names, as far as
 * their channels are over and they add up. A batch that does not is left for the audit to show, and so
 * is all that came after it.
 */
export const createCompaction = async (
  backend: Pick<Backend, 'snapshot' | 'days' | 'slabs'>,
  rule: RetentionRule,
): Promise<{ next(): Promise<{ readonly fold: Fold; readonly batches: number } | null> }> => {
  const { channels, lastId, foldedTo } = await backend.snapshot();
  const over = new Set(channels.filter(({ status }) => OVER.has(status)).map(({ cid }) => cid));
  const stored = await backend.days();
  const totals = createDayTotals(stored);
  const tally = createTally();
  tally.days(stored);
  let known = new Set(stored.map(({ id }) => id));
  let nextId = foldedTo + 1;
  let stopped = tally.problems.length > 0;

  /** How many of its first batches are old. */
  const oldIn = (slab: FullSlab): number => {
    const young = readHeads(slab).findIndex(
      ({ id, time, cid }) => !over.has(cid) || (time >= rule.before && id > lastId - rule.keep),
    );
    return young === -1 ? slabSize(slab.head) : young;
  };
  const addsUp = (slab: FullSlab): boolean => {
    tally.slab(slab);
    return tally.problems.length === 0;
  };

  return {
    async next() {
      if (stopped || nextId > lastId) return null;
      let batches = 0;
      let rest: FullSlab | null = null;
      for (const slab of await backend.slabs(nextId, nextId + WINDOW)) {
        const old = oldIn(slab);
        const [first, others] = old < slabSize(slab.head) ? splitSlab(slab, old) : [slab, null];
        stopped = old === 0 || !addsUp(first);
        if (stopped) break;
        for (const head of readHeads(first)) totals.add(head);
        batches += old;
        rest = others;
        stopped = rest !== null;
        if (stopped) break;
      }
      if (batches === 0) return null;
      nextId += batches;
      const rows = totals.rows();
      const ids = new Set(rows.map(({ id }) => id));
      const fold: Fold = {
        days: rows.filter(({ id }) => !known.has(id)),
        replaced: [...known].filter((id) => !ids.has(id)),
        upTo: nextId - 1,
        rest,
      };
      known = ids;
      return { fold, batches };
    },
  };
};
