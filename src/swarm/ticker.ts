import type { Clock } from '../shared/clock.ts';

/** Runs a task soon, once, however often it is asked to before. */
export type Ticker = (task: () => void) => () => void;

/** Schedules for {@link createTicker}; the page's own unless a test brings another. */
export interface TickSchedule {
  isHidden(): boolean;
  after(ms: number, task: () => void): void;
  /** In the next turn of the event loop. */
  soon(task: () => void): void;
}

/**
 * A coalescing tick: `ms` after the first call, or in the next turn of the event loop while the page
 * is hidden, where timers are held back to one a second and would slow the transfer.
 */
export const createTicker =
  (schedule: TickSchedule, ms: number): Ticker =>
  (task) => {
    let waiting = false;
    const run = (): void => {
      waiting = false;
      task();
    };
    return () => {
      if (waiting) return;
      waiting = true;
      if (schedule.isHidden()) schedule.soon(run);
      else schedule.after(ms, run);
    };
  };

/**
 * The same, but at the end of the present task when nothing was run for `ms`: what comes in large bursts
 * does not wait, and what comes one by one is still gathered.
 */
export const createPromptTicker =
  (schedule: TickSchedule, clock: Pick<Clock, 'now'>, ms: number): Ticker =>
  (task) => {
    let waiting = false;
    let ranAt = -Infinity;
    const run = (): void => {
      waiting = false;
      ranAt = clock.now();
      task();
    };
    return () => {
      if (waiting) return;
      waiting = true;
      const left = ranAt + ms - clock.now();
      // More than `ms` is left when the clock was set back.
      if (left <= 0 || left > ms) queueMicrotask(run);
      else if (schedule.isHidden()) schedule.soon(run);
      else schedule.after(left, run);
    };
  };

/** The schedule of this page: messages to itself are not throttled as timers are. */
export const pageSchedule = (): TickSchedule => {
  const channel = new MessageChannel();
  const tasks: (() => void)[] = [];
  channel.port1.onmessage = () => tasks.shift()?.();
  return {
    isHidden: () => document.hidden,
    after: (ms, task) => void setTimeout(task, ms),
    soon(task) {
      tasks.push(task);
      channel.port2.postMessage(null);
    },
  };
};
