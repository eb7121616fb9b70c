import { auditChain } from '../../e2e/support/chain-audit.ts';
import type { Scenario } from '../scenario.ts';
import { openArena } from '../support/arena.ts';
import { atMost } from '../support/at-most.ts';
import { loadOf } from '../support/long-tasks.ts';
import { openNode, type AppNode } from '../support/nodes.ts';
import { BLOCK, coinsFor, PRICE, priceOf } from '../support/prices.ts';
import { MIB, randomSource } from '../support/sources.ts';
import { megabytesPerSecond, median, spread } from '../support/stats.ts';
import { figure } from '../support/table.ts';

/** The last blocks are paid for in this time, or not at all. */
const LAST_MS = 120_000;

/** Bytes of a channel's locking script, by which channels are found on the chain. */
const LOCK_BYTES = 231;

export const swarm20: Scenario = {
  name: 'swarm-20',
  about:
    'One seeder and 20 paying leechers that also sell to each other; every satoshi is counted, settled in batches.',
  async run(stage) {
    const { scope } = stage;
    const count = stage.options.count ?? 20;
    const bytes = Math.round((stage.options.size ?? 15) * MIB);
    const arena = await openArena(stage);
    const source = randomSource(scope, 'payload.bin', bytes);
    const seeder = await openNode(scope, arena.app, 'seeder');
    const { magnet, infoHash } = await seeder.seed(source, PRICE);
    const leechers: AppNode[] = [];
    for (let index = 1; index <= count; index += 1) {
      const leecher = await openNode(scope, arena.app, `leecher ${index}`);
      await leecher.coins(coinsFor(bytes));
      // At once: the Watch view rests while the others arrive.
      await leecher.prepare(magnet);
      leechers.push(leecher);
      stage.note(`${index} of ${count} are here`);
    }
    // Whose tasks are timed must not wait for the other twenty, which have no machine of their own here.
    for (const { browser } of leechers) browser.stepAside();

    const startedAt = Date.now();
    const pages = Object.fromEntries(
      [seeder, ...leechers.slice(0, 1)].map(({ browser }) => [browser.name, browser.page]),
    );
    const transfers = await stage.profiler.during('swarm', pages, () =>
      stage.health.during('download', () =>
        Promise.all(
          leechers.map(async (leecher, at) => {
            const done = await leecher.download(infoHash);
            stage.note(
              `leecher ${at + 1} has it after ${figure((done.completeAt - done.startedAt) / 1_000, 1)} s`,
            );
            return done;
          }),
        ),
      ),
    );
    const seconds = (Date.now() - startedAt) / 1_000;
    const dues = await stage.health.during('last blocks', () =>
      Promise.all(leechers.map((leecher) => paidForAll(leecher, infoHash, Date.now() + LAST_MS))),
    );
    const due = dues.reduce((sum, received) => sum + priceOf(received), 0);
    const blocksDue = dues.reduce((sum, received) => sum + Math.ceil(received / BLOCK), 0);
    const nodes = [seeder, ...leechers];
    // Whoever earned knows it a moment after the payer has written it down.
    const paid = (await Promise.all(leechers.map((leecher) => leecher.snapshot()))).map(
      ({ totals }) => totals,
    );
    const paidSat = paid.reduce((sum, totals) => sum + totals.paidSat, 0);
    await stage.health.during('last payments', () => atMost(LAST_MS, allEarned(nodes, paidSat)));
    const load = loadOf(await seeder.tasks(startedAt, Date.now()));

    const settling = await stage.health.during('settle', () => seeder.settle());
    for (const node of nodes) await node.audit();
    const earned = (await Promise.all(nodes.map((node) => node.snapshot()))).map(({ totals }) =>
      Number(totals.earnedSat),
    );
    const chain = await auditChain(arena.net.urls.devnet);
    if (chain.unspent + chain.fees !== chain.issued) throw new Error('The chain lost satoshi.');
    const settlements = chain.txs.filter(({ inputs }) =>
      inputs.some(({ lockingScript }) => lockingScript.length === 2 * LOCK_BYTES),
    );
    const speeds = transfers.map((done) =>
      megabytesPerSecond(done.bytes, done.completeAt - done.startedAt),
    );
    const { least, median: middle, most } = spread(speeds);
    const metrics = {
      blocks: paid.reduce((sum, { paidBlocks }) => sum + paidBlocks, 0),
      expectedBlocks: blocksDue,
      blocksTwice: blocksDue - count * Math.ceil(bytes / BLOCK),
      twiceShare: blocksDue / (count * Math.ceil(bytes / BLOCK)) - 1,
      paidSat,
      earnedSat: earned.reduce((sum, sat) => sum + sat, 0),
      expectedSat: due,
      unpaidSat: due - paidSat,
      seederEarnedSat: earned[0] ?? 0,
      minOverMedian: least / median(speeds),
      longTasksOurs: load.ours,
      seederBlockingMs: load.blockingMs,
      totalMBps: (count * bytes) / 1e6 / seconds,
      settledChannels: settling.settled.length,
      settlementTransactions: settlements.length,
    };
    return {
      metrics,
      tables: [
        {
          title: `${count} leechers of ${figure(bytes / MIB, 0)} MiB`,
          head: ['figure', 'value', 'due'],
          rows: [
            ['blocks', figure(metrics.blocks, 0), figure(metrics.expectedBlocks, 0)],
            ['of them fetched twice', figure(metrics.blocksTwice, 0)],
            ['satoshi paid', figure(metrics.paidSat, 0), figure(metrics.expectedSat, 0)],
            [
              'satoshi still owed two minutes after the last had it',
              figure(metrics.unpaidSat, 0),
              '0',
            ],
            ['satoshi earned by all', figure(metrics.earnedSat, 0), figure(metrics.expectedSat, 0)],
            ['of them by the seeder', figure(metrics.seederEarnedSat, 0)],
            ['MB/s in all', figure(metrics.totalMBps)],
            ['channels settled by the seeder', figure(metrics.settledChannels, 0)],
            ['in transactions', figure(metrics.settlementTransactions, 0)],
            ['earlier systems, blocks from 20 leechers', '19,379'],
          ],
        },
        {
          title: 'Speed of the leechers, MB/s from the start to the last piece',
          head: ['least', 'median', 'most'],
          rows: [[figure(least), figure(middle), figure(most)]],
        },
      ],
      charts: [
        {
          kind: 'bars',
          title: 'Speed of each leecher',
          unit: 'MB/s',
          bars: speeds.map((value, at) => ({ label: `leecher ${at + 1}`, value })),
        },
      ],
      remarks: load.culprits.slice(0, 5).map((one) => `Seeder, over 50 ms: ${one}`),
      samples: { transfers, settling, paid, earned, load },
    };
  },
};

/**
 * Bytes that came to a leecher, once it has paid for all of them, or at `until`: what is still owed
 * then is a miss. A request that is passed on to a quicker peer while its block is on its way brings
 * the block twice; both are due.
 */
const paidForAll = async (leecher: AppNode, infoHash: string, until: number): Promise<number> => {
  for (let known = -1; ;) {
    const received = await leecher.received(infoHash);
    if (received === known) return received;
    known = received;
    await atMost(until - Date.now(), leecher.paid(priceOf(received)));
  }
};

/** Resolves when all nodes together have earned `sat`. */
const allEarned = async (nodes: readonly AppNode[], sat: number): Promise<void> => {
  const shares = new Map<AppNode, number>(nodes.map((node) => [node, 0]));
  for (;;) {
    for (const node of nodes) shares.set(node, (await node.snapshot()).totals.earnedSat);
    const sum = [...shares.values()].reduce((total, share) => total + share, 0);
    if (sum >= sat) return;
    // The next satoshi changes somebody's figures.
    await Promise.race([...shares].map(([node, share]) => node.earned(share + 1)));
  }
};
