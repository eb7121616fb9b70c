import type { Page } from '@playwright/test';
import type { CostedTransfer, Transfer } from '../pages/node-page.ts';
import type { Stage } from '../scenario.ts';
import type { Arena } from './arena.ts';
import type { PerfBrowser } from './browsers.ts';
import { atMost } from './at-most.ts';
import { processorSeconds } from './heap.ts';
import { openNode, type AppNode } from './nodes.ts';
import { coinsFor, priceOf } from './prices.ts';
import type { Scope } from './scope.ts';
import type { Source } from './sources.ts';
import { openStock, type StockNode } from './stock.ts';

/** A seeder that serves a file and somebody who is about to download it. */
export interface Trade {
  readonly side: string;
  readonly seeder: AppNode;
  readonly leecher: AppNode;
  readonly infoHash: string;
  readonly magnet: string;
  /** What the whole file costs. */
  readonly due: number;
  readonly pages: Readonly<Record<string, Page>>;
}

/** Two browsers with the app: one seeds, the other has the coins, the file list and the price. */
export const openTrade = async (
  scope: Scope,
  { app }: Arena,
  source: Source,
  price: number,
  query = '',
): Promise<Trade> => {
  const side = price === 0 ? 'free' : 'paid';
  const seeder = await openNode(scope, app, `${side} seeder`, query);
  const { magnet, infoHash } = await seeder.seed(source, price);
  const leecher = await openNode(scope, app, `${side} leecher`, query);
  if (price > 0) await leecher.coins(coinsFor(source.length));
  await leecher.prepare(magnet);
  const pages = { seeder: seeder.browser.page, leecher: leecher.browser.page };
  const due = price === 0 ? 0 : priceOf(source.length);
  return { side, seeder, leecher, infoHash, magnet, due, pages };
};

const costed = async (
  browsers: readonly PerfBrowser[],
  work: () => Promise<Transfer>,
): Promise<CostedTransfer> => {
  const spent = async (): Promise<number> =>
    (await Promise.all(browsers.map(processorSeconds))).reduce((sum, value) => sum + value, 0);
  const before = await spent();
  const done = await work();
  return { ...done, processorSeconds: (await spent()) - before };
};

/** The download, under the eyes of the profiler and of the machine's watch. */
export const transfer = (
  { health, profiler }: Stage,
  { side, seeder, leecher, infoHash, pages }: Trade,
  round = 1,
): Promise<CostedTransfer> =>
  costed([seeder.browser, leecher.browser], () =>
    profiler.during(side, pages, () =>
      health.during(`${side} ${round}`, () => leecher.download(infoHash)),
    ),
  );

/**
 * Waits until all is paid and known to the seller, and has both check their books.
 * @returns the time of the leecher's page at which the last satoshi was signed and written down
 * @throws Error unless exactly what is due was paid and earned
 */
export const settleUp = async ({ seeder, leecher, due }: Trade): Promise<number> => {
  const paidAt = await leecher.paid(due);
  await seeder.earned(due);
  for (const node of [leecher, seeder]) await node.audit();
  const [{ totals: paid }, { totals: earned }] = [
    await leecher.snapshot(),
    await seeder.snapshot(),
  ];
  if (paid.paidSat !== due || earned.earnedSat !== due) {
    throw new Error(`${paid.paidSat} sat paid, ${earned.earnedSat} earned, ${due} due`);
  }
  return paidAt;
};

/** Both sides are given this long to agree. */
const AGREED_MS = 60_000;

/**
 * Waits until nothing is on its way any more: somebody who jumps about a film pays for blocks that
 * were under way to the place he left. @returns what was paid, which both sides agree on.
 * @throws Error when they do not in a minute
 */
export const settleAgreed = async ({ seeder, leecher, due }: Trade): Promise<number> => {
  await leecher.paid(due);
  for (const until = Date.now() + AGREED_MS; ;) {
    const { totals, engine } = await leecher.snapshot();
    await atMost(until - Date.now(), seeder.earned(totals.paidSat));
    // What a page shows lags a little: the seller's may know of a payment before the payer's does.
    const { earnedSat } = (await seeder.snapshot()).totals;
    await atMost(until - Date.now(), leecher.paid(earnedSat));
    const { paidSat } = (await leecher.snapshot()).totals;
    const agreed = paidSat === earnedSat && totals.paidSat === paidSat;
    if (agreed && engine.queued === 0) {
      for (const node of [leecher, seeder]) await node.audit();
      return paidSat;
    }
    if (Date.now() > until) throw new Error(`${paidSat} sat paid, ${earnedSat} earned`);
  }
};

/** The same with two pages of the unmodified library. */
export interface StockTrade {
  readonly seeder: StockNode;
  readonly leecher: StockNode;
  readonly magnet: string;
  readonly pages: Readonly<Record<string, Page>>;
}

export const openStockTrade = async (
  scope: Scope,
  { baselines, net }: Arena,
  source: Source,
): Promise<StockTrade> => {
  const seeder = await openStock(scope, baselines, 'stock seeder');
  const { magnet } = await seeder.seed(source, net.urls.tracker);
  const leecher = await openStock(scope, baselines, 'stock leecher');
  const pages = { seeder: seeder.browser.page, leecher: leecher.browser.page };
  return { seeder, leecher, magnet, pages };
};

export const stockTransfer = (
  { health, profiler }: Stage,
  { seeder, leecher, magnet, pages }: StockTrade,
  round = 1,
): Promise<CostedTransfer> =>
  costed([seeder.browser, leecher.browser], () =>
    profiler.during('stock', pages, () =>
      health.during(`stock ${round}`, () => leecher.download(magnet)),
    ),
  );
