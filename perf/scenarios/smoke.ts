import { WINDOW_MIN } from '../../src/protocol/policy.ts';
import type { Scenario } from '../scenario.ts';
import { openArena } from '../support/arena.ts';
import { countBlocks } from '../support/block-count.ts';
import { blockLatencies, durablePayments } from '../support/payment-match.ts';
import { PRICE } from '../support/prices.ts';
import { within } from '../support/scope.ts';
import { MIB, randomSource } from '../support/sources.ts';
import { latencyOf, megabytesPerSecond } from '../support/stats.ts';
import { figure } from '../support/table.ts';
import { openStockTrade, openTrade, settleUp, stockTransfer, transfer } from '../support/trade.ts';
import { engineMetrics, runEngine } from './engine.ts';

/**
 * One small round of each, long enough that opening a channel and finding the pace are a small part of
 * it, also where transfers are fast. It finds what is broken or slower by far, not what is a little
 * slower.
 */
export const smoke: Scenario = {
  name: 'smoke',
  about: 'Short forms of paid-vs-free, pay-latency and engine, held to generous budgets.',
  async run(stage) {
    const bytes = Math.round((stage.options.size ?? 24) * MIB);
    const seconds = stage.options.seconds ?? 2;
    const arena = await openArena(stage);
    const source = randomSource(stage.scope, 'payload.bin', bytes);
    const speedOf = (done: { bytes: number; completeAt: number; firstBlockAt: number }): number =>
      megabytesPerSecond(done.bytes, done.completeAt - done.firstBlockAt);

    const stockMBps = await within(stage.scope, async (scope) =>
      speedOf(await stockTransfer(stage, await openStockTrade(scope, arena, source))),
    );
    stage.note(`stock ${figure(stockMBps)} MB/s`);
    const freeMBps = await within(stage.scope, async (scope) =>
      speedOf(await transfer(stage, await openTrade(scope, arena, source, 0))),
    );
    stage.note(`free ${figure(freeMBps)} MB/s`);
    const paid = await within(stage.scope, async (scope) => {
      const trade = await openTrade(scope, arena, source, PRICE, '?tap');
      const done = await transfer(stage, trade);
      await settleUp(trade);
      const rows = (await trade.leecher.rows()).filter(({ direction }) => direction === 'sent');
      const { blocks } = await trade.leecher.log();
      const payments = durablePayments(await trade.seeder.log(), PRICE, WINDOW_MIN);
      const { latencies, unmatched } = blockLatencies(blocks, rows, payments);
      const { lost, doubled } = countBlocks(rows, bytes);
      return { MBps: speedOf(done), lost, doubled, unmatched, latency: latencyOf(latencies) };
    });
    stage.note(`paid ${figure(paid.MBps)} MB/s, p50 ${figure(paid.latency.p50, 0)} ms`);
    const engine = engineMetrics(
      await within(stage.scope, (scope) => runEngine({ ...stage, scope }, { rounds: 1, seconds })),
    );

    const metrics = {
      paidOverStock: paid.MBps / stockMBps,
      paidOverFree: paid.MBps / freeMBps,
      lostEvents: paid.lost,
      doubledEvents: paid.doubled,
      unmatchedBlocks: paid.unmatched,
      payP50Ms: paid.latency.p50,
      payP95Ms: paid.latency.p95,
      sustainedEventsPerSecond: engine.sustainedEventsPerSecond,
      engineAvgMs: engine.avgMs,
      fixedOverAdaptive: engine.fixedAvgMs / engine.avgMs,
    };
    return {
      metrics,
      tables: [
        {
          title: `Smoke: ${figure(bytes / MIB, 0)} MiB, one round`,
          head: ['figure', 'value'],
          rows: [
            ['stock, MB/s', figure(stockMBps)],
            ['free, MB/s', figure(freeMBps)],
            ['paid, MB/s', figure(paid.MBps)],
            ['block to payment on the seller’s disk, p50, ms', figure(paid.latency.p50, 1)],
            ['engine, events/s', figure(engine.sustainedEventsPerSecond, 0)],
            ['engine at 1,500 events/s, average, ms', figure(engine.avgMs, 1)],
          ],
        },
      ],
      charts: [],
      remarks: [],
      samples: { paid, engine },
    };
  },
};
