import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/lib/process.mjs';
import type { Outcome } from '../scenario.ts';
import type { Options } from './arguments.ts';
import { chartSvg } from './charts.ts';
import type { PhaseHealth } from './health.ts';
import type { Machine } from './machine.ts';
import { figure, markdownTable, type Table } from './table.ts';
import { meets, targetText, type Targets } from './targets.ts';

const OUT = join(ROOT, 'perf', 'out');

/** Everything that is known about one run of one scenario. */
export interface ScenarioResult extends Outcome {
  readonly scenario: string;
  readonly about: string;
  readonly targets: Targets;
  readonly pass: boolean;
  readonly options: Options;
  /** Ms since the epoch. */
  readonly startedAt: number;
  readonly seconds: number;
  readonly health: readonly PhaseHealth[];
  readonly machine: Machine;
}

/** Keeps a run with all its raw samples. */
export const writeResult = (result: ScenarioResult): void => {
  mkdirSync(OUT, { recursive: true });
  writeFileSync(join(OUT, `${result.scenario}.json`), `${JSON.stringify(result, null, 1)}\n`);
};

const targetTable = ({ metrics, targets, scenario }: ScenarioResult): Table => ({
  title: `Targets of ${scenario}`,
  head: ['metric', 'measured', 'target', 'met'],
  rows: Object.entries(targets).map(([key, target]) => [
    key,
    metrics[key] === undefined ? 'not measured' : String(metrics[key]),
    targetText(target),
    meets(metrics, key, target) ? 'yes' : 'no',
  ]),
});

const healthTable = ({ health }: ScenarioResult): Table => ({
  title: 'The machine meanwhile',
  head: ['phase', 's', 'busy', 'load', 'free MB', 'driver lag, ms'],
  rows: health.map((phase) => [
    phase.phase,
    figure(phase.seconds, 1),
    `${figure(100 * phase.busy, 0)} %`,
    figure(phase.load, 1),
    figure(phase.freeMemoryMB, 0),
    figure(phase.driverLagMs, 0),
  ]),
});

const metricsTable = ({ metrics }: ScenarioResult): Table => ({
  title: 'All figures',
  head: ['metric', 'value'],
  rows: Object.entries(metrics).map(([key, value]) => [key, String(value)]),
});

const asked = (options: Options): string =>
  Object.entries(options)
    .filter(([, value]) => value !== null && value !== false)
    .map(([key, value]) => (value === true ? `--${key}` : `--${key} ${String(value)}`))
    .join(' ');

/** One scenario as a chapter; `pictures` is where its charts are, seen from the document. */
export const chapterOf = (result: ScenarioResult, pictures: string): string => {
  const { scenario, about, tables, charts, remarks, pass } = result;
  const parts = [
    `## ${scenario}`,
    about,
    `${pass ? 'All targets met.' : 'Not all targets met.'} It took ${figure(result.seconds, 0)} s.`,
    ...(Object.keys(result.targets).length === 0 ? [] : [markdownTable(targetTable(result))]),
    ...tables.map(markdownTable),
    ...charts.map(({ title }, at) => `![${title}](${pictures}/${scenario}-${at + 1}.svg)`),
    ...remarks,
    markdownTable(metricsTable(result)),
    markdownTable(healthTable(result)),
  ];
  return parts.join('\n\n');
};

/** The document. Pure: the same results give the same text. */
export const reportOf = (
  results: readonly ScenarioResult[],
  options: Options,
  pictures: string,
): string => {
  const [first] = results;
  const machine = first?.machine;
  const day = first === undefined ? '' : new Date(first.startedAt).toISOString().slice(0, 10);
  const summary: Table = {
    title: 'Summary',
    head: ['scenario', 'targets met', 's'],
    rows: results.map((one) => [one.scenario, one.pass ? 'yes' : 'no', figure(one.seconds, 0)]),
  };
  return `${[
    '# Benchmarks',
    machine === undefined
      ? 'Nothing ran.'
      : `${day}, ${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}, ${machine.browser}, Node ${machine.node}, commit ${machine.commit}. Options: ${asked(options) || 'none'}.`,
    'Every node is a browser process with a profile on disk; both sides of a comparison ran in turns.',
    markdownTable(summary),
    ...results.map((result) => chapterOf(result, pictures)),
  ].join('\n\n')}\n`;
};

const writePictures = (results: readonly ScenarioResult[], folder: string): void => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { scenario, charts } of results) {
    charts.forEach((chart, at) =>
      writeFileSync(join(folder, `${scenario}-${at + 1}.svg`), `${chartSvg(chart)}\n`),
    );
  }
};

/** Writes perf/out/report.md and its charts, and keeps both when that is asked. @returns the path. */
export const writeReport = (results: readonly ScenarioResult[], options: Options): string => {
  const path = join(OUT, 'report.md');
  writePictures(results, join(OUT, 'charts'));
  writeFileSync(path, reportOf(results, options, 'charts'));
  if (options.publish) {
    const kept = join(ROOT, 'perf', 'results');
    rmSync(kept, { recursive: true, force: true });
    mkdirSync(kept, { recursive: true });
    for (const name of readdirSync(join(OUT, 'charts'))) {
      copyFileSync(join(OUT, 'charts', name), join(kept, name));
    }
    writeFileSync(join(ROOT, 'perf', 'RESULTS.md'), reportOf(results, options, 'results'));
  }
  return path;
};
