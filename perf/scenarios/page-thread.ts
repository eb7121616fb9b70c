import type { Transfer } from '../pages/node-page.ts';
import type { TaskLog } from '../pages/task-watch.ts';
import type { Outcome, Scenario } from '../scenario.ts';
import { openArena } from '../support/arena.ts';
import { loadOf, type PageLoad } from '../support/long-tasks.ts';
import { PRICE } from '../support/prices.ts';
import { inTurns, type Side } from '../support/rounds.ts';
import { MIB, randomSource } from '../support/sources.ts';
import { median, mediansOf, megabytesPerSecond } from '../support/stats.ts';
import { figure } from '../support/table.ts';
import { openStockTrade, openTrade, settleUp, stockTransfer, transfer } from '../support/trade.ts';

interface Run {
  readonly side: string;
  readonly round: number;
  readonly MBps: number;
  readonly seeder: PageLoad;
  readonly leecher: PageLoad;
}

interface Watched {
  tasks(from: number, to: number): Promise<TaskLog>;
}

const runOf = async (
  side: string,
  round: number,
  done: Transfer,
  pages: { readonly seeder: Watched; readonly leecher: Watched },
): Promise<Run> => {
  const [from, to] = [done.origin + done.startedAt, done.origin + done.completeAt];
  return {
    side,
    round,
    MBps: megabytesPerSecond(done.bytes, done.completeAt - done.firstBlockAt),
    seeder: loadOf(await pages.seeder.tasks(from, to)),
    leecher: loadOf(await pages.leecher.tasks(from, to)),
  };
};

const sides = ['stock', 'free', 'paid'] as const;
const ends = ['leecher', 'seeder'] as const;

const outcomeOf = (runs: readonly Run[]): Outcome => {
  const of = (side: string): Run[] => runs.filter((run) => run.side === side);
  const middle = (side: string, value: (run: Run) => number): number => median(of(side).map(value));
  const blockings = (side: string): number[] =>
    of(side).map(({ seeder, leecher }) => seeder.blockingMs + leecher.blockingMs);
  const blocking = (side: string): number => median(blockings(side));
  const culprits = [...of('paid'), ...of('free')].flatMap(({ seeder, leecher }) => [
    ...seeder.culprits,
    ...leecher.culprits,
  ]);
  const ours = of('paid').reduce((sum, { seeder, leecher }) => sum + seeder.ours + leecher.ours, 0);
  const rounds = {
    blockingMsStock: blockings('stock'),
    blockingMsFree: blockings('free'),
    blockingMsPaid: blockings('paid'),
    paidMBps: of('paid').map(({ MBps }) => MBps),
    stockMBps: of('stock').map(({ MBps }) => MBps),
  };
  return {
    rounds,
    metrics: {
      longTasksOurs: ours,
      ...mediansOf(rounds),
      blockingExcessMs: Math.max(0, blocking('paid') - blocking('stock')),
    },
    tables: [
      {
        title: 'The page threads during a download at full speed, medians',
        head: ['page', 'MB/s', 'tasks > 50 ms', 'longest, ms', 'blocking, ms', 'of them ours'],
        rows: sides.flatMap((side) =>
          ends.map((end) => [
            `${side} ${end}`,
            figure(middle(side, ({ MBps }) => MBps)),
            figure(
              middle(side, (run) => run[end].longTasks),
              0,
            ),
            figure(
              middle(side, (run) => run[end].longestMs),
              0,
            ),
            figure(
              middle(side, (run) => run[end].blockingMs),
              0,
            ),
            side === 'stock'
              ? ''
              : figure(
                  middle(side, (run) => run[end].ours),
                  0,
                ),
          ]),
        ),
      },
    ],
    charts: [
      {
        kind: 'bars',
        title: 'Blocking time of both pages during the download',
        unit: 'ms, median',
        bars: sides.map((label) => ({ label, value: blocking(label) })),
      },
    ],
    remarks: [...new Set(culprits)].slice(0, 10).map((one) => `Over 50 ms: ${one}`),
    samples: runs,
  };
};

export const pageThread: Scenario = {
  name: 'page-thread',
  limit: 360,
  about:
    'How long a download at full speed keeps the pages from answering: stock, Rivulet free, Rivulet paid.',
  async run(stage) {
    const rounds = stage.options.rounds ?? 3;
    const bytes = Math.round((stage.options.size ?? 64) * MIB);
    const arena = await openArena(stage);
    const source = randomSource(stage.scope, 'payload.bin', bytes);
    const ours =
      (price: number): Side<Run> =>
      async (scope, round) => {
        const trade = await openTrade(scope, arena, source, price);
        const done = await transfer(stage, trade, round);
        if (price > 0) await settleUp(trade);
        return runOf(trade.side, round, done, trade);
      };
    const stock: Side<Run> = async (scope, round) => {
      const trade = await openStockTrade(scope, arena, source);
      return runOf('stock', round, await stockTransfer(stage, trade, round), trade);
    };
    return outcomeOf(await inTurns(stage, rounds, [stock, ours(0), ours(PRICE)]));
  },
};
