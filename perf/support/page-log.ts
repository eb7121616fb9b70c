import type { LiveBrowser, Look } from './roster.ts';
import { latencyOf } from './stats.ts';

const MB = 1e6;

/** One look, as it is kept. */
interface PagePoint {
  /** Seconds since the phase began. */
  readonly at: number;
  readonly heapMB: number;
  /** Of all processes of the browser, without what they share. */
  readonly processMB: number;
  readonly queue: number | null;
}

/** What one browser was like during a phase. */
export interface PageHealth {
  readonly name: string;
  readonly heapMB: { readonly first: number; readonly last: number; readonly most: number };
  readonly processMB: { readonly first: number; readonly last: number; readonly most: number };
  /** How late timers of the page were, in ms. */
  readonly delayP50Ms: number;
  readonly delayP95Ms: number;
  readonly delayMostMs: number;
  readonly longTasks: number;
  readonly longestTaskMs: number;
  readonly blockingMs: number;
  /** Most events that waited in its payments worker; null where there is none. */
  readonly queueMost: number | null;
  readonly errors: number;
  readonly points: readonly PagePoint[];
}

interface Entry {
  readonly browser: LiveBrowser;
  readonly errorsBefore: number;
  readonly points: PagePoint[];
  delays: number[];
  longTasks: number;
  longestTaskMs: number;
  blockingMs: number;
  looks: number;
}

export interface PageLog {
  add(browser: LiveBrowser, at: number, look: Look): void;
  pages(): readonly PageHealth[];
}

const firstLastMost = (values: readonly number[]) => ({
  first: values[0] ?? Number.NaN,
  last: values.at(-1) ?? Number.NaN,
  most: values.length === 0 ? Number.NaN : Math.max(...values),
});

const healthOf = (entry: Entry): PageHealth => {
  const { points, delays, browser } = entry;
  const late = latencyOf(delays);
  const queues = points.flatMap(({ queue }) => queue ?? []);
  return {
    name: browser.name,
    heapMB: firstLastMost(points.map(({ heapMB }) => heapMB)),
    processMB: firstLastMost(points.map(({ processMB }) => processMB)),
    delayP50Ms: late.p50,
    delayP95Ms: late.p95,
    delayMostMs: late.max,
    longTasks: entry.longTasks,
    longestTaskMs: entry.longestTaskMs,
    blockingMs: entry.blockingMs,
    queueMost: queues.length === 0 ? null : Math.max(...queues),
    errors: browser.errors - entry.errorsBefore,
    points,
  };
};

/** Keeps what looks at browsers gave. What a page saw before the first look is not of this phase. */
export const createPageLog = (): PageLog => {
  const entries = new Map<LiveBrowser, Entry>();
  return {
    add(browser, at, { processBytes, page }) {
      const entry: Entry = entries.get(browser) ?? {
        browser,
        errorsBefore: browser.errors,
        points: [],
        delays: [],
        longTasks: 0,
        longestTaskMs: 0,
        blockingMs: 0,
        looks: 0,
      };
      entries.set(browser, entry);
      entry.points.push({
        at,
        heapMB: (page?.heap ?? Number.NaN) / MB,
        processMB: processBytes / MB,
        queue: page?.queue ?? null,
      });
      entry.looks += 1;
      if (entry.looks === 1 || page === null) return;
      entry.delays = entry.delays.concat(page.delays);
      entry.longTasks += page.longTasks;
      entry.longestTaskMs = Math.max(entry.longestTaskMs, page.longestMs);
      entry.blockingMs += page.blockingMs;
    },
    pages: () => [...entries.values()].map(healthOf),
  };
};
