import type { Page } from '@playwright/test';
import type { Outcome, Scenario, Stage } from '../scenario.ts';
import { openArena, type Arena } from '../support/arena.ts';
import { watchHeap } from '../support/heap.ts';
import { PRICE } from '../support/prices.ts';
import { within } from '../support/scope.ts';
import { MIB, paddedFilm, type Source } from '../support/sources.ts';
import { figure } from '../support/table.ts';
import { openStockTrade, openTrade, settleUp, stockTransfer, transfer } from '../support/trade.ts';
import { openEngine } from './engine.ts';

const MEGABYTE = 1e6;
/** Fewer than the engine can, so that nearly each payment event gets a signature of its own. */
const PER_SECOND = 2_000;
const STEP_SECONDS = 5;
const SAMPLE_MS = 2_000;

type Point = readonly [x: number, megabytes: number];

interface Growth {
  readonly before: number;
  readonly after: number;
  readonly most: number;
  readonly points: readonly Point[];
}

const growthMB = ({ before, after }: Growth): number => (after - before) / MEGABYTE;

/** The worker's heap, without garbage, before, during and after `count` payment events. */
const payments = async (
  stage: Stage,
  count: number,
): Promise<Growth & { readonly events: number; readonly signatures: number }> => {
  const { page } = await openEngine(stage, count);
  const heap = await watchHeap(page);
  const before = await heap.worker('payments', true);
  const points: Point[] = [[0, before / MEGABYTE]];
  let events = 0;
  let signatures = 0;
  let most = before;
  let after = before;
  while (events < count) {
    const seconds = Math.min(STEP_SECONDS, (count - events) / PER_SECOND);
    const phase = await stage.health.during(`payments ${events}`, () =>
      page.evaluate(([rate, time]) => window.engine.steady(rate, time), [
        PER_SECOND,
        seconds,
      ] as const),
    );
    events += phase.blocks;
    signatures += phase.payments;
    after = await heap.worker('payments', true);
    most = Math.max(most, after);
    points.push([events / 1_000, after / MEGABYTE]);
    stage.note(`${figure(events, 0)} payments: ${figure(after / MEGABYTE, 1)} MB`);
  }
  await page.evaluate(() => window.engine.verify());
  return { before, after, most, points, events, signatures };
};

/** Looks at a page before, during and after `work`. */
const growthOf = async (stage: Stage, page: Page, work: () => Promise<void>): Promise<Growth> => {
  const heap = await watchHeap(page);
  const before = await heap.page(true);
  const startedAt = performance.now();
  const points: Point[] = [];
  let most = before;
  const sample = async (): Promise<void> => {
    const used = await heap.page(false);
    most = Math.max(most, used);
    points.push([(performance.now() - startedAt) / 1_000, used / MEGABYTE]);
  };
  const sampling = setInterval(() => void sample().catch(() => undefined), SAMPLE_MS);
  stage.scope.defer(() => clearInterval(sampling));
  await work();
  clearInterval(sampling);
  return { before, after: await heap.page(true), most, points };
};

/** The same download by a stock page; it is not played, so that nothing but the library holds data. */
const stockDownload = async (stage: Stage, arena: Arena, film: Source): Promise<Growth> => {
  const trade = await openStockTrade(stage.scope, arena, film);
  return growthOf(stage, trade.leecher.browser.page, async () => {
    await stockTransfer(stage, trade);
    await stage.health.during('stock, read it all', () => trade.leecher.readWhole());
  });
};

/** The buyer's page before, during and after the download of a film that plays meanwhile. */
const download = async (stage: Stage, arena: Arena, film: Source): Promise<Growth> => {
  const trade = await openTrade(stage.scope, arena, film, PRICE);
  return growthOf(stage, trade.leecher.browser.page, async () => {
    const [, frames] = await Promise.all([
      transfer(stage, trade),
      trade.leecher.play(trade.infoHash),
    ]);
    if (frames === 0) throw new Error('The film did not play.');
    await settleUp(trade);
    await stage.health.during('read it all', () => trade.leecher.readWhole(trade.infoHash));
  });
};

export const memory: Scenario = {
  name: 'memory',
  about:
    'Growth of the payments worker over 100,000 payments, and of the page over a download of 1 GiB that plays meanwhile.',
  async run(stage): Promise<Outcome> {
    const count = stage.options.count ?? 100_000;
    const bytes = Math.round((stage.options.size ?? 1_024) * MIB);
    const paid = await within(stage.scope, (scope) => payments({ ...stage, scope }, count));
    const arena = await openArena(stage);
    const film = paddedFilm(stage.scope, bytes);
    const held = await within(stage.scope, (scope) => download({ ...stage, scope }, arena, film));
    const stock = await within(stage.scope, (scope) =>
      stockDownload({ ...stage, scope }, arena, film),
    );
    const row = (name: string, growth: Growth): string[] => [
      name,
      ...[growth.before, growth.after, growth.most].map((value) => figure(value / MEGABYTE, 1)),
      figure(growthMB(growth), 1),
    ];
    return {
      metrics: {
        workerHeapGrowthMB: growthMB(paid),
        pageGrowthMB: growthMB(held),
        pagePeakMB: (held.most - held.before) / MEGABYTE,
        stockPageGrowthMB: growthMB(stock),
        stockPagePeakMB: (stock.most - stock.before) / MEGABYTE,
        payments: paid.events,
        signatures: paid.signatures,
      },
      tables: [
        {
          title: 'Memory in MB: heap, what the browser keeps for it, array buffers',
          head: ['thread', 'before', 'after', 'most', 'growth'],
          rows: [
            row(`payments worker, ${figure(paid.events, 0)} payments`, paid),
            row(`page, ${figure(bytes / MIB, 0)} MiB downloaded and played`, held),
            row(`stock page, ${figure(bytes / MIB, 0)} MiB downloaded`, stock),
          ],
        },
      ],
      charts: [
        {
          kind: 'lines',
          title: 'Payments worker, garbage collected',
          unit: 'MB',
          xUnit: 'thousand payments',
          lines: [{ label: 'worker', points: paid.points }],
        },
        {
          kind: 'lines',
          title: 'Page during the download, garbage included',
          unit: 'MB',
          xUnit: 's',
          lines: [
            { label: 'paid, played', points: held.points },
            { label: 'stock', points: stock.points },
          ],
        },
      ],
      remarks: [
        'The film is the sample film in a loop, padded to the size of the download; at the end all of it is read once more.',
      ],
      samples: { paid, held, stock },
    };
  },
};
