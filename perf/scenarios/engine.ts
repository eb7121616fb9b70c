// The types of `window.engine`.
import type {} from '../pages/engine-page.ts';
import type { Page } from '@playwright/test';
import type { Phase } from '../pages/phases.ts';
import type { Outcome, Scenario, Stage } from '../scenario.ts';
import { openArena } from '../support/arena.ts';
import { openBrowser } from '../support/browsers.ts';
import { PAGE_PATHS } from '../support/site.ts';
import { distributionOf } from '../support/distribution.ts';
import { latencyOf, median, spread, type Latency } from '../support/stats.ts';
import { figure } from '../support/table.ts';

const PEERS = 100;
const TORRENTS = 20;
const CROWD = { peers: PEERS, titlesEach: 2 };
/** The load of the first generation's own benchmark. */
const PER_SECOND = 1_500;
/** No engine here pays for more blocks in a second; the channels are made that large. */
const MOST_PER_SECOND = 600_000;
const PER_3000 = 3_000;

/** What others measured, on machines of their own. */
const EARLIER = [
  ['first generation, basic batcher (no signature, no disk)', 131.5, 250.6],
  ['first generation, “optimized” (no signature, no disk)', 117.5, 275.2],
] as const;

export interface EngineRuns {
  readonly prepareMs: number;
  readonly adaptive: readonly Phase[];
  readonly fixed: readonly Phase[];
  readonly floods: readonly Phase[];
  readonly payments: number;
  readonly blocks: number;
  readonly diskBytesPerEvent: number;
}

/** Opens the engine page and makes its channels large enough for `blocks`. */
export const openEngine = async (
  stage: Stage,
  blocks: number,
  crowd: { readonly peers: number; readonly titlesEach: number } = CROWD,
): Promise<{ readonly page: Page; readonly prepareMs: number }> => {
  const { app } = await openArena(stage);
  const { page } = await openBrowser(stage.scope, 'engine');
  await page.goto(`${app}${PAGE_PATHS.engine}`);
  stage.note('opening wires and channels');
  const setup = { ...crowd, torrents: TORRENTS, blocks };
  const prepareMs = await page.evaluate((asked) => window.engine.prepare(asked), setup);
  return { page, prepareMs };
};

const steady = (page: Page, seconds: number): Promise<Phase> =>
  page.evaluate(([rate, time]) => window.engine.steady(rate, time), [PER_SECOND, seconds] as const);

const flood = (page: Page, seconds: number): Promise<Phase> =>
  page.evaluate((time) => window.engine.flood(time), seconds);

/** `adaptive` and `fixed` in turns, then the floods; at the end everything is checked. */
export const runEngine = async (
  stage: Stage,
  asked: { readonly rounds: number; readonly seconds: number },
): Promise<EngineRuns> => {
  const { rounds, seconds } = asked;
  const blocks = rounds * (seconds + 2) * (MOST_PER_SECOND + 2 * PER_SECOND);
  const { page, prepareMs } = await openEngine(stage, blocks);
  const { health, profiler } = stage;
  const phases = { adaptive: [] as Phase[], fixed: [] as Phase[], floods: [] as Phase[] };
  const diskBefore = await page.evaluate(() => window.engine.diskBytes());
  for (let round = 1; round <= rounds; round += 1) {
    for (const mode of round % 2 === 1
      ? (['adaptive', 'fixed'] as const)
      : (['fixed', 'adaptive'] as const)) {
      await page.evaluate((wanted) => window.engine.mode(wanted), mode);
      const phase = await health.during(`${mode} ${round}`, () => steady(page, seconds));
      phases[mode].push(phase);
      stage.note(`round ${round}: ${mode} ${figure(latencyOf(phase.latencies).avg)} ms on average`);
    }
  }
  // Last: the database is still sorting what a flood wrote when the next phase is timed.
  await page.evaluate(() => window.engine.mode('adaptive'));
  for (let round = 1; round <= rounds; round += 1) {
    const phase = await health.during(`flood ${round}`, () =>
      profiler.during(`flood ${round}`, { engine: page }, () => flood(page, seconds)),
    );
    phases.floods.push(phase);
    stage.note(`round ${round}: ${figure((1000 * phase.blocks) / phase.ms, 0)} events/s`);
  }
  const diskAfter = await page.evaluate(() => window.engine.diskBytes());
  const books = await page.evaluate(() => window.engine.verify());
  return {
    ...phases,
    prepareMs,
    payments: books.payments,
    blocks: books.blocks,
    diskBytesPerEvent: (diskAfter - diskBefore) / books.blocks,
  };
};

const perSecond = ({ blocks, ms }: Phase): number => (1000 * blocks) / ms;

/** Latencies of all rounds of a mode taken together. */
const together = (phases: readonly Phase[]): Latency =>
  latencyOf(phases.flatMap(({ latencies }) => latencies));

export const engineMetrics = ({ adaptive, fixed, floods }: EngineRuns) => {
  const quick = together(adaptive);
  const slow = together(fixed);
  return {
    sustainedEventsPerSecond: median(floods.map(perSecond)),
    avgMs: quick.avg,
    p50Ms: quick.p50,
    p95Ms: quick.p95,
    p99Ms: quick.p99,
    fixedAvgMs: slow.avg,
    fixedP99Ms: slow.p99,
    signaturesPerSecond: median(floods.map(({ payments, ms }) => (1000 * payments) / ms)),
  };
};

const latencyRow = (name: string, latency: Latency, phases: readonly Phase[]): string[] => {
  const payments = phases.reduce((sum, phase) => sum + phase.payments, 0);
  return [
    name,
    figure(latency.avg),
    figure(latency.p50),
    figure(latency.p95),
    figure(latency.p99),
    figure(latency.max),
    figure(latency.count / payments, 1),
  ];
};

const outcomeOf = (runs: EngineRuns): Outcome => {
  const metrics = {
    ...engineMetrics(runs),
    bytesPer3000Events: PER_3000 * runs.diskBytesPerEvent,
    prepareMs: runs.prepareMs,
  };
  const { adaptive, fixed, floods } = runs;
  const speeds = spread(floods.map(perSecond));
  return {
    metrics,
    rounds: {
      sustainedEventsPerSecond: floods.map(perSecond),
      avgMs: adaptive.map((phase) => latencyOf(phase.latencies).avg),
      p99Ms: adaptive.map((phase) => latencyOf(phase.latencies).p99),
      fixedAvgMs: fixed.map((phase) => latencyOf(phase.latencies).avg),
      fixedP99Ms: fixed.map((phase) => latencyOf(phase.latencies).p99),
    },
    tables: [
      {
        title: `${figure(PER_SECOND, 0)} events/s over ${PEERS} peers and ${TORRENTS} torrents: ms from the event to signed and on disk`,
        head: ['mode', 'average', 'p50', 'p95', 'p99', 'most', 'events a signature'],
        rows: [
          latencyRow('adaptive', together(adaptive), adaptive),
          latencyRow('fixed (50 events / 250 ms)', together(fixed), fixed),
          ...EARLIER.map(([name, avg, p99]) => [name, figure(avg), '', '', figure(p99)]),
        ],
      },
      {
        title: 'As many as the engine takes, signed and on disk',
        head: ['figure', 'median', 'least', 'most'],
        rows: [
          [
            'events/s',
            ...[speeds.median, speeds.least, speeds.most].map((value) => figure(value, 0)),
          ],
          ['signatures/s', figure(metrics.signaturesPerSecond, 0)],
          ['first generation, events/s (no signature)', '1,366'],
        ],
      },
    ],
    charts: [
      {
        kind: 'bars',
        title: 'Event to signed and on disk at 1,500 events/s, average',
        unit: 'ms',
        bars: [
          { label: 'adaptive', value: metrics.avgMs },
          { label: 'fixed', value: metrics.fixedAvgMs },
          { label: 'first generation, basic', value: EARLIER[0][1] },
        ],
      },
      {
        kind: 'lines',
        title: 'Latency at 1,500 events/s: share of events signed and on disk after …',
        unit: '% of events',
        xUnit: 'ms (up to the 99th percentile)',
        lines: [
          distributionOf(
            'adaptive',
            adaptive.flatMap(({ latencies }) => latencies),
          ),
          distributionOf(
            'fixed',
            fixed.flatMap(({ latencies }) => latencies),
          ),
        ],
      },
      {
        kind: 'bars',
        title: 'Sustained events',
        unit: 'events/s; line: least to most',
        bars: [
          { label: 'engine', value: speeds.median, least: speeds.least, most: speeds.most },
          { label: 'first generation', value: 1_366 },
        ],
      },
    ],
    remarks: [
      `${figure(runs.payments, 0)} signatures were checked one by one, and ${figure(runs.blocks, 0)} events are in the books.`,
    ],
    samples: {
      ...runs,
      adaptive: adaptive.map(({ latencies, ...rest }) => ({ ...rest, ...latencyOf(latencies) })),
      fixed: fixed.map(({ latencies, ...rest }) => ({ ...rest, ...latencyOf(latencies) })),
      floods: floods.map(({ latencies, ...rest }) => ({ ...rest, ...latencyOf(latencies) })),
    },
  };
};

export const engine: Scenario = {
  name: 'engine',
  about:
    'The payments worker alone, with real keys, signatures and ledger: 1,500 events/s over 100 peers, then as many as it takes.',
  async run(stage) {
    const rounds = stage.options.rounds ?? 3;
    const seconds = stage.options.seconds ?? (stage.options.full ? 20 : 8);
    return outcomeOf(await runEngine(stage, { rounds, seconds }));
  },
};
