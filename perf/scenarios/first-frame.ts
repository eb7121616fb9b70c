import type { Outcome, Scenario } from '../scenario.ts';
import { openArena } from '../support/arena.ts';
import { openNode } from '../support/nodes.ts';
import { coinsFor, PRICE } from '../support/prices.ts';
import { inTurns, type Side } from '../support/rounds.ts';
import { paddedFilm } from '../support/sources.ts';
import { median, mediansOf, ratios, spread } from '../support/stats.ts';
import { openStock } from '../support/stock.ts';
import { figure } from '../support/table.ts';

interface Run {
  readonly side: string;
  readonly round: number;
  readonly frameMs: number;
  /** When the price was on screen; the stock page has none. */
  readonly offeredMs: number | null;
}

const outcomeOf = (runs: readonly Run[]): Outcome => {
  const of = (side: string): number[] =>
    runs.filter((run) => run.side === side).map(({ frameMs }) => frameMs);
  const offers = (side: string): string => {
    const known = runs.filter((run) => run.side === side).flatMap((run) => run.offeredMs ?? []);
    return known.length === 0 ? '' : figure(median(known), 0);
  };
  const sides = ['stock', 'free', 'paid'];
  const [stock, free, paid] = sides.map(of);
  const rounds = {
    stockMs: stock ?? [],
    freeMs: free ?? [],
    paidMs: paid ?? [],
    paidOverStock: ratios(paid ?? [], stock ?? []),
  };
  return {
    metrics: mediansOf(rounds),
    rounds,
    tables: [
      {
        title: 'From the click on a cold magnet to the first frame, ms',
        head: ['side', 'median', 'least', 'most', 'offer on screen, median'],
        rows: sides.map((side) => {
          const { least, median: middle, most } = spread(of(side));
          return [side, ...[middle, least, most].map((ms) => figure(ms, 0)), offers(side)];
        }),
      },
    ],
    charts: [
      {
        kind: 'bars',
        title: 'Click to first frame',
        unit: 'ms, median; line: least to most',
        bars: sides.map((label) => {
          const { least, median: value, most } = spread(of(label));
          return { label, value, least, most };
        }),
        mark: { label: '1.5 s', value: 1_500 },
      },
    ],
    remarks: [
      'Ours shows the price first and begins when it is accepted; here that is done the moment the button is there.',
    ],
    samples: runs,
  };
};

export const firstFrame: Scenario = {
  name: 'first-frame',
  about:
    'Click on a cold magnet to the first frame of the film: stock WebTorrent, Rivulet free, Rivulet paid.',
  async run(stage) {
    const rounds = stage.options.rounds ?? 3;
    const arena = await openArena(stage);
    const film = paddedFilm(stage.scope, 0);
    const stockSeeder = await openStock(stage.scope, arena.baselines, 'stock seeder');
    const stock = await stockSeeder.seed(film, arena.net.urls.tracker);
    // Each side has a torrent of its own, or they would meet in one swarm.
    const ours = new Map<number, string>();
    for (const [price, padding] of [
      [0, 1_024],
      [PRICE, 2_048],
    ] as const) {
      const seeder = await openNode(stage.scope, arena.app, `seeder at ${price}`);
      const own = paddedFilm(stage.scope, film.length + padding);
      ours.set(price, (await seeder.seed(own, price)).magnet);
    }

    const watchStock: Side<Run> = async (scope, round) => {
      const viewer = await openStock(scope, arena.baselines, 'stock viewer');
      const frameMs = await stage.health.during(`stock ${round}`, () => viewer.watch(stock.magnet));
      return { side: 'stock', round, frameMs, offeredMs: null };
    };
    const watchOurs =
      (price: number): Side<Run> =>
      async (scope, round) => {
        const side = price === 0 ? 'free' : 'paid';
        const viewer = await openNode(scope, arena.app, `${side} viewer`);
        if (price > 0) await viewer.coins(coinsFor(film.length));
        const magnet = ours.get(price) ?? '';
        const frame = await stage.profiler.during(side, { viewer: viewer.browser.page }, () =>
          stage.health.during(`${side} ${round}`, () => viewer.watch(magnet)),
        );
        return { side, round, ...frame };
      };

    const sides = [watchStock, watchOurs(0), watchOurs(PRICE)];
    const runs = await inTurns(stage, rounds, sides);
    for (const { side, round, frameMs } of runs) {
      stage.note(`round ${round}: ${side} ${figure(frameMs, 0)} ms`);
    }
    return outcomeOf(runs);
  },
};
