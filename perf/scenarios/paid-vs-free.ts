import type { CostedTransfer } from '../pages/node-page.ts';
import type { Outcome, Scenario, Stage } from '../scenario.ts';
import { openArena, type Arena } from '../support/arena.ts';
import { moveBare, openBarePair } from '../support/bare.ts';
import { PRICE } from '../support/prices.ts';
import { inTurns, type Side } from '../support/rounds.ts';
import { within, type Scope } from '../support/scope.ts';
import { MIB, randomSource, type Source } from '../support/sources.ts';
import { mediansOf, megabytesPerSecond, median, ratios, spread } from '../support/stats.ts';
import { figure } from '../support/table.ts';
import { throughputOf } from '../support/throughput.ts';
import { openStockTrade, openTrade, settleUp, stockTransfer, transfer } from '../support/trade.ts';

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
  /** Of both browsers, during the download. */
  readonly processorSeconds: number | null;
  readonly curve: CostedTransfer['curve'];
}

const runOf = (
  round: number,
  side: string,
  done: CostedTransfer,
  settledMs: number | null,
): Run => ({
  round,
  side,
  MBps: megabytesPerSecond(done.bytes, done.completeAt - done.firstBlockAt),
  startMs: done.firstBlockAt - done.startedAt,
  settledMs,
  processorSeconds: done.processorSeconds,
  curve: done.curve,
});

const runStock = async (
  scope: Scope,
  arena: Arena,
  source: Source,
  stage: Stage,
  round: number,
): Promise<Run> => {
  const trade = await openStockTrade(scope, arena, source);
  return runOf(round, 'stock', await stockTransfer(stage, trade, round), null);
};

const runOurs = async (
  scope: Scope,
  arena: Arena,
  source: Source,
  stage: Stage,
  round: number,
  price: number,
): Promise<Run> => {
  const trade = await openTrade(scope, arena, source, price);
  const done = await transfer(stage, trade, round);
  if (price === 0) return runOf(round, trade.side, done, null);
  return runOf(round, trade.side, done, (await settleUp(trade)) - done.completeAt);
};

const runBare = async (
  scope: Scope,
  arena: Arena,
  source: Source,
  stage: Stage,
  round: number,
): Promise<Run[]> => {
  const runs: Run[] = [];
  for (const size of MESSAGES) {
    // Like the other sides it begins on a new connection: one that has moved a few hundred MiB is a third faster.
    const ms = await within(scope, async (inner) => {
      const pair = await openBarePair(inner, arena.baselines);
      return stage.health.during(`${bareName(size)} ${round}`, () =>
        moveBare(pair, source.length, size),
      );
    });
    const MBps = megabytesPerSecond(source.length, ms);
    runs.push({
      round,
      side: bareName(size),
      MBps,
      startMs: null,
      settledMs: null,
      processorSeconds: null,
      curve: [],
    });
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
  const noted =
    (side: Side<Run[]>): Side<Run[]> =>
    async (scope, round) => {
      const runs = await side(scope, round);
      for (const run of runs) stage.note(`round ${round}: ${run.side} ${figure(run.MBps)} MB/s`);
      return runs;
    };
  const sides: readonly Side<Run[]>[] = [
    async (scope, round) => [await runStock(scope, arena, source, stage, round)],
    async (scope, round) => [await runOurs(scope, arena, source, stage, round, 0)],
    async (scope, round) => [await runOurs(scope, arena, source, stage, round, PRICE)],
    (scope, round) => runBare(scope, arena, source, stage, round),
  ];
  return (await inTurns(stage, asked.rounds, sides.map(noted))).flat();
};

/** The figures of a comparison. */
const comparisonOf = (runs: readonly Run[]) => {
  const speeds = (side: string): number[] =>
    runs.filter((run) => run.side === side).map(({ MBps }) => MBps);
  const best = [...MESSAGES]
    .map(bareName)
    .reduce((a, b) => (median(speeds(b)) > median(speeds(a)) ? b : a));
  const [stock, free, paid, bare] = [speeds('stock'), speeds('free'), speeds('paid'), speeds(best)];
  const rounds = {
    stockMBps: stock,
    freeMBps: free,
    paidMBps: paid,
    bareMBps: bare,
    paidOverStock: ratios(paid, stock),
    paidOverFree: ratios(paid, free),
    paidOverBare: ratios(paid, bare),
  };
  return { metrics: mediansOf(rounds), rounds, speeds, best };
};

const outcomeOf = (runs: readonly Run[], bytes: number): Outcome => {
  const { metrics, rounds, speeds, best } = comparisonOf(runs);
  const names = [...new Set(runs.map(({ side }) => side))];
  const between = (values: readonly number[]): string[] => {
    const { least, median: middle, most } = spread(values);
    return [figure(middle), figure(least), figure(most)];
  };
  const times = (
    side: string,
    key: 'startMs' | 'settledMs' | 'processorSeconds',
    digits: number,
  ): string => {
    const known = runs.filter((run) => run.side === side).flatMap((run) => run[key] ?? []);
    return known.length === 0 ? '' : figure(median(known), digits);
  };
  const size = figure(bytes / MIB, 0);
  return {
    metrics,
    rounds,
    tables: [
      {
        title: `${size} MiB from one seeder, MB/s from the first block to the last piece on disk`,
        head: [
          'side',
          'median',
          'least',
          'most',
          'to first block, ms',
          'to last satoshi, ms',
          'CPU, s',
        ],
        rows: names.map((name) => [
          name,
          ...between(speeds(name)),
          times(name, 'startMs', 0),
          times(name, 'settledMs', 0),
          times(name, 'processorSeconds', 1),
        ]),
      },
      {
        title: 'Paid against the others, round by round',
        head: ['ratio', 'median', 'least', 'most'],
        rows: [
          ['paid ÷ stock', ...between(rounds.paidOverStock)],
          ['paid ÷ free', ...between(rounds.paidOverFree)],
          [`paid ÷ ${best}`, ...between(rounds.paidOverBare)],
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
        title: 'Throughput over time, first round',
        unit: 'MB/s, over each second',
        xUnit: 's since the start of the download',
        lines: runs
          .filter(({ round, curve }) => round === 1 && curve.length > 0)
          .map(({ side, curve }) => ({ label: side, points: throughputOf(curve) })),
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
