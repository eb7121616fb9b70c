import type { RangeRead } from '../pages/reading.ts';
import type { Outcome, Scenario } from '../scenario.ts';
import { openArena } from '../support/arena.ts';
import { MIB, randomSource } from '../support/sources.ts';
import { latencyOf, mediansOf, megabytesPerSecond, ratios, spread } from '../support/stats.ts';
import { figure } from '../support/table.ts';
import { openStockTrade, openTrade } from '../support/trade.ts';

const RANGE = 65_536;
const RANGES = 200;

interface Reader {
  readonly side: string;
  readonly whole: () => Promise<number>;
  readonly ranges: () => Promise<readonly RangeRead[]>;
}

interface Run {
  readonly side: string;
  readonly round: number;
  readonly MBps: number;
  readonly ranges: readonly number[];
}

const outcomeOf = (runs: readonly Run[], bytes: number): Outcome => {
  const speeds = (side: string): number[] =>
    runs.filter((run) => run.side === side).map(({ MBps }) => MBps);
  const ranges = (side: string) =>
    latencyOf(runs.filter((run) => run.side === side).flatMap((run) => run.ranges));
  const sides = ['stock', 'ours'];
  const [stock, ours] = [ranges('stock'), ranges('ours')];
  const rounds = {
    stockMBps: speeds('stock'),
    oursMBps: speeds('ours'),
    oursOverStock: ratios(speeds('ours'), speeds('stock')),
  };
  return {
    rounds,
    metrics: {
      ...mediansOf(rounds),
      stockRangeP95Ms: stock.p95,
      oursRangeP95Ms: ours.p95,
      rangeOverStock: ours.p95 / stock.p95,
    },
    tables: [
      {
        title: `A file of ${figure(bytes / MIB, 0)} MiB that is held, read through the service worker`,
        head: ['side', 'MB/s', 'least', 'most', '64 KiB range p50, ms', 'p95', 'p99'],
        rows: sides.map((side) => {
          const { least, median: middle, most } = spread(speeds(side));
          const { p50, p95, p99 } = ranges(side);
          return [
            side,
            ...[middle, least, most].map((value) => figure(value, 1)),
            ...[p50, p95, p99].map((value) => figure(value)),
          ];
        }),
      },
    ],
    charts: [
      {
        kind: 'bars',
        title: 'Whole file through the service worker',
        unit: 'MB/s, median; line: least to most',
        bars: sides.map((label) => {
          const { least, median: value, most } = spread(speeds(label));
          return { label, value, least, most };
        }),
      },
    ],
    remarks: [],
    samples: runs,
  };
};

export const streamRead: Scenario = {
  name: 'stream-read',
  about:
    'Reading a held file through the service worker, whole and in 64 KiB ranges: stock WebTorrent against Rivulet.',
  async run(stage) {
    const rounds = stage.options.rounds ?? 3;
    const bytes = Math.round((stage.options.size ?? 128) * MIB);
    const arena = await openArena(stage);
    const { scope } = stage;

    const stock = await openStockTrade(scope, arena, randomSource(scope, 'stock.bin', bytes));
    await stock.leecher.download(stock.magnet);
    await stock.seeder.browser.close();
    const ours = await openTrade(scope, arena, randomSource(scope, 'ours.bin', bytes), 0);
    await ours.leecher.download(ours.infoHash);
    await ours.seeder.browser.close();

    const readers: readonly Reader[] = [
      {
        side: 'stock',
        whole: () => stock.leecher.readWhole(),
        ranges: () => stock.leecher.readRanges(RANGES, RANGE),
      },
      {
        side: 'ours',
        whole: () => ours.leecher.readWhole(ours.infoHash),
        ranges: () => ours.leecher.readRanges(ours.infoHash, RANGES, RANGE),
      },
    ];
    const runs: Run[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      for (const { side, whole, ranges } of round % 2 === 1 ? readers : readers.toReversed()) {
        await stage.health.during(`${side} ${round}`, async () => {
          const MBps = megabytesPerSecond(bytes, await whole());
          const reads = await ranges();
          const odd = reads.find(({ status, bytes: got }) => status !== 206 || got !== RANGE);
          if (odd !== undefined) throw new Error(`${side}: a range was answered ${odd.status}`);
          runs.push({ side, round, MBps, ranges: reads.map(({ ms }) => ms) });
          stage.note(`round ${round}: ${side} ${figure(MBps)} MB/s`);
        });
      }
    }
    return outcomeOf(runs, bytes);
  },
};
