import type { TuningNote } from '../../shared/ports/engine-metrics.ts';
import type { PaymentSettings } from '../../shared/ports/payments.ts';

type Batcher = PaymentSettings['batcher'];

/** What holds blocks back that could be signed for: a signature being stored, or the rate limit. */
export type Hold = 'storing' | 'rate';

const NOTES = 12;
/** Batches that grow or shrink by less are the same work. */
const FACTOR = 2;

/** Tells how the batcher adapts, second by second: what its batches grew to, and why. */
export interface Tuning {
  /** The second, of any count that only grows, in which what follows happens. */
  turn(second: number, now: number): void;
  /** One signature for so many blocks, which waited so long in all; under pressure of the window. */
  signed(rows: number, waitedMs: number, pressed: boolean): void;
  held(by: Hold): void;
  settings(batcher: Batcher, now: number): void;
  /** Newest first. */
  notes(): readonly TuningNote[];
}

export const createTuning = (batcher: Batcher): Tuning => {
  let mode = batcher.mode;
  let notes: TuningNote[] = [];
  let second = -1;
  /** Blocks of an average batch when it was last noted. Adaptive begins with one at a time. */
  let noted = 1;
  let signatures = 0;
  let rows = 0;
  let waited = 0;
  const held = { storing: 0, rate: 0, window: 0 };

  const add = (note: TuningNote): void => {
    notes = [note, ...notes].slice(0, NOTES);
  };

  const growth = (): TuningNote['reason'] => {
    const most = Math.max(held.storing, held.rate, held.window);
    if (most === 0) return 'busier';
    if (most === held.window) return 'window';
    return most === held.rate ? 'rate' : 'storing';
  };

  const clear = (): void => {
    signatures = rows = waited = 0;
    held.storing = held.rate = held.window = 0;
  };

  const judge = (now: number): void => {
    if (mode !== 'adaptive' || signatures === 0) return;
    const events = rows / signatures;
    const grown = events >= noted * FACTOR;
    if (!grown && events > noted / FACTOR) return;
    noted = Math.max(1, events);
    const waitMs = rows === 0 ? 0 : waited / rows;
    add({ time: now, reason: grown ? growth() : 'quiet', mode, events, waitMs });
  };

  return {
    turn(current, now) {
      if (current === second) return;
      second = current;
      judge(now);
      clear();
    },
    signed(count, waitedMs, pressed) {
      signatures += 1;
      rows += count;
      waited += waitedMs;
      if (pressed) held.window += 1;
    },
    held(by) {
      held[by] += 1;
    },
    settings(next, now) {
      mode = next.mode;
      noted = 1;
      clear();
      const { maxEvents: events, maxWaitMs: waitMs } = next;
      add({ time: now, reason: 'settings', mode, events, waitMs });
    },
    notes: () => notes,
  };
};
