import type { Clock } from '../../src/shared/clock.ts';

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  /** Moves on by `ms` and runs what has become due, in order. */
  move(ms: number): void;
  /** Tasks that wait. */
  pending(): number;
}

/** Starts at a fixed moment of 2026. */
export const manualClock = (start = 1_780_000_000_000): ManualClock => {
  let time = start;
  let tasks: { at: number; task: () => void }[] = [];
  return {
    now: () => time,
    after: (ms, task) => {
      const entry = { at: time + ms, task };
      tasks.push(entry);
      return () => {
        tasks = tasks.filter((other) => other !== entry);
      };
    },
    move: (ms) => {
      const until = time + ms;
      for (;;) {
        const due = tasks.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        tasks = tasks.filter((other) => other !== due);
        time = Math.max(time, due.at);
        due.task();
      }
      time = until;
    },
    pending: () => tasks.length,
  };
};
