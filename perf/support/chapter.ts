import type { Chart } from './charts.ts';
import type { PhaseHealth } from './health.ts';
import type { PageHealth } from './page-log.ts';
import type { ScenarioResult } from './results.ts';
import { spread } from './stats.ts';
import { figure, markdownTable, type Table } from './table.ts';
import { meets, targetText } from './targets.ts';

const spreadText = (values: readonly number[] | undefined): string => {
  if (values === undefined || values.length < 2) return '';
  const { least, most } = spread(values);
  return `${figure(least, 3)} to ${figure(most, 3)}`;
};

const targetTable = ({ metrics, targets, scenario, rounds = {} }: ScenarioResult): Table => ({
  title: `Targets of ${scenario}`,
  head: ['metric', 'measured', 'rounds', 'target', 'met'],
  rows: Object.entries(targets).map(([key, target]) => [
    key,
    metrics[key] === undefined ? 'not measured' : String(metrics[key]),
    spreadText(rounds[key]),
    targetText(target),
    meets(metrics, key, target) ? 'yes' : 'no',
  ]),
});

const metricsTable = ({ metrics, rounds = {} }: ScenarioResult): Table => ({
  title: 'All figures',
  head: ['metric', 'value', 'rounds'],
  rows: Object.entries(metrics).map(([key, value]) => [
    key,
    String(value),
    spreadText(rounds[key]),
  ]),
});

const most = (pages: readonly PageHealth[], value: (page: PageHealth) => number | null): number =>
  Math.max(...pages.flatMap((page) => value(page) ?? []).filter(Number.isFinite));

/** Phases whose name differs in a number only are one line: the worst of each. */
const healthTable = ({ health }: ScenarioResult): Table => {
  const groups = new Map<string, PhaseHealth[]>();
  for (const phase of health) {
    const name = phase.phase.replace(/ \d+$/, '');
    groups.set(name, [...(groups.get(name) ?? []), phase]);
  }
  const worst = (phases: readonly PhaseHealth[], value: (phase: PhaseHealth) => number): number =>
    Math.max(...phases.map(value));
  return {
    title: 'Health meanwhile: the worst of each phase',
    head: [
      'phase',
      'times',
      's',
      'busy',
      'load before',
      'driver lag, ms',
      'page late p95, ms',
      'most',
      'long tasks',
      'page heap, MB',
      'browser, MB',
      'queue',
      'concerns',
    ],
    rows: [...groups].map(([name, phases]) => {
      const pages = phases.flatMap((phase) => phase.pages);
      return [
        name,
        String(phases.length),
        figure(
          phases.reduce((sum, { seconds }) => sum + seconds, 0),
          1,
        ),
        `${figure(100 * worst(phases, ({ busy }) => busy), 0)} %`,
        figure(
          worst(phases, ({ loadBefore }) => loadBefore),
          1,
        ),
        figure(
          worst(phases, ({ driverLagMs }) => driverLagMs),
          0,
        ),
        figure(
          most(pages, ({ delayP95Ms }) => delayP95Ms),
          0,
        ),
        figure(
          most(pages, ({ delayMostMs }) => delayMostMs),
          0,
        ),
        figure(
          pages.reduce((sum, { longTasks }) => sum + longTasks, 0),
          0,
        ),
        figure(
          most(pages, ({ heapMB }) => heapMB.most),
          0,
        ),
        figure(
          most(pages, ({ processMB }) => processMB.most),
          0,
        ),
        figure(
          most(pages, ({ queueMost }) => queueMost),
          0,
        ),
        [...new Set(phases.flatMap(({ concerns }) => concerns))].join('; ') || 'none',
      ];
    }),
  };
};

/** More lines than this nobody can tell apart. */
const LINES = 6;

/** Memory of the browsers over the longest phase that was looked at more than once. */
const memoryChart = ({ health }: ScenarioResult): Chart | null => {
  const [phase] = health
    .filter(({ pages }) => pages.some(({ points }) => points.length > 2))
    .toSorted((a, b) => b.seconds - a.seconds);
  if (phase === undefined) return null;
  const lines = phase.pages.slice(0, LINES).map(({ name, points }) => ({
    label: name,
    points: points
      .filter(({ processMB }) => Number.isFinite(processMB))
      .map(({ at, processMB }) => [at, processMB] as const),
  }));
  return {
    kind: 'lines',
    title: `Memory of each browser during “${phase.phase}”`,
    unit: 'MB, all processes',
    xUnit: 's',
    lines,
  };
};

/** All charts of a result: its own, and how its browsers grew. */
export const chartsOf = (result: ScenarioResult): readonly Chart[] => {
  const memory = memoryChart(result);
  return memory === null ? result.charts : [...result.charts, memory];
};

/** One scenario as a chapter; `pictures` is where its charts are, seen from the document. */
export const chapterOf = (result: ScenarioResult, pictures: string): string => {
  const { scenario, about, tables, remarks, pass, failure, machine } = result;
  const verdict =
    failure !== null
      ? `It failed: ${failure}`
      : `${pass ? 'All targets met.' : 'Not all targets met.'}`;
  const parts = [
    `## ${scenario}`,
    about,
    `${verdict} It took ${figure(result.seconds, 0)} s. Before it the load was ${figure(machine.load, 2)}, and others kept ${figure(100 * machine.foreign, 0)} % of the processors busy.`,
    ...(failure !== null && result.notes.length > 0
      ? [['Until then:', '', ...result.notes.map((line) => `- ${line}`)].join('\n')]
      : []),
    ...(Object.keys(result.targets).length === 0 ? [] : [markdownTable(targetTable(result))]),
    ...tables.map(markdownTable),
    ...chartsOf(result).map(
      ({ title }, at) => `![${title}](${pictures}/${scenario}-${at + 1}.svg)`,
    ),
    ...remarks,
    ...(failure !== null ? [] : [markdownTable(metricsTable(result))]),
    ...(result.health.length === 0 ? [] : [markdownTable(healthTable(result))]),
  ];
  return parts.join('\n\n');
};
