import { test as base, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { startDevnet } from '../../devnet/devnet.ts';
import { HealthPage } from '../pages/health.ts';
import { HomePage } from '../pages/home.ts';
import { PaymentsPage } from '../pages/payments.ts';
import { SeedPage } from '../pages/seed.ts';
import { SettingsPage } from '../pages/settings.ts';
import { Shell } from '../pages/shell.ts';
import { WalletPage } from '../pages/wallet.ts';
import { WatchPage } from '../pages/watch.ts';

export type Devnet = Awaited<ReturnType<typeof startDevnet>>;

/** One person's browser with the app open. */
export interface AppNode {
  readonly name: string;
  readonly page: Page;
  readonly context: BrowserContext;
  readonly shell: Shell;
  readonly home: HomePage;
  readonly watch: WatchPage;
  readonly seed: SeedPage;
  readonly payments: PaymentsPage;
  readonly wallet: WalletPage;
  readonly settings: SettingsPage;
  readonly health: HealthPage;
}

const openNode = async (browser: Browser, origin: string, name: string): Promise<AppNode> => {
  const context = await browser.newContext({ permissions: ['clipboard-write'] });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') console.log(`[${name}] ${message.text()}`);
  });
  page.on('pageerror', (error) => console.log(`[${name}] uncaught: ${error.message}`));
  return {
    name,
    page,
    context,
    shell: new Shell(page, origin),
    home: new HomePage(page),
    watch: new WatchPage(page),
    seed: new SeedPage(page),
    payments: new PaymentsPage(page),
    wallet: new WalletPage(page),
    settings: new SettingsPage(page),
    health: new HealthPage(page),
  };
};

interface Fixtures {
  /** A fresh local network for each test. */
  readonly net: Devnet;
  /** Origin of the app, without trailing slash. */
  readonly origin: string;
  /** Opens a node in a context of its own; closed at the end of the test. */
  readonly openApp: (name: string) => Promise<AppNode>;
}

export const test = base.extend<Fixtures>({
  net: async ({}, use) => {
    const net = await startDevnet({
      appPort: 0,
      trackerPort: 0,
      ledgerPort: 0,
      dist: 'dist',
      blockInterval: 2,
    });
    await use(net);
    await net.stop();
  },
  origin: async ({ net }, use) => {
    await use(net.urls.app.replace(/\/$/, ''));
  },
  openApp: async ({ browser, origin }, use) => {
    const nodes: AppNode[] = [];
    await use(async (name) => {
      const node = await openNode(browser, origin, name);
      nodes.push(node);
      return node;
    });
    for (const node of nodes) await node.context.close();
  },
});

export { expect } from '@playwright/test';
