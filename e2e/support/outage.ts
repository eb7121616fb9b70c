import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDevnet } from '../../devnet/devnet.ts';
import { test as base, type Devnet } from './nodes.ts';

/** A local network that can go away and come back: same addresses, same chain. */
export interface Outage {
  readonly net: Devnet;
  /** Ends host, tracker and chain services. */
  begin(): Promise<void>;
  end(): Promise<void>;
}

const portOf = (url: string): number => Number(new URL(url).port);

export const test = base.extend<{ readonly outage: Outage }>({
  outage: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'rivulet-chain-'));
    const options = { dist: 'dist', blockInterval: 2, stateFile: join(folder, 'chain.json') };
    const net = await startDevnet({ ...options, appPort: 0, trackerPort: 0, ledgerPort: 0 });
    let running: Devnet | null = net;
    await use({
      net,
      async begin() {
        await running?.stop();
        running = null;
      },
      async end() {
        running = await startDevnet({
          ...options,
          appPort: portOf(net.urls.app),
          trackerPort: portOf(net.urls.tracker),
          ledgerPort: portOf(net.urls.arc),
        });
      },
    });
    await running?.stop();
    rmSync(folder, { recursive: true, force: true });
  },
  net: async ({ outage }, use) => {
    await use(outage.net);
  },
});

export { expect } from '@playwright/test';
