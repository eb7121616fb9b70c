import type { Transfer } from '../pages/node-page.ts';
import type { TaskLog } from '../pages/task-watch.ts';
import type { Outcome, Scenario } from '../scenario.ts';
import { openArena } from '../support/arena.ts';
import type { PerfBrowser } from '../support/browsers.ts';
import { loadOf, type PageLoad } from '../support/long-tasks.ts';
import { PRICE } from '../support/prices.ts';
import { inTurns, type Side } from '../support/rounds.ts';
import { MIB, randomSource } from '../support/sources.ts';
import { median, mediansOf, megabytesPerSecond } from '../support/stats.ts';
import { figure } from '../support/table.ts';
import { openStockTrade, openTrade, settleUp, stockTransfer, transfer } from '../support/trade.ts';

const sides = ['stock', 'free', 'paid'] as const;
const ends = ['leecher', 'seeder'] as const;
type End = (typeof ends)[number];

interface Run {
  readonly side: string;
  readonly round: number;
  readonly MBps: number;
  /** Whose page was watched, and how it fared. */
  readonly end: End;
  readonly load: PageLoad;
}

interface Watched {
  readonly browser: Pick<PerfBrowser, 'stepAside'>;
  tasks(from: number, to: number): Promise<TaskLog>;
}

type Pages = Readonly<Record<End, Watched>>;

/** Buyer and seller have a machine each: the ends are watched in turns, and the other one steps aside. */
const watch = (pages: Pages, round: number): End => {
  const end = round % 2 === 1 ? 'leecher' : 'seeder';
  pages[end === 'leecher' ? 'seeder' : 'leecher'].browser.stepAside();
  return end;
};

const runOf = async (
  side: string,
  round: number,
  end: End,
  done: Transfer,
  pages: Pages,
): Promise<Run> => {
  const [from, to] = [done.origin + done.startedAt, done.origin + done.completeAt];
  return {
    side,
    round,
    end,
    MBps: megabytesPerSecond(done.bytes, done.completeAt - done.firstBlockAt),
    load: loadOf(await pages[end].tasks(from, to)),
  };
};

const row = (runs: readonly Run[], side: string, end: End): string[] => {
  const own = runs.filter((run) => run.end === end);
  const middle = (value: (run: Run) => number, digits?: number): string =>
    own.length === 0 ? '' : figure(median(own.map(value)), digits);
  return [
    `${side} ${end}`,
    middle(({ MBps }) => MBps),
    middle(({ load }) => load.longTasks, 0),
    middle(({ load }) => load.longestMs, 0),
    middle(({ load }) => load.blockingMs, 0),
    side === 'stock' ? '' : middle(({ load }) => load.ours, 0),
  ];
};

const outcomeOf = (runs: readonly Run[]): Outcome => {
  const of = (side: string): Run[] => runs.filter((run) => run.side === side);
  const blockings = (side: string): number[] => of(side).map(({ load }) => load.blockingMs);
  const blocking = (side: string): number => median(blockings(side));
  const culprits = [...of('paid'), ...of('free')].flatMap(({ load }) => load.culprits);
  const ours = of('paid').reduce((sum, { load }) => sum + load.ours, 0);
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
        rows: sides.flatMap((side) => ends.map((end) => row(of(side), side, end))),
      },
    ],
    charts: [
      {
        kind: 'bars',
        title: 'Blocking time of the watched page during the download',
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
  about:
    'How long a download at full speed keeps the pages from answering: stock, Rivulet free, Rivulet paid.',
  async run(stage) {
    const rounds = stage.options.rounds ?? 4;
    const bytes = Math.round((stage.options.size ?? 64) * MIB);
    const arena = await openArena(stage);
    const source = randomSource(stage.scope, 'payload.bin', bytes);
    const ours =
      (price: number): Side<Run> =>
      async (scope, round) => {
        const trade = await openTrade(scope, arena, source, price);
        const end = watch(trade, round);
        const done = await transfer(stage, trade, round);
        if (price > 0) await settleUp(trade);
        return runOf(trade.side, round, end, done, trade);
      };
    const stock: Side<Run> = async (scope, round) => {
      const trade = await openStockTrade(scope, arena, source);
      const end = watch(trade, round);
      return runOf('stock', round, end, await stockTransfer(stage, trade, round), trade);
    };
    return outcomeOf(await inTurns(stage, rounds, [stock, ours(0), ours(PRICE)]));
  },
};
