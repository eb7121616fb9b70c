import { spread } from './stats.ts';
import { figure, type Table } from './table.ts';

/** What two runs are compared by. */
export interface Measured {
  readonly scenario: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly rounds?: Readonly<Record<string, readonly number[]>>;
}

/** One metric of two runs. */
export interface Agreement {
  readonly scenario: string;
  readonly metric: string;
  readonly earlier: number;
  readonly later: number;
  /** Whether what the rounds of both runs gave overlaps; null where a run took one value only. */
  readonly agree: boolean | null;
}

const overlap = (a: readonly number[], b: readonly number[]): boolean => {
  const [one, other] = [spread(a), spread(b)];
  return one.least <= other.most && other.least <= one.most;
};

/** Compares what both runs measured; a metric that only one of them has is left out. */
export const agreementsOf = (
  earlier: readonly Measured[],
  later: readonly Measured[],
): readonly Agreement[] =>
  later.flatMap(({ scenario, metrics, rounds = {} }) => {
    const before = earlier.find((one) => one.scenario === scenario);
    if (before === undefined) return [];
    return Object.entries(metrics).flatMap(([metric, value]) => {
      const was = before.metrics[metric];
      if (was === undefined) return [];
      const [old = [], now = []] = [before.rounds?.[metric], rounds[metric]];
      const agree = old.length > 1 && now.length > 1 ? overlap(old, now) : null;
      return [{ scenario, metric, earlier: was, later: value, agree }];
    });
  });

const change = ({ earlier, later }: Agreement): string =>
  earlier === 0 || !Number.isFinite(later / earlier)
    ? ''
    : `${figure(100 * (later / earlier - 1), 1)} %`;

/** Two runs side by side: metrics with a spread first judged, the others only shown. */
export const agreementTable = (title: string, found: readonly Agreement[]): Table => {
  const judged = found.filter(({ agree }) => agree !== null);
  return {
    title: `${title}: ${judged.filter(({ agree }) => agree).length} of ${judged.length} metrics with a spread agree within it`,
    head: ['scenario, metric', 'before', 'now', 'change', 'within the spread'],
    rows: found
      .filter(({ agree, earlier, later }) => agree !== null || earlier !== later)
      .map((one) => [
        `${one.scenario} ${one.metric}`,
        String(one.earlier),
        String(one.later),
        change(one),
        one.agree === null ? 'one value each' : one.agree ? 'yes' : 'no',
      ]),
  };
};
