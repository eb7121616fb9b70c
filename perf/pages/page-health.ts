/** What a page notices about itself: how late it is, what blocks it, what it holds. */
export interface PageSample {
  /** Bytes of the page's own heap. */
  readonly heap: number;
  /** How late a timer of this page was, again and again, in ms. */
  readonly delays: readonly number[];
  readonly longTasks: number;
  readonly longestMs: number;
  /** What tasks took beyond 50 ms each. */
  readonly blockingMs: number;
  /** Events that wait in the payments worker; null on a page that has none. */
  readonly queue: number | null;
}

declare global {
  interface Window {
    /** What was seen since the last call. */
    takeHealth?: () => PageSample;
    /** Put there by a page with a payments worker. */
    queueDepth?: () => number;
  }
}

const EVERY_MS = 50;
const LONG_MS = 50;

/** Chrome's own; not in TypeScript's libraries. */
const heapOf = (): number => {
  const memory: unknown = Reflect.get(performance, 'memory');
  const used = (memory as { readonly usedJSHeapSize?: number } | undefined)?.usedJSHeapSize;
  return used ?? Number.NaN;
};

/** Begins to watch this page. It costs one short timer task each 50 ms, on every side alike. */
export const watchHealth = (): void => {
  let delays: number[] = [];
  let tasks: number[] = [];
  let due = performance.now() + EVERY_MS;
  const tick = (): void => {
    const now = performance.now();
    delays.push(Math.max(0, now - due));
    due = now + EVERY_MS;
    setTimeout(tick, EVERY_MS);
  };
  setTimeout(tick, EVERY_MS);
  const seen = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) tasks.push(duration);
  });
  seen.observe({ type: 'longtask' });
  window.takeHealth = () => {
    const sample = {
      heap: heapOf(),
      delays,
      longTasks: tasks.length,
      longestMs: Math.max(0, ...tasks),
      blockingMs: tasks.reduce((sum, ms) => sum + ms - LONG_MS, 0),
      queue: window.queueDepth?.() ?? null,
    };
    delays = [];
    tasks = [];
    return sample;
  };
};
