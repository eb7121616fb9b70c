import type { Clock } from '../../shared/clock.ts';

export interface SteppedClock extends Clock {
  /** Lets time pass, from one timer to the next; each gets a turn of its own. */
  advance(ms: number): Promise<void>;
}

/** Lets everything run that waits for no timer. */
export const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Time that stands still until a test lets it pass. */
export const createSteppedClock = (start = 1_000_000): SteppedClock => {
  let now = start;
  const timers = new Set<{ readonly at: number; readonly task: () => void }>();
  return {
    now: () => now,
    after(ms, task) {
      const timer = { at: now + ms, task };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      const until = now + ms;
      for (;;) {
        await turn();
        const [next] = [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.task();
      }
      now = until;
    },
  };
};
