import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { BROWSER_FLAGS, findBrowser } from '../../scripts/lib/browser.mjs';
import { stepAside } from './priority.ts';
import { enlist } from './roster.ts';
import type { Scope } from './scope.ts';

/** One person's browser: a process of its own with a profile of its own on disk. */
export interface PerfBrowser {
  readonly name: string;
  readonly page: Page;
  readonly context: BrowserContext;
  /** Closes the window and opens it again on the same profile. */
  restart(): Promise<PerfBrowser>;
  /** From now on it works only with what other browsers leave of the processors; see priority.ts. */
  stepAside(): void;
  close(): Promise<void>;
}

/** Garbage is collected on demand and memory is told exactly; neither changes what runs. */
const MEASURING_FLAGS = ['--js-flags=--expose-gc', '--enable-precise-memory-info'];

interface Opened {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly pid: number;
  /** To be called when it is closed. */
  readonly strike: () => void;
}

const openOn = async (profile: string, name: string): Promise<Opened> => {
  const executablePath = findBrowser();
  const context = await chromium.launchPersistentContext(profile, {
    ...(executablePath === undefined ? {} : { executablePath }),
    headless: true,
    args: [...BROWSER_FLAGS, ...MEASURING_FLAGS],
    viewport: { width: 1280, height: 800 },
    // Whoever interrupts a run ends everything in order through its scope.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const session = await context.browser()?.newBrowserCDPSession();
  if (session === undefined) throw new Error('This browser cannot be watched.');
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const pid = processInfo.find(({ type }) => type === 'browser')?.id;
  if (pid === undefined) throw new Error('This browser has no process.');
  const live = { name, page, session, pid, errors: 0 };
  page.on('pageerror', (error) => {
    live.errors += 1;
    console.error(`[${name}] uncaught: ${error.message}`);
  });
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    live.errors += 1;
    console.error(`[${name}] ${message.text()}`);
  });
  return { context, page, pid, strike: enlist(live) };
};

/**
 * Starts a browser. Its profile lies on disk (in memory, IndexedDB and the private file system would
 * be another product) and is removed when the scope ends.
 */
export const openBrowser = async (scope: Scope, name: string): Promise<PerfBrowser> => {
  const profile = mkdtempSync(join(tmpdir(), 'rivulet-perf-'));
  scope.defer(() => rmSync(profile, { recursive: true, force: true, maxRetries: 5 }));
  let opening: Promise<Opened> | null = null;
  const close = async (): Promise<void> => {
    // One that is just starting has to start before it can be closed.
    const closing = await opening?.catch(() => null);
    opening = null;
    await closing?.context.close();
    closing?.strike();
  };
  scope.defer(close);
  const start = async (): Promise<PerfBrowser> => {
    opening = openOn(profile, name);
    const { context, page, pid } = await opening;
    return {
      name,
      page,
      context,
      close,
      async restart() {
        await close();
        return start();
      },
      stepAside: () => stepAside(pid),
    };
  };
  return start();
};
