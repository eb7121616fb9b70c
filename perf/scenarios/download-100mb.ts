import { auditChain } from '../../e2e/support/chain-audit.ts';
import type { Transfer } from '../pages/node-page.ts';
import type { PaidRow } from '../pages/ledger-rows.ts';
import type { Scenario } from '../scenario.ts';
import { openArena } from '../support/arena.ts';
import { countBlocks } from '../support/block-count.ts';
import { BLOCK, PRICE } from '../support/prices.ts';
import { within } from '../support/scope.ts';
import { MIB, randomSource } from '../support/sources.ts';
import { megabytesPerSecond } from '../support/stats.ts';
import { figure } from '../support/table.ts';
import { throughputOf } from '../support/throughput.ts';
import { openStockTrade, openTrade, settleUp, stockTransfer, transfer } from '../support/trade.ts';

const speedOf = ({ bytes, completeAt, firstBlockAt }: Transfer): number =>
  megabytesPerSecond(bytes, completeAt - firstBlockAt);

const sum = (rows: readonly PaidRow[]): number => rows.reduce((total, { sat }) => total + sat, 0);

export const download100mb: Scenario = {
  name: 'download-100mb',
  about: '100 MiB, 6,400 blocks of 17 sat, paid for real, settled on the chain and counted.',
  async run(stage) {
    const bytes = Math.round((stage.options.size ?? 100) * MIB);
    const arena = await openArena(stage);
    const source = randomSource(stage.scope, 'payload.bin', bytes);
    const stock = await within(stage.scope, async (scope) =>
      speedOf(await stockTransfer(stage, await openStockTrade(scope, arena, source))),
    );
    const trade = await openTrade(stage.scope, arena, source, PRICE);
    const { seeder, leecher, due } = trade;
    const done = await transfer(stage, trade);
    await settleUp(trade);
    const settling = await stage.health.during('settle', () => leecher.settle());
    if (settling.skipped.length > 0) throw new Error(settling.skipped[0]?.reason);
    for (const node of [leecher, seeder]) await node.audit();

    const bought = (await leecher.rows()).filter(({ direction }) => direction === 'sent');
    const sold = (await seeder.rows()).filter(({ direction }) => direction === 'received');
    const expectedBlocks = Math.ceil(bytes / BLOCK);
    const counts = { bought: countBlocks(bought, bytes), sold: countBlocks(sold, bytes) };
    const chain = await auditChain(arena.net.urls.devnet);
    if (chain.unspent + chain.fees !== chain.issued) throw new Error('The chain lost satoshi.');
    const { feed, totals, engine } = await leecher.snapshot();
    const metrics = {
      blocks: counts.bought.distinct,
      expectedBlocks,
      paidSat: sum(bought),
      earnedSat: sum(sold),
      expectedSat: due,
      lostEvents: counts.bought.lost + counts.sold.lost,
      doubledEvents: counts.bought.doubled + counts.sold.doubled,
      MBps: speedOf(done),
      stockMBps: stock,
      settledChannels: settling.settled.length,
      signatures: engine.signatures,
    };
    return {
      metrics,
      tables: [
        {
          title: `${figure(bytes / MIB, 0)} MiB paid and settled`,
          head: ['figure', 'bought', 'sold', 'due'],
          rows: [
            ['blocks', String(bought.length), String(sold.length), String(expectedBlocks)],
            ['satoshi', String(metrics.paidSat), String(metrics.earnedSat), String(due)],
            ['lost', String(counts.bought.lost), String(counts.sold.lost), '0'],
            ['doubled', String(counts.bought.doubled), String(counts.sold.doubled), '0'],
            ['earlier systems, blocks', '6,400'],
            ['MB/s, stock page free of charge beside it', figure(metrics.MBps), figure(stock)],
          ],
        },
      ],
      charts: [
        {
          kind: 'lines',
          title: 'Throughput over time',
          unit: 'MB/s, over each second',
          xUnit: 's',
          lines: [{ label: 'paid', points: throughputOf(done.curve) }],
        },
      ],
      remarks: [
        `Every script, amount and fee of ${chain.txs.length} transactions was checked independently of the app; no satoshi appeared or vanished.`,
      ],
      samples: { done, settling, totals, feed },
    };
  },
};
