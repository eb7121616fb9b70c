import type { Clock } from '../../shared/clock.ts';

/** Runs `task` soon after it is asked for, but at most once in `everyMs`. */
export const createThrottle = (clock: Clock, everyMs: number, task: () => void) => {
  let lastAt = 0;
  let cancel: (() => void) | null = null;
  return {
    ask(): void {
      if (cancel !== null) return;
      const wait = Math.max(0, lastAt + everyMs - clock.now());
      cancel = clock.after(wait, () => {
        cancel = null;
        lastAt = clock.now();
        task();
      });
    },
    stop(): void {
      cancel?.();
      cancel = null;
    },
  };
};
