import { describe, expect, it } from 'vitest';
import { DEFAULT_BATCHER } from './schedule.ts';
import { createTuning, type Tuning } from './tuning.ts';

/** One second with these batches, each of blocks that waited 5 ms. */
const second = (tuning: Tuning, at: number, ...sizes: number[]): void => {
  tuning.turn(at, at * 1_000);
  for (const size of sizes) tuning.signed(size, 5 * size, false);
};

describe('tuning', () => {
  it('is told once when batches have grown, with what held blocks back', () => {
    const tuning = createTuning(DEFAULT_BATCHER);
    second(tuning, 1, 1, 1);
    expect(tuning.notes()).toEqual([]);
    tuning.held('rate');
    second(tuning, 2, 10, 14);
    for (let count = 0; count < 3; count += 1) tuning.held('rate');
    tuning.held('storing');
    second(tuning, 3, 12);
    second(tuning, 4, 13);
    expect(tuning.notes()).toEqual([
      { time: 3_000, reason: 'rate', mode: 'adaptive', events: 12, waitMs: 5 },
    ]);
  });

  it('knows a busy window, a busy disk and mere traffic apart', () => {
    const reasons = (work: (tuning: Tuning) => void): string[] => {
      const tuning = createTuning(DEFAULT_BATCHER);
      tuning.turn(1, 1_000);
      work(tuning);
      tuning.turn(2, 2_000);
      return tuning.notes().map(({ reason }) => reason);
    };
    expect(reasons((one) => one.signed(50, 0, true))).toEqual(['window']);
    expect(reasons((one) => one.signed(50, 0, false))).toEqual(['busier']);
    const storing = (one: Tuning): void => {
      one.held('storing');
      one.signed(50, 0, false);
    };
    expect(reasons(storing)).toEqual(['storing']);
  });

  it('is told when batches shrink again, not when nothing happens', () => {
    const tuning = createTuning(DEFAULT_BATCHER);
    second(tuning, 1, 40);
    second(tuning, 2);
    second(tuning, 9, 3);
    tuning.turn(10, 10_000);
    expect(tuning.notes().map(({ reason, events }) => [reason, events])).toEqual([
      ['quiet', 3],
      ['busier', 40],
    ]);
  });

  it('follows the settings, keeps twelve notes, and adapts nothing when fixed', () => {
    const tuning = createTuning(DEFAULT_BATCHER);
    const fixed = { mode: 'fixed', maxEvents: 7, maxWaitMs: 100 } as const;
    for (let time = 0; time < 20; time += 1) tuning.settings(fixed, time);
    second(tuning, 1, 40);
    tuning.turn(2, 2_000);
    expect(tuning.notes()).toHaveLength(12);
    expect(tuning.notes()[0]).toEqual({
      time: 19,
      reason: 'settings',
      mode: 'fixed',
      events: 7,
      waitMs: 100,
    });
  });
});
