import { readFileSync } from 'node:fs';
import type { CDPSession, Page } from '@playwright/test';
// The types of `window.takeHealth`.
import type { PageSample } from '../pages/page-health.ts';

/** A browser that is open, as the health monitor and the end of a scenario see it. */
export interface LiveBrowser {
  readonly name: string;
  readonly page: Page;
  /** Uncaught errors and error lines of its console so far. */
  readonly errors: number;
  /** Of the whole browser, not of a page. */
  readonly session: CDPSession;
  /** Its first process: when that ends, all of them do. */
  readonly pid: number;
}

const open = new Set<LiveBrowser>();

/** Browsers that this run has opened and not closed yet. */
export const liveBrowsers = (): readonly LiveBrowser[] => [...open];

/** Keeps a browser on the list until the returned function is called. */
export const enlist = (browser: LiveBrowser): (() => void) => {
  open.add(browser);
  return () => void open.delete(browser);
};

/** For browsers that did not close when they were asked to. */
export const killBrowsers = (): void => {
  for (const { pid } of open) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
  open.clear();
};

/** Memory that only this process has (not files that all share), in bytes; Linux only. */
const privateBytes = (pid: number): number => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return 1024 * Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
};

/** One look at a browser; what cannot be known is NaN, a page that is just loading gives null. */
export interface Look {
  readonly processBytes: number;
  readonly page: PageSample | null;
}

export const lookAt = async ({ session, page }: LiveBrowser): Promise<Look> => {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const processBytes = processInfo.reduce((sum, { id }) => sum + privateBytes(id), 0);
  const sample = await page.evaluate(() => window.takeHealth?.() ?? null);
  return { processBytes: processBytes > 0 ? processBytes : Number.NaN, page: sample };
};
