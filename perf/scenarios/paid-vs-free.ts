import type { Transfer } from '../pages/node-page.ts';
import type { Outcome, Scenario, Stage } from '../scenario.ts';
import { openArena, type Arena } from '../support/arena.ts';
import { moveBare, openBarePair } from '../support/bare.ts';
import { openNode } from '../support/nodes.ts';
import { coinsFor, PRICE, priceOf } from '../support/prices.ts';
import { within, type Scope } from '../support/scope.ts';
import { MIB, randomSource, type Source } from '../support/sources.ts';
import { megabytesPerSecond, median, ratios, spread } from '../support/stats.ts';
import { openStock } from '../support/stock.ts';
import { figure } from '../support/table.ts';

const KIB = 1024;
/** Message sizes of the bare channel: a block, simple-peer's buffer, the largest that all browsers take. */
const MESSAGES = [16 * KIB, 64 * KIB, 256 * KIB] as const;
const bareName = (size: number): string => `bare ${size / KIB} KiB`;

interface Run {
  readonly round: number;
  readonly side: string;
  readonly MBps: number;
  /** From the start of the download to its first block; null where there is no such step. */
  readonly startMs: number | null;
  /** From the last piece to the last satoshi signed and written down. */
  readonly settledMs: number | null;
  readonly curve: Transfer['curve'];
}

const runOf = (round: number, side: string, transfer: Transfer, settledMs: number | null): Run => ({
  round,
  side,
  MBps: megabytesPerSecond(transfer.bytes, transfer.completeAt - transfer.firstBlockAt),
  startMs: transfer.firstBlockAt - transfer.startedAt,
  settledMs,
  curve: transfer.curve,
});

const runStock = async (
  scope: Scope,
  arena: Arena,
  source: Source,
  stage: Stage,
  round: number,
): Promise<Run> => {
  const seeder = await openStock(scope, arena.baselines, 'stock seeder');
  const { magnet } = await seeder.seed(source, arena.net.urls.tracker);
  const leecher = await openStock(scope, arena.baselines, 'stock leecher');
  const pages = { seeder: seeder.browser.page, leecher: leecher.browser.page };
  const transfer = await stage.profiler.during('stock', pages, () =>
    stage.health.during(`stock ${round}`, () => leecher.download(magnet)),
  );
  return runOf(round, 'stock', transfer, null);
};

const runOurs = async (
  scope: Scope,
  arena: Arena,
  source: Source,
  stage: Stage,
  round: number,
  price: number,
): Promise<Run> => {
  const side = price === 0 ? 'free' : 'paid';
  const seeder = await openNode(scope, arena.app, `${side} seeder`);
  const { magnet, infoHash } = await seeder.seed(source, price);
  const leecher = await openNode(scope, arena.app, `${side} leecher`);
  if (price > 0) await leecher.coins(coinsFor(source.length));
  await leecher.prepare(magnet);
  const pages = { seeder: seeder.browser.page, leecher: leecher.browser.page };
  const transfer = await stage.profiler.during(side, pages, () =>
    stage.health.during(`${side} ${round}`, () => leecher.download(infoHash)),
  );
  if (price === 0) return runOf(round, side, transfer, null);
  const due = priceOf(source.length);
  const paidAt = await leecher.paid(due);
  await seeder.earned(due);
  for (const node of [leecher, seeder]) await node.audit();
  const { totals } = await seeder.snapshot();
  if (totals.earnedSat !== due) throw new Error(`${totals.earnedSat} sat came instead of ${due}`);
  return runOf(round, side, transfer, paidAt - transfer.completeAt);
};

const runBare = async (
  scope: Scope,
  arena: Arena,
  source: Source,
  stage: Stage,
  round: number,
): Promise<Run[]> => {
  const runs: Run[] = [];
  const pair = await openBarePair(scope, arena.baselines);
  for (const size of MESSAGES) {
    const ms = await stage.health.during(`${bareName(size)} ${round}`, () =>
      moveBare(pair, source.length, size),
    );
    const MBps = megabytesPerSecond(source.length, ms);
    runs.push({ round, side: bareName(size), MBps, startMs: null, settledMs: null, curve: [] });
  }
  return runs;
};

/** Everything side by side: each round runs every side, beginning with another one each time. */
export const comparePaid = async (
  stage: Stage,
  asked: { readonly rounds: number; readonly bytes: number },
): Promise<Run[]> => {
  const arena = await openArena(stage);
  const source = randomSource(stage.scope, 'payload.bin', asked.bytes);
  type Side = (scope: Scope, round: number) => Promise<Run | Run[]>;
  const sides: readonly Side[] = [
    (scope, round) => runStock(scope, arena, source, stage, round),
    (scope, round) => runOurs(scope, arena, source, stage, round, 0),
    (scope, round) => runOurs(scope, arena, source, stage, round, PRICE),
    (scope, round) => runBare(scope, arena, source, stage, round),
  ];
  const runs: Run[] = [];
  for (let round = 1; round <= asked.rounds; round += 1) {
    for (let turn = 0; turn < sides.length; turn += 1) {
      const side = sides[(turn + round - 1) % sides.length];
      if (side === undefined) continue;
      const done = await within(stage.scope, (scope) => side(scope, round));
      for (const run of [done].flat()) {
        runs.push(run);
        stage.note(`round ${round}: ${run.side} ${figure(run.MBps)} MB/s`);
      }
    }
  }
  return runs;
};

/** The figures of a comparison; also of its short form in `smoke`. */
export const comparisonOf = (runs: readonly Run[]) => {
  const speeds = (side: string): number[] =>
    runs.filter((run) => run.side === side).map(({ MBps }) => MBps);
  const best = [...MESSAGES]
    .map(bareName)
    .reduce((a, b) => (median(speeds(b)) > median(speeds(a)) ? b : a));
  const [stock, free, paid, bare] = [speeds('stock'), speeds('free'), speeds('paid'), speeds(best)];
  const metrics = {
    stockMBps: median(stock),
    freeMBps: median(free),
    paidMBps: median(paid),
    bareMBps: median(bare),
    paidOverStock: median(ratios(paid, stock)),
    paidOverFree: median(ratios(paid, free)),
    paidOverBare: median(ratios(paid, bare)),
  };
  return { metrics, speeds, best, pairs: { stock, free, paid, bare } };
};

const outcomeOf = (runs: readonly Run[], bytes: number): Outcome => {
  const { metrics, speeds, best, pairs } = comparisonOf(runs);
  const names = [...new Set(runs.map(({ side }) => side))];
  const between = (values: readonly number[]): string[] => {
    const { least, median: middle, most } = spread(values);
    return [figure(middle), figure(least), figure(most)];
  };
  const times = (side: string, key: 'startMs' | 'settledMs'): string => {
    const known = runs.filter((run) => run.side === side).flatMap((run) => run[key] ?? []);
    return known.length === 0 ? '' : figure(median(known), 0);
  };
  const size = figure(bytes / MIB, 0);
  return {
    metrics,
    tables: [
      {
        title: `${size} MiB from one seeder, MB/s from the first block to the last piece on disk`,
        head: ['side', 'median', 'least', 'most', 'to first block, ms', 'to last satoshi, ms'],
        rows: names.map((name) => [
          name,
          ...between(speeds(name)),
          times(name, 'startMs'),
          times(name, 'settledMs'),
        ]),
      },
      {
        title: 'Paid against the others, round by round',
        head: ['ratio', 'median', 'least', 'most'],
        rows: [
          ['paid ÷ stock', ...between(ratios(pairs.paid, pairs.stock))],
          ['paid ÷ free', ...between(ratios(pairs.paid, pairs.free))],
          [`paid ÷ ${best}`, ...between(ratios(pairs.paid, pairs.bare))],
        ],
      },
    ],
    charts: [
      {
        kind: 'bars',
        title: `Download of ${size} MiB from one seeder`,
        unit: 'MB/s, median; line: least to most',
        bars: names.map((label) => {
          const { least, median: value, most } = spread(speeds(label));
          return { label, value, least, most };
        }),
      },
      {
        kind: 'lines',
        title: 'Data held after the start of the download, first round',
        unit: 'MB',
        xUnit: 's',
        lines: runs
          .filter(({ round, curve }) => round === 1 && curve.length > 0)
          .map(({ side, curve }) => ({
            label: side,
            points: curve.map(([ms, held]) => [ms / 1e3, held / 1e6] as const),
          })),
      },
    ],
    remarks: [],
    samples: runs,
  };
};

export const paidVsFree: Scenario = {
  name: 'paid-vs-free',
  about:
    'One file from one seeder: a stock WebTorrent page with its defaults, Rivulet free, Rivulet paid, a bare data channel.',
  async run(stage) {
    const rounds = stage.options.rounds ?? 5;
    const bytes = Math.round((stage.options.size ?? 128) * MIB);
    return outcomeOf(await comparePaid(stage, { rounds, bytes }), bytes);
  },
};
