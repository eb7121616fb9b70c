import { WINDOW_MIN } from '../../src/protocol/policy.ts';
import type { Outcome, Scenario, Stage } from '../scenario.ts';
import { openArena, type Arena } from '../support/arena.ts';
import { blockLatencies, durablePayments } from '../support/payment-match.ts';
import { PRICE } from '../support/prices.ts';
import { within, type Scope } from '../support/scope.ts';
import { MIB, randomSource, type Source } from '../support/sources.ts';
import { latencyOf, median, megabytesPerSecond, percentile } from '../support/stats.ts';
import { figure } from '../support/table.ts';
import { openTrade, settleUp, transfer } from '../support/trade.ts';

interface Run {
  readonly MBps: number;
  readonly payments: number;
  readonly unmatched: number;
  readonly latencies: readonly number[];
}

const runOnce = async (
  stage: Stage,
  scope: Scope,
  arena: Arena,
  source: Source,
  round: number,
): Promise<Run> => {
  const trade = await openTrade(scope, arena, source, PRICE, '?tap');
  const { bytes, completeAt, firstBlockAt } = await transfer(stage, trade, round);
  await settleUp(trade);
  const { blocks } = await trade.leecher.log();
  const payments = durablePayments(await trade.seeder.log(), PRICE, WINDOW_MIN);
  const rows = (await trade.leecher.rows()).filter(({ direction }) => direction === 'sent');
  const { latencies, unmatched } = blockLatencies(blocks, rows, payments);
  const MBps = megabytesPerSecond(bytes, completeAt - firstBlockAt);
  stage.note(`round ${round}: ${figure(median(latencies), 1)} ms at ${figure(MBps)} MB/s`);
  return { MBps, payments: payments.length, unmatched, latencies };
};

/** Rounds of a paid download, each block followed to the seller's disk. */
export const runPayLatency = async (
  stage: Stage,
  asked: { readonly rounds: number; readonly bytes: number },
): Promise<readonly Run[]> => {
  const arena = await openArena(stage);
  const source = randomSource(stage.scope, 'payload.bin', asked.bytes);
  const runs: Run[] = [];
  for (let round = 1; round <= asked.rounds; round += 1) {
    runs.push(await within(stage.scope, (scope) => runOnce(stage, scope, arena, source, round)));
  }
  return runs;
};

export const payLatencyMetrics = (runs: readonly Run[]) => {
  const all = latencyOf(runs.flatMap(({ latencies }) => latencies));
  return {
    p50Ms: all.p50,
    p95Ms: all.p95,
    p99Ms: all.p99,
    avgMs: all.avg,
    maxMs: all.max,
    MBps: median(runs.map(({ MBps }) => MBps)),
    unmatchedBlocks: runs.reduce((sum, { unmatched }) => sum + unmatched, 0),
  };
};

const outcomeOf = (runs: readonly Run[]): Outcome => {
  const metrics = payLatencyMetrics(runs);
  const shares = Array.from({ length: 100 }, (_, at) => (at + 1) / 100);
  return {
    metrics,
    tables: [
      {
        title:
          'Block received → payment verified and written down by the seller, over the real wire',
        head: ['round', 'MB/s', 'blocks', 'payments', 'average, ms', 'p50', 'p95', 'p99', 'most'],
        rows: runs.map(({ MBps, payments, latencies }, at) => {
          const { count, avg, p50, p95, p99, max } = latencyOf(latencies);
          return [
            String(at + 1),
            figure(MBps),
            String(count),
            String(payments),
            ...[avg, p50, p95, p99, max].map((ms) => figure(ms, 1)),
          ];
        }),
      },
    ],
    charts: [
      {
        kind: 'lines',
        title: 'Share of blocks whose payment is at the seller, verified and on disk, after …',
        unit: '% of blocks',
        xUnit: 'ms (up to the 99th percentile)',
        lines: runs.map(({ latencies }, at) => ({
          label: `round ${at + 1}`,
          points: shares
            .slice(0, -1)
            .map((share) => [percentile(latencies, share), 100 * share] as const),
        })),
      },
    ],
    remarks: ['The first blocks wait for the channel to be opened; they are counted.'],
    samples: runs,
  };
};

export const payLatency: Scenario = {
  name: 'pay-latency',
  about:
    'A paid download at full speed: from the last byte of each block to its payment, verified and stored by the seller.',
  async run(stage) {
    const rounds = stage.options.rounds ?? 3;
    const bytes = Math.round((stage.options.size ?? 64) * MIB);
    return outcomeOf(await runPayLatency(stage, { rounds, bytes }));
  },
};
