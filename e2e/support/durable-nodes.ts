import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, type BrowserContext, type Page } from '@playwright/test';
import { BROWSER_FLAGS, findBrowser } from '../../scripts/lib/browser.mjs';
import { PaymentsPage } from '../pages/payments.ts';
import { SeedPage } from '../pages/seed.ts';
import { SettingsPage } from '../pages/settings.ts';
import { Shell } from '../pages/shell.ts';
import { WalletPage } from '../pages/wallet.ts';
import { WatchPage } from '../pages/watch.ts';
import { test as base } from './nodes.ts';

/** Starts a browser on a profile; it has one page, which is empty. */
const launch = (profile: string): Promise<BrowserContext> => {
  const executablePath = findBrowser();
  return chromium.launchPersistentContext(profile, {
    args: BROWSER_FLAGS,
    headless: true,
    ...(executablePath === undefined ? {} : { executablePath }),
  });
};

/** One person's browser whose profile is on disk, so that it can be killed and started again. */
export class DurableNode {
  readonly name: string;
  readonly #origin: string;
  readonly #profile: string;
  #context: BrowserContext;
  #page: Page;

  constructor(name: string, origin: string, profile: string, context: BrowserContext, page: Page) {
    this.name = name;
    this.#origin = origin;
    this.#profile = profile;
    this.#context = context;
    this.#page = page;
    this.#listen();
  }

  static async launch(name: string, origin: string): Promise<DurableNode> {
    const profile = mkdtempSync(join(tmpdir(), `rivulet-${name}-`));
    const context = await launch(profile);
    const page = context.pages()[0] ?? (await context.newPage());
    return new DurableNode(name, origin, profile, context, page);
  }

  get page(): Page {
    return this.#page;
  }
  get shell(): Shell {
    return new Shell(this.#page, this.#origin);
  }
  get watch(): WatchPage {
    return new WatchPage(this.#page);
  }
  get seed(): SeedPage {
    return new SeedPage(this.#page);
  }
  get payments(): PaymentsPage {
    return new PaymentsPage(this.#page);
  }
  get settings(): SettingsPage {
    return new SettingsPage(this.#page);
  }
  get wallet(): WalletPage {
    return new WalletPage(this.#page);
  }

  #listen(): void {
    this.#page.on('pageerror', (error) => console.log(`[${this.name}] ${error.message}`));
  }

  /**
   * Ends every renderer of this browser with SIGKILL: page, payments worker, store worker and
   * service worker stop between two instructions, and nobody says goodbye.
   */
  async kill(): Promise<void> {
    const browser = this.#context.browser();
    if (browser === null) throw new Error('There is no browser to ask for its processes.');
    const session = await browser.newBrowserCDPSession();
    const renderers = async (): Promise<number[]> => {
      const { processInfo } = await session.send('SystemInfo.getProcessInfo');
      return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
    };
    const crashed = this.#page.waitForEvent('crash');
    const killed = await renderers();
    for (const id of killed) process.kill(id, 'SIGKILL');
    await crashed;
    // Until the browser has noticed all of them, it may give a dead one to the next page.
    await expect
      .poll(async () => (await renderers()).filter((id) => killed.includes(id)))
      .toEqual([]);
    await session.detach();
  }

  /** Opens the app at a route in a new page; the one that crashed is closed. */
  async reopen(route: string, prepare?: (page: Page) => Promise<void>): Promise<void> {
    const dead = this.#page;
    this.#page = await this.#context.newPage();
    this.#listen();
    await dead.close();
    await prepare?.(this.#page);
    await this.shell.open(route);
  }

  /** Ends the whole browser and starts it again on the same profile, with an empty page. */
  async restart(): Promise<void> {
    await this.#context.close();
    this.#context = await launch(this.#profile);
    this.#page = this.#context.pages()[0] ?? (await this.#context.newPage());
    this.#listen();
  }

  async close(): Promise<void> {
    await this.#context.close();
    rmSync(this.#profile, { recursive: true, force: true });
  }
}

/** `openDurable` opens a node with a profile on disk; it goes away at the end of the test. */
export const test = base.extend<{
  readonly openDurable: (name: string) => Promise<DurableNode>;
}>({
  openDurable: async ({ origin }, use) => {
    const nodes: DurableNode[] = [];
    await use(async (name) => {
      const node = await DurableNode.launch(name, origin);
      nodes.push(node);
      return node;
    });
    for (const node of nodes) await node.close();
  },
});

export { expect };
