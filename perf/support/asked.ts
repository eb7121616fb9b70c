import type { Asked, Stretch } from '../pages/users.ts';
import type { Chart } from './charts.ts';
import { latencyOf } from './stats.ts';
import { figure } from './table.ts';

/** Users one after another: `seconds` for each change. */
export const ramp = (users: readonly number[], seconds: number): Stretch[] =>
  users.map((count) => ({ users: count, seconds }));

export const failuresOf = (asked: readonly Asked[]): readonly string[] =>
  asked.flatMap(({ error }) => error ?? []);

/** One line of figures about the requests of one kind. */
export const askedRow = (name: string, asked: readonly Asked[]): string[] => {
  const answered = asked.filter(({ error }) => error === null).map(({ ms }) => ms);
  const { avg, p50, p95, p99, max } = latencyOf(answered);
  return [
    name,
    String(asked.length),
    String(asked.length - answered.length),
    ...[avg, p50, p95, p99, max].map((ms) => figure(ms)),
  ];
};

export const ASKED_HEAD = [
  'requests',
  'number',
  'errors',
  'average, ms',
  'p50',
  'p95',
  'p99',
  'most',
] as const;

/** Latency over time: the 95th percentile of each second. */
export const overTime = (title: string, asked: readonly Asked[]): Chart => {
  const bySecond = new Map<number, number[]>();
  for (const { at, ms } of asked) {
    const second = Math.floor(at / 1_000);
    bySecond.set(second, [...(bySecond.get(second) ?? []), ms]);
  }
  const points = [...bySecond]
    .sort(([a], [b]) => a - b)
    .map(([second, values]) => [second, latencyOf(values).p95] as const);
  return {
    kind: 'lines',
    title,
    unit: 'ms, p95 of each second',
    xUnit: 's',
    lines: [{ label: 'p95', points }],
  };
};
