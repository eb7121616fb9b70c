import type { DayTotal } from '../shared/ports/ledger.ts';
import { satoshi } from '../shared/units.ts';
import type { BatchHead } from './slab.ts';

const DAY_MS = 86_400_000;

/** A channel belongs to one peer and one direction. */
const groupOf = ({ time, cid, infoHash }: Pick<DayTotal, 'time' | 'cid' | 'infoHash'>): string =>
  `${Math.floor(time / DAY_MS)} ${cid} ${infoHash}`;

/** Adds batches up by day (UTC), channel and torrent. */
export interface DayTotals {
  /** Batches by rising id. */
  add(head: BatchHead): void;
  /** By rising id. */
  rows(): readonly DayTotal[];
}

export const createDayTotals = (initial: readonly DayTotal[] = []): DayTotals => {
  const groups = new Map<string, DayTotal>();
  /** Of two rows of one group (there were more days in them than now), both stay. */
  const older: DayTotal[] = [];
  for (const row of initial) {
    const before = groups.get(groupOf(row));
    if (before !== undefined) older.push(before);
    groups.set(groupOf(row), row);
  }
  return {
    add(head) {
      const { blocks, bytes, sat, ...rest } = head;
      const before = groups.get(groupOf(head));
      groups.set(groupOf(head), {
        ...rest,
        batches: (before?.batches ?? 0) + 1,
        blocks: (before?.blocks ?? 0) + blocks,
        bytes: (before?.bytes ?? 0) + bytes,
        sat: satoshi((before?.sat ?? 0) + sat),
      });
    },
    rows: () => [...older, ...groups.values()].sort((a, b) => a.id - b.id),
  };
};
