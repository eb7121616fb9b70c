import type { Outcome, Scenario, Stage } from '../scenario.ts';
import { openArena } from '../support/arena.ts';
import { atMost } from '../support/at-most.ts';
import { jointSpeed } from '../support/many.ts';
import { openNode, type AppNode } from '../support/nodes.ts';
import { coinsFor, PRICE, priceOf } from '../support/prices.ts';
import { within } from '../support/scope.ts';
import { MIB, randomSource } from '../support/sources.ts';
import { latencyOf, megabytesPerSecond, spread } from '../support/stats.ts';
import { figure } from '../support/table.ts';
import { openEngine } from './engine.ts';

const CROWDS = [1, 2, 5, 10, 20] as const;
const PEERS = [10, 100, 1_000] as const;
const PER_SECOND = 1_500;
/** A crowd has this long to pay for its last blocks. */
const PAID_MS = 20_000;
/** No engine here pays for more blocks in a second. */
const MOST_PER_SECOND = 600_000;

interface Crowd {
  readonly leechers: number;
  /** Of all together, and of each from its own start to its end. */
  readonly MBps: number;
  readonly each: readonly number[];
}

interface Load {
  readonly peers: number;
  readonly eventsPerSecond: number;
  readonly avgMs: number;
  readonly p99Ms: number;
  readonly prepareMs: number;
}

/** One seeder; each crowd buys a title of its own, so that nobody has anything of it before. */
const crowds = async (stage: Stage, bytes: number, sizes: readonly number[]): Promise<Crowd[]> => {
  const { scope, health, note } = stage;
  const arena = await openArena(stage);
  const seeder = await openNode(scope, arena.app, 'seeder');
  const all: AppNode[] = [];
  const found: Crowd[] = [];
  for (const leechers of sizes) {
    const { magnet, infoHash } = await seeder.seed(
      randomSource(scope, `title-${leechers}.bin`, bytes),
      PRICE,
    );
    while (all.length < leechers) {
      const leecher = await openNode(scope, arena.app, `leecher ${all.length + 1}`);
      await leecher.coins(coinsFor(sizes.length * bytes));
      all.push(leecher);
    }
    const crowd = all.slice(0, leechers);
    for (const leecher of crowd) await leecher.prepare(magnet);
    const before = await Promise.all(crowd.map((leecher) => leecher.snapshot()));
    const transfers = await health.during(`${leechers} leechers`, () =>
      Promise.all(crowd.map((leecher) => leecher.download(infoHash))),
    );
    // What is still owed then is owed to somebody who has left.
    await atMost(
      PAID_MS,
      Promise.all(
        crowd.map((leecher, at) =>
          leecher.paid((before[at]?.totals.paidSat ?? 0) + priceOf(bytes)),
        ),
      ),
    );
    const MBps = jointSpeed(transfers);
    const each = transfers.map((done) =>
      megabytesPerSecond(done.bytes, done.completeAt - done.startedAt),
    );
    note(`${leechers} leechers: ${figure(MBps)} MB/s in all`);
    found.push({ leechers, MBps, each });
  }
  for (const node of [seeder, ...all]) await node.audit();
  return found;
};

/** The payments worker with more and more peers: at a steady load, and as much as it takes. */
const loadOf = async (stage: Stage, peers: number, seconds: number): Promise<Load> => {
  const blocks = (seconds + 2) * (MOST_PER_SECOND + PER_SECOND);
  const { page, prepareMs } = await openEngine(stage, blocks, { peers, titlesEach: 1 });
  const steady = await stage.health.during(`${peers} peers, steady`, () =>
    page.evaluate(([rate, time]) => window.engine.steady(rate, time), [
      PER_SECOND,
      seconds,
    ] as const),
  );
  const flood = await stage.health.during(`${peers} peers, flood`, () =>
    page.evaluate((time) => window.engine.flood(time), seconds),
  );
  await page.evaluate(() => window.engine.verify());
  const { avg, p99 } = latencyOf(steady.latencies);
  const eventsPerSecond = (1_000 * flood.blocks) / flood.ms;
  stage.note(`${peers} peers: ${figure(eventsPerSecond, 0)} events/s`);
  return { peers, eventsPerSecond, avgMs: avg, p99Ms: p99, prepareMs };
};

const outcomeOf = (swarms: readonly Crowd[], loads: readonly Load[], bytes: number): Outcome => ({
  metrics: {
    ...Object.fromEntries(swarms.map(({ leechers, MBps }) => [`leechers${leechers}MBps`, MBps])),
    ...Object.fromEntries(
      loads.flatMap(({ peers, eventsPerSecond, avgMs, p99Ms }) => [
        [`peers${peers}EventsPerSecond`, eventsPerSecond],
        [`peers${peers}AvgMs`, avgMs],
        [`peers${peers}P99Ms`, p99Ms],
      ]),
    ),
  },
  tables: [
    {
      title: `Paying leechers at one seeder, ${figure(bytes / MIB, 0)} MiB each, who sell to each other; MB/s`,
      head: ['leechers', 'in all', 'slowest', 'median', 'fastest'],
      rows: swarms.map(({ leechers, MBps, each }) => {
        const { least, median, most } = spread(each);
        return [String(leechers), ...[MBps, least, median, most].map((value) => figure(value))];
      }),
    },
    {
      title: 'The payments engine with simulated peers, each with a channel of its own',
      head: ['peers', 'events/s at most', 'average at 1,500 events/s, ms', 'p99', 'to open all, s'],
      rows: loads.map(({ peers, eventsPerSecond, avgMs, p99Ms, prepareMs }) => [
        figure(peers, 0),
        figure(eventsPerSecond, 0),
        figure(avgMs),
        figure(p99Ms),
        figure(prepareMs / 1_000, 1),
      ]),
    },
  ],
  charts: [
    {
      kind: 'lines',
      title: 'From 1 to 20 paying leechers at one seeder',
      unit: 'MB/s',
      xUnit: 'leechers',
      lines: [
        { label: 'in all', points: swarms.map(({ leechers, MBps }) => [leechers, MBps] as const) },
        {
          label: 'slowest leecher',
          points: swarms.map(({ leechers, each }) => [leechers, spread(each).least] as const),
        },
      ],
    },
    {
      kind: 'bars',
      title: 'The payments engine with simulated peers',
      unit: 'events/s, signed and on disk',
      bars: loads.map(({ peers, eventsPerSecond }) => ({
        label: `${figure(peers, 0)} peers`,
        value: eventsPerSecond,
      })),
    },
  ],
  remarks: ['All browsers share the processors of one machine: more leechers divide what it has.'],
  samples: { swarms, loads },
});

export const scaling: Scenario = {
  name: 'scaling',
  about:
    'From 1 to 20 paying leechers at one seeder, and the payments engine with up to 1,000 simulated peers.',
  async run(stage) {
    const { options, scope } = stage;
    const bytes = Math.round((options.size ?? 4) * MIB);
    const seconds = options.seconds ?? (options.full ? 15 : 4);
    const most = options.count ?? 20;
    const loads: Load[] = [];
    for (const peers of PEERS) {
      loads.push(
        await within(scope, (inner) => loadOf({ ...stage, scope: inner }, peers, seconds)),
      );
    }
    const swarms = await within(scope, (inner) =>
      crowds(
        { ...stage, scope: inner },
        bytes,
        CROWDS.filter((size) => size <= most),
      ),
    );
    return outcomeOf(swarms, loads, bytes);
  },
};
