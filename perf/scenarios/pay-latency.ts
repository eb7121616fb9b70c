import { WINDOW_MIN } from '../../src/protocol/policy.ts';
import type { BatchMode } from '../../src/shared/ports/payments.ts';
import type { Outcome, Scenario, Stage } from '../scenario.ts';
import { openArena, type Arena } from '../support/arena.ts';
import { blockLatencies, durablePayments, type PaymentStages } from '../support/payment-match.ts';
import { PRICE } from '../support/prices.ts';
import { inTurns, type Side } from '../support/rounds.ts';
import type { Scope } from '../support/scope.ts';
import { MIB, randomSource, type Source } from '../support/sources.ts';
import { distributionOf } from '../support/distribution.ts';
import { latencyOf, median, megabytesPerSecond, type Latency } from '../support/stats.ts';
import { figure } from '../support/table.ts';
import { openTrade, settleUp, transfer } from '../support/trade.ts';

interface Run {
  readonly mode: BatchMode;
  readonly round: number;
  readonly MBps: number;
  readonly payments: number;
  readonly unmatched: number;
  readonly latencies: readonly number[];
  readonly stages: readonly PaymentStages[];
}

const STAGES = [
  ['from the wire to the buyer’s worker', 'toWorker'],
  ['there, until it is signed for', 'waiting'],
  ['written down by the buyer, and at the seller’s worker', 'signedToSeller'],
  ['verified and written down by the seller', 'verified'],
] as const;

const runOnce = async (
  stage: Stage,
  scope: Scope,
  arena: Arena,
  source: Source,
  mode: BatchMode,
  round: number,
): Promise<Run> => {
  const trade = await openTrade(scope, arena, source, PRICE, '?tap');
  if (mode === 'fixed') await trade.leecher.mode(mode);
  const { bytes, completeAt, firstBlockAt } = await transfer(stage, trade, round);
  await settleUp(trade);
  const { blocks } = await trade.leecher.log();
  const payments = durablePayments(await trade.seeder.log(), PRICE, WINDOW_MIN);
  const rows = (await trade.leecher.rows()).filter(({ direction }) => direction === 'sent');
  const { latencies, stages, unmatched } = blockLatencies(blocks, rows, payments);
  const MBps = megabytesPerSecond(bytes, completeAt - firstBlockAt);
  stage.note(`round ${round}: ${mode} ${figure(median(latencies), 1)} ms at ${figure(MBps)} MB/s`);
  return { mode, round, MBps, payments: payments.length, unmatched, latencies, stages };
};

const outcomeOf = (runs: readonly Run[]): Outcome => {
  const of = (mode: BatchMode): Run[] => runs.filter((run) => run.mode === mode);
  const [ours, fixed] = [of('adaptive'), of('fixed')];
  const all = (list: readonly Run[]): Latency =>
    latencyOf(list.flatMap(({ latencies }) => latencies));
  const each = (list: readonly Run[], value: (latency: Latency) => number): number[] =>
    list.map(({ latencies }) => value(latencyOf(latencies)));
  const [quick, slow] = [all(ours), all(fixed)];
  const speeds = ours.map(({ MBps }) => MBps);
  return {
    metrics: {
      p50Ms: quick.p50,
      p95Ms: quick.p95,
      p99Ms: quick.p99,
      avgMs: quick.avg,
      maxMs: quick.max,
      MBps: median(speeds),
      unmatchedBlocks: runs.reduce((sum, { unmatched }) => sum + unmatched, 0),
      fixedP50Ms: slow.p50,
      fixedP95Ms: slow.p95,
      fixedMBps: median(fixed.map(({ MBps }) => MBps)),
    },
    rounds: {
      p50Ms: each(ours, ({ p50 }) => p50),
      p95Ms: each(ours, ({ p95 }) => p95),
      p99Ms: each(ours, ({ p99 }) => p99),
      MBps: speeds,
      fixedP50Ms: each(fixed, ({ p50 }) => p50),
      fixedP95Ms: each(fixed, ({ p95 }) => p95),
    },
    tables: [
      {
        title:
          'Block received → payment verified and written down by the seller, over the real wire',
        head: [
          'batches, round',
          'MB/s',
          'blocks',
          'payments',
          'average, ms',
          'p50',
          'p95',
          'p99',
          'most',
        ],
        rows: [...ours, ...fixed].map(({ mode, round, MBps, payments, latencies }) => {
          const { count, avg, p50, p95, p99, max } = latencyOf(latencies);
          return [
            `${mode} ${round}`,
            figure(MBps),
            String(count),
            String(payments),
            ...[avg, p50, p95, p99, max].map((ms) => figure(ms, 1)),
          ];
        }),
      },
      {
        title: 'Where the time goes with adaptive batches, ms',
        head: ['part', 'average', 'p50', 'p95'],
        rows: STAGES.map(([label, key]) => {
          const part = latencyOf(ours.flatMap(({ stages }) => stages.map((one) => one[key])));
          return [label, ...[part.avg, part.p50, part.p95].map((ms) => figure(ms, 1))];
        }),
      },
    ],
    charts: [
      {
        kind: 'lines',
        title: 'Share of blocks whose payment is at the seller, verified and on disk, after …',
        unit: '% of blocks',
        xUnit: 'ms (up to the 99th percentile)',
        lines: [
          distributionOf(
            'adaptive',
            ours.flatMap(({ latencies }) => latencies),
          ),
          distributionOf(
            'fixed',
            fixed.flatMap(({ latencies }) => latencies),
          ),
        ],
      },
    ],
    remarks: ['The first blocks wait for the channel to be opened; they are counted.'],
    samples: runs.map(({ stages: _stages, ...run }) => run),
  };
};

export const payLatency: Scenario = {
  name: 'pay-latency',
  about:
    'A paid download at full speed: from the last byte of each block to its payment, verified and stored by the seller; adaptive and fixed batches in turns.',
  async run(stage) {
    const rounds = stage.options.rounds ?? 5;
    const bytes = Math.round((stage.options.size ?? 64) * MIB);
    const arena = await openArena(stage);
    const source = randomSource(stage.scope, 'payload.bin', bytes);
    const side =
      (mode: BatchMode): Side<Run> =>
      (scope, round) =>
        runOnce(stage, scope, arena, source, mode, round);
    return outcomeOf(await inTurns(stage, rounds, [side('adaptive'), side('fixed')]));
  },
};
