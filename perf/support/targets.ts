import { readFileSync } from 'node:fs';

/** What a metric has to be at least, at most, or exactly. */
export interface Target {
  readonly min?: number;
  readonly max?: number;
  /** Name of another metric of the same run that this one has to equal. */
  readonly equals?: string;
}

export type Targets = Readonly<Record<string, Target>>;

/** Targets by scenario, from perf/budgets.json. */
export const loadTargets = (): Readonly<Record<string, Targets>> =>
  JSON.parse(readFileSync(new URL('../budgets.json', import.meta.url), 'utf8')) as Readonly<
    Record<string, Targets>
  >;

/** Whether a value meets its target; a value that was not measured does not. */
export const meets = (
  metrics: Readonly<Record<string, number>>,
  key: string,
  { min, max, equals }: Target,
): boolean => {
  const value = metrics[key];
  if (value === undefined || Number.isNaN(value)) return false;
  if (min !== undefined && !(value >= min)) return false;
  if (max !== undefined && !(value <= max)) return false;
  return equals === undefined || value === metrics[equals];
};

/** Keys whose targets are not met. */
export const missed = (
  metrics: Readonly<Record<string, number>>,
  targets: Targets,
): readonly string[] =>
  Object.entries(targets)
    .filter(([key, target]) => !meets(metrics, key, target))
    .map(([key]) => key);

/** A target in words. */
export const targetText = ({ min, max, equals }: Target): string =>
  [
    min === undefined ? '' : `≥ ${min}`,
    max === undefined ? '' : `≤ ${max}`,
    equals === undefined ? '' : `= ${equals}`,
  ]
    .filter((part) => part !== '')
    .join(', ');
