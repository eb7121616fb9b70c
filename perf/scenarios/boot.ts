import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
// The types of `window.baseline`.
import type {} from '../baselines/stock.ts';
import type { Page } from '@playwright/test';
import { ROOT } from '../../scripts/lib/process.mjs';
import type { Scenario } from '../scenario.ts';
import { openBaselineServer } from '../support/baseline-server.ts';
import { openBrowser } from '../support/browsers.ts';
import { askLighthouse, type Scores } from '../support/lighthouse.ts';
import { openNetwork, originOf } from '../support/network.ts';
import { within } from '../support/scope.ts';
import { ensureSite, PAGE_PATHS } from '../support/site.ts';
import { mediansOf, spread } from '../support/stats.ts';
import { figure } from '../support/table.ts';

/** The build that ships, without any page of the benchmarks. */
const DIST = join(ROOT, 'dist');

interface Start {
  /** Something of the app is on screen. */
  readonly paintMs: number;
  /** The first view can be used: its field is there. */
  readonly interactiveMs: number;
  /** The node behind it runs. */
  readonly readyMs: number;
  /** Paths that the page had got when it was drawn first, and when it could be used. */
  readonly shell: readonly string[];
  readonly view: readonly string[];
}

declare global {
  interface Window {
    /** Put in before the page starts. */
    startTimes?: { interactive?: number; ready?: number };
  }
}

/** Writes down when the shell can be used and when the node runs; runs before the page's scripts. */
const watchStart = (): void => {
  window.startTimes = {};
  const times = window.startTimes;
  const observer = new MutationObserver(() => {
    if (document.querySelector('[data-testid="add-source"]'))
      times.interactive ??= performance.now();
    if (document.querySelector('[data-testid="phase"][data-phase="ready"]')) {
      times.ready ??= performance.now();
    }
    if (times.interactive !== undefined && times.ready !== undefined) observer.disconnect();
  });
  observer.observe(document, { childList: true, subtree: true, attributes: true });
};

const startOf = async (page: Page, origin: string): Promise<Start> => {
  await page.goto(`${origin}/`);
  await page.waitForSelector('[data-testid="phase"][data-phase="ready"]', { state: 'attached' });
  await page.waitForSelector('[data-testid="add-source"]');
  const seen = await page.evaluate(() => ({
    times: window.startTimes ?? {},
    paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
    resources: performance.getEntriesByType('resource').map((entry) => ({
      path: new URL(entry.name).pathname,
      end: (entry as PerformanceResourceTiming).responseEnd,
    })),
  }));
  const { interactive = Number.NaN, ready = Number.NaN } = seen.times;
  const gotBy = (ms: number): string[] => [
    '/index.html',
    ...seen.resources.filter(({ end }) => end > 0 && end <= ms).map(({ path }) => path),
  ];
  return {
    paintMs: seen.paint,
    interactiveMs: interactive,
    readyMs: ready,
    shell: gotBy(seen.paint),
    view: gotBy(interactive),
  };
};

/** The stock page: until the library is loaded and its service worker controls the page. */
const stockStart = async (page: Page, origin: string): Promise<number> => {
  await page.goto(`${origin}${PAGE_PATHS.stock}`);
  return page.evaluate(async () => {
    await window.baseline;
    return performance.now();
  });
};

const gzipSize = (path: string): number => {
  try {
    return gzipSync(readFileSync(join(DIST, path)), { level: 9 }).length;
  } catch {
    // Made by the server (/config.json), not part of the build.
    return 0;
  }
};

export const boot: Scenario = {
  name: 'boot',
  about:
    'The build that ships: what the first view needs, and how long it takes to be usable, cold and warm.',
  async run(stage) {
    const rounds = stage.options.rounds ?? 3;
    const net = await openNetwork(stage.scope, DIST);
    const cold: Start[] = [];
    const warm: Start[] = [];
    const stock: number[] = [];
    const baselines = await openBaselineServer(stage.scope, await ensureSite(stage.note));
    for (let round = 1; round <= rounds; round += 1) {
      await within(stage.scope, async (scope) => {
        const first = await openBrowser(scope, 'visitor');
        await first.page.addInitScript(watchStart);
        cold.push(
          await stage.health.during(`cold ${round}`, () => startOf(first.page, originOf(net))),
        );
        // The service worker keeps the app; then the browser is closed and opened again.
        await first.page.evaluate(async () => void (await navigator.serviceWorker.ready));
        const again = await first.restart();
        await again.page.addInitScript(watchStart);
        warm.push(
          await stage.health.during(`warm ${round}`, () => startOf(again.page, originOf(net))),
        );
      });
      await within(stage.scope, async (scope) => {
        const { page } = await openBrowser(scope, 'stock visitor');
        stock.push(await stage.health.during(`stock ${round}`, () => stockStart(page, baselines)));
      });
      stage.note(
        `round ${round}: usable after ${figure(cold.at(-1)?.interactiveMs ?? 0, 0)} ms cold`,
      );
    }
    // Between two runs the performance score differs by several points.
    const judged: Scores[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      judged.push(
        await stage.health.during('Lighthouse', () =>
          askLighthouse(stage.scope, `${originOf(net)}/`),
        ),
      );
    }
    const passed = judged.flatMap((one) => (one.ok ? [one.scores] : []));
    const scores = {
      lighthousePerformance: passed.map(({ performance }) => performance),
      lighthouseAccessibility: passed.map(({ accessibility }) => accessibility),
      lighthouseBestPractices: passed.map((one) => one['best-practices']),
    };
    const sizesOf = (paths: readonly string[]) =>
      [...new Set(paths)]
        .map((path) => ({ path, bytes: gzipSize(path) }))
        .filter(({ bytes }) => bytes > 0)
        .sort((a, b) => b.bytes - a.bytes);
    const [shell, view] = [sizesOf(cold[0]?.shell ?? []), sizesOf(cold[0]?.view ?? [])];
    const sum = (sizes: typeof shell): number => sizes.reduce((all, { bytes }) => all + bytes, 0);
    const times = (
      starts: readonly Start[],
      key: 'paintMs' | 'interactiveMs' | 'readyMs',
    ): number[] => starts.map((start) => start[key]);
    const row = (name: string, values: readonly number[]): string[] => {
      const { least, median: middle, most } = spread(values);
      return [name, ...[middle, least, most].map((ms) => figure(ms, 0))];
    };
    const taken: Record<string, readonly number[]> = {
      coldPaintMs: times(cold, 'paintMs'),
      warmPaintMs: times(warm, 'paintMs'),
      coldMs: times(cold, 'interactiveMs'),
      warmMs: times(warm, 'interactiveMs'),
      coldReadyMs: times(cold, 'readyMs'),
      warmReadyMs: times(warm, 'readyMs'),
      stockColdMs: stock,
      ...(passed.length === 0 ? {} : scores),
    };
    return {
      metrics: {
        shellGzipKB: sum(shell) / 1e3,
        viewGzipKB: sum(view) / 1e3,
        ...mediansOf(taken),
      },
      rounds: taken,
      tables: [
        {
          title: 'From the navigation, ms',
          head: ['start', 'median', 'least', 'most'],
          rows: [
            row('cold, drawn', times(cold, 'paintMs')),
            row('cold, usable', times(cold, 'interactiveMs')),
            row('cold, node runs', times(cold, 'readyMs')),
            row('warm, drawn', times(warm, 'paintMs')),
            row('warm, usable', times(warm, 'interactiveMs')),
            row('warm, node runs', times(warm, 'readyMs')),
            row('stock WebTorrent page, cold, library and its worker run', stock),
          ],
        },
        {
          title: 'What the page has loaded when the first view can be used, gzip',
          head: ['file', 'bytes', 'before the first paint'],
          rows: view.map(({ path, bytes }) => [
            path,
            figure(bytes, 0),
            shell.some((one) => one.path === path) ? 'yes' : '',
          ]),
        },
      ],
      charts: [],
      remarks: [
        ...(passed.length === 0
          ? []
          : [
              `Lighthouse, as on a slow phone, ${passed.length} times: performance ${scores.lighthousePerformance.join(', ')}.`,
            ]),
        ...judged.flatMap((one) => (one.ok ? [] : [`Lighthouse was not measured: ${one.reason}.`])),
      ],
      samples: { cold, warm, stock, shell, view, scores },
    };
  },
};
