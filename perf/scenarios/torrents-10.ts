import type { Outcome, Scenario, Stage } from '../scenario.ts';
import { openArena, type Arena } from '../support/arena.ts';
import { jointSpeed, paidByTitle } from '../support/many.ts';
import { openNode } from '../support/nodes.ts';
import { coinsFor, PRICE, priceOf } from '../support/prices.ts';
import { inTurns, type Side } from '../support/rounds.ts';
import type { Scope } from '../support/scope.ts';
import { MIB, randomSource, type Source } from '../support/sources.ts';
import { mediansOf, ratios, spread } from '../support/stats.ts';
import { figure } from '../support/table.ts';

const TITLES = 10;

interface Run {
  readonly titles: number;
  readonly MBps: number;
  readonly paid: readonly number[];
  readonly due: readonly number[];
}

/** All titles are bought from one seeder, and read through the service worker while they come. */
const runOnce = async (
  stage: Stage,
  scope: Scope,
  { app }: Arena,
  sources: readonly Source[],
  round: number,
): Promise<Run> => {
  const seeder = await openNode(scope, app, 'seeder');
  const buyer = await openNode(scope, app, 'buyer');
  await buyer.coins(coinsFor(sources.reduce((sum, { length }) => sum + length, 0)));
  const hashes: string[] = [];
  for (const source of sources) {
    const { magnet, infoHash } = await seeder.seed(source, PRICE);
    await buyer.prepare(magnet);
    hashes.push(infoHash);
  }
  const transfers = await stage.health.during(`${sources.length} ${round}`, () =>
    Promise.all(hashes.map((infoHash) => buyer.stream(infoHash))),
  );
  const due = sources.map(({ length }) => priceOf(length));
  const sum = due.reduce((total, sat) => total + sat, 0);
  await buyer.paid(sum);
  await seeder.earned(sum);
  for (const node of [buyer, seeder]) await node.audit();
  const paid = await paidByTitle(buyer);
  const MBps = jointSpeed(transfers);
  stage.note(`round ${round}: ${sources.length} at once, ${figure(MBps)} MB/s`);
  return { titles: sources.length, MBps, due, paid: hashes.map((hash) => paid.get(hash) ?? 0) };
};

const outcomeOf = (runs: readonly Run[]): Outcome => {
  const speeds = (titles: number): number[] =>
    runs.filter((run) => run.titles === titles).map(({ MBps }) => MBps);
  const last = runs.filter(({ titles }) => titles === TITLES).at(-1);
  const total = (values: readonly number[] = []): number =>
    values.reduce((sum, one) => sum + one, 0);
  const sides = [1, TITLES];
  const rounds = {
    tenMBps: speeds(TITLES),
    singleMBps: speeds(1),
    overSingle: ratios(speeds(TITLES), speeds(1)),
  };
  return {
    rounds,
    metrics: {
      titles: TITLES,
      paidSat: total(last?.paid),
      expectedSat: total(last?.due),
      exactTitles: last?.paid.filter((sat, at) => sat === last.due[at]).length ?? 0,
      ...mediansOf(rounds),
    },
    tables: [
      {
        title: 'Titles streamed at once from one seeder, MB/s in all',
        head: ['titles', 'median', 'least', 'most'],
        rows: sides.map((titles) => {
          const { least, median: middle, most } = spread(speeds(titles));
          return [String(titles), figure(middle), figure(least), figure(most)];
        }),
      },
    ],
    charts: [
      {
        kind: 'bars',
        title: 'One title against ten at once',
        unit: 'MB/s in all, median; line: least to most',
        bars: sides.map((titles) => {
          const { least, median: value, most } = spread(speeds(titles));
          return { label: `${titles} at once`, value, least, most };
        }),
      },
    ],
    remarks: ['Earlier systems reported 10 streams at once.'],
    samples: runs,
  };
};

export const torrents10: Scenario = {
  name: 'torrents-10',
  about:
    'Ten titles bought and streamed at once from one seeder, against one title of the same size.',
  async run(stage) {
    const rounds = stage.options.rounds ?? 3;
    const bytes = Math.round((stage.options.size ?? 80) * MIB);
    const arena = await openArena(stage);
    const ten = Array.from({ length: TITLES }, (_, at) =>
      randomSource(stage.scope, `title-${at}.bin`, Math.floor(bytes / TITLES)),
    );
    const one = [randomSource(stage.scope, 'single.bin', bytes)];
    const side =
      (sources: readonly Source[]): Side<Run> =>
      (scope, round) =>
        runOnce(stage, scope, arena, sources, round);
    return outcomeOf(await inTurns(stage, rounds, [side(one), side(ten)]));
  },
};
