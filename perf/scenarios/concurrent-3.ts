import type { Outcome, Scenario, Stage } from '../scenario.ts';
import { openArena, type Arena } from '../support/arena.ts';
import { jointSpeed, paidByTitle } from '../support/many.ts';
import { openNode, type AppNode } from '../support/nodes.ts';
import { BLOCK, coinsFor, PRICE, priceOf } from '../support/prices.ts';
import { inTurns, type Side } from '../support/rounds.ts';
import type { Scope } from '../support/scope.ts';
import { MIB, randomSource, type Source } from '../support/sources.ts';
import { mediansOf, ratios, spread } from '../support/stats.ts';
import { figure } from '../support/table.ts';

/** MiB of the three titles. */
const SIZES = [50, 25, 10] as const;

interface Run {
  readonly side: 'single' | 'three';
  readonly MBps: number;
  readonly paid: readonly number[];
  readonly earned: readonly number[];
  readonly due: readonly number[];
  readonly blocks: number;
}

/** Each file from a seeder of its own, all at once, to one buyer. */
const runOnce = async (
  stage: Stage,
  scope: Scope,
  { app }: Arena,
  sources: readonly Source[],
  round: number,
): Promise<Run> => {
  const side = sources.length === 1 ? 'single' : 'three';
  const buyer = await openNode(scope, app, `${side} buyer`);
  const bytes = sources.reduce((sum, { length }) => sum + length, 0);
  await buyer.coins(coinsFor(bytes));
  const titles: { seeder: AppNode; infoHash: string; due: number }[] = [];
  for (const [index, source] of sources.entries()) {
    const seeder = await openNode(scope, app, `${side} seeder ${index + 1}`);
    const { magnet, infoHash } = await seeder.seed(source, PRICE);
    await buyer.prepare(magnet);
    titles.push({ seeder, infoHash, due: priceOf(source.length) });
  }
  const transfers = await stage.health.during(`${side} ${round}`, () =>
    Promise.all(titles.map(({ infoHash }) => buyer.download(infoHash))),
  );
  const due = titles.map((title) => title.due);
  await buyer.paid(due.reduce((sum, sat) => sum + sat, 0));
  for (const title of titles) {
    await title.seeder.earned(title.due);
    await title.seeder.audit();
  }
  await buyer.audit();
  const paid = await paidByTitle(buyer);
  const earned: number[] = [];
  for (const { seeder } of titles) earned.push((await seeder.snapshot()).totals.earnedSat);
  const MBps = jointSpeed(transfers);
  stage.note(`round ${round}: ${side} ${figure(MBps)} MB/s`);
  const { totals } = await buyer.snapshot();
  return {
    side,
    MBps,
    due,
    earned,
    blocks: totals.paidBlocks,
    paid: titles.map(({ infoHash }) => paid.get(infoHash) ?? 0),
  };
};

const outcomeOf = (runs: readonly Run[], sources: readonly Source[]): Outcome => {
  const of = (side: Run['side']): Run[] => runs.filter((run) => run.side === side);
  const speeds = (side: Run['side']): number[] => of(side).map(({ MBps }) => MBps);
  const total = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0);
  const exact = runs.every(
    ({ paid, earned, due }) => `${paid.join()} ${earned.join()}` === `${due.join()} ${due.join()}`,
  );
  const last = of('three').at(-1);
  const names = ['single', 'three'] as const;
  const rounds = {
    threeMBps: speeds('three'),
    singleMBps: speeds('single'),
    overSingle: ratios(speeds('three'), speeds('single')),
  };
  return {
    rounds,
    metrics: {
      blocks: last?.blocks ?? 0,
      expectedBlocks: total(sources.map(({ length }) => Math.ceil(length / BLOCK))),
      paidSat: total(last?.paid ?? []),
      expectedSat: total(last?.due ?? []),
      wrongRounds: exact ? 0 : runs.length,
      ...mediansOf(rounds),
    },
    tables: [
      {
        title: 'One title against three from three seeders at once, MB/s in all',
        head: ['side', 'median', 'least', 'most'],
        rows: names.map((side) => {
          const { least, median: middle, most } = spread(speeds(side));
          return [side, figure(middle), figure(least), figure(most)];
        }),
      },
      {
        title: 'Three titles, last round, satoshi',
        head: ['title', 'due', 'paid', 'earned'],
        rows: sources.map(({ length }, at) => [
          `${figure(length / MIB, 0)} MiB`,
          ...[last?.due, last?.paid, last?.earned].map((list) => String(list?.[at] ?? '')),
        ]),
      },
    ],
    charts: [
      {
        kind: 'bars',
        title: 'One title against three at once',
        unit: 'MB/s in all, median; line: least to most',
        bars: names.map((label) => {
          const { least, median: value, most } = spread(speeds(label));
          return { label, value, least, most };
        }),
      },
    ],
    remarks: ['An earlier system reported 6,185 payments over three downloads.'],
    samples: runs,
  };
};

export const concurrent3: Scenario = {
  name: 'concurrent-3',
  about:
    '50 + 25 + 10 MiB from three seeders at once, against as much from one; each paid exactly.',
  async run(stage) {
    const rounds = stage.options.rounds ?? 5;
    // `--size` is the sum.
    const share = (stage.options.size ?? 85) / 85;
    const arena = await openArena(stage);
    const lengths = SIZES.map((size) => Math.round(size * share * MIB));
    const three = lengths.map((length, at) => randomSource(stage.scope, `title-${at}.bin`, length));
    const one = [
      randomSource(
        stage.scope,
        'single.bin',
        lengths.reduce((sum, one) => sum + one, 0),
      ),
    ];
    const side =
      (sources: readonly Source[]): Side<Run> =>
      (scope, round) =>
        runOnce(stage, scope, arena, sources, round);
    return outcomeOf(await inTurns(stage, rounds, [side(one), side(three)]), three);
  },
};
