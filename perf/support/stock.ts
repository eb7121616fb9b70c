import type { Seeded, Transfer } from '../pages/node-page.ts';
import type { RangeRead } from '../pages/reading.ts';
import type { TaskLog } from '../pages/task-watch.ts';
// The types of `window.baseline`.
import type {} from '../baselines/stock.ts';
import { openBrowser, type PerfBrowser } from './browsers.ts';
import type { Scope } from './scope.ts';
import { PAGE_PATHS } from './site.ts';
import type { Source } from './sources.ts';

/** A browser with an unmodified WebTorrent page. */
export interface StockNode {
  readonly browser: PerfBrowser;
  seed(source: Source, tracker: string): Promise<Seeded>;
  download(magnet: string): Promise<Transfer>;
  tasks(from: number, to: number): Promise<TaskLog>;
  readWhole(): Promise<number>;
  readRanges(count: number, length: number): Promise<readonly RangeRead[]>;
  /** Clicks Watch and waits for the first frame: ms from the click. */
  watch(magnet: string): Promise<number>;
}

export const openStock = async (scope: Scope, origin: string, name: string): Promise<StockNode> => {
  const browser = await openBrowser(scope, name);
  const { page } = browser;
  await page.goto(`${origin}${PAGE_PATHS.stock}`);
  await page.evaluate(async () => void (await window.baseline));
  return {
    browser,
    async seed(source, tracker) {
      await page.setInputFiles('#files', source.path);
      return page.evaluate(async (announce) => (await window.baseline).seed(announce), tracker);
    },
    download: (magnet) =>
      page.evaluate(async (from) => (await window.baseline).download(from), magnet),
    readWhole: () => page.evaluate(async () => (await window.baseline).readWhole()),
    readRanges: (count, length) =>
      page.evaluate(async ([times, size]) => (await window.baseline).readRanges(times, size), [
        count,
        length,
      ] as const),
    async watch(magnet) {
      await page.evaluate(async (source) => {
        const stock = await window.baseline;
        window.watched = stock.watchOnClick(source);
      }, magnet);
      await page.click('#watch');
      return page.evaluate(async () => (await window.watched) ?? Number.NaN);
    },
    tasks: (from, to) =>
      page.evaluate(async ([since, until]) => (await window.baseline).tasks(since, until), [
        from,
        to,
      ] as const),
  };
};
