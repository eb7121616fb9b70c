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
