import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { ROOT } from '../../scripts/lib/process.mjs';
import { agreementsOf, agreementTable } from './agreement.ts';
import type { Options } from './arguments.ts';
import { chapterOf, chartsOf } from './chapter.ts';
import { chartSvg } from './charts.ts';
import { earlierTable } from './earlier.ts';
import { OUT, type ScenarioResult } from './results.ts';
import { figure, markdownTable, type Table } from './table.ts';
import { missed, targetText } from './targets.ts';

const asked = (options: Options): string =>
  Object.entries(options)
    .filter(([, value]) => value !== null && value !== false)
    .map(([key, value]) => (value === true ? `--${key}` : `--${key} ${String(value)}`))
    .join(' ');

/** What a scenario came to in a line: what it missed, or that it missed nothing. */
const outcomeText = ({ failure, metrics, targets }: ScenarioResult): string => {
  if (failure !== null) return `failed: ${failure}`;
  const keys = missed(metrics, targets);
  if (keys.length === 0) return 'all';
  return keys
    .map((key) => `${key} ${metrics[key] ?? 'not measured'}, not ${targetText(targets[key] ?? {})}`)
    .join('; ');
};

const summaryOf = (results: readonly ScenarioResult[]): Table => ({
  title: `Summary: ${results.filter(({ pass }) => pass).length} of ${results.length} scenarios meet every target`,
  head: ['scenario', 'met', 'targets', 's'],
  rows: results.map((one) => [
    one.scenario,
    one.pass ? 'yes' : 'no',
    outcomeText(one),
    figure(one.seconds, 0),
  ]),
});

/** The document. Pure: the same results give the same text. */
export const reportOf = (
  results: readonly ScenarioResult[],
  options: Options,
  pictures: string,
  before: readonly ScenarioResult[] = [],
): string => {
  const [first] = results;
  const machine = first?.machine;
  const day = first === undefined ? '' : new Date(first.startedAt).toISOString().slice(0, 10);
  const agreements = agreementsOf(before, results);
  return `${[
    '# Benchmarks',
    machine === undefined
      ? 'Nothing ran.'
      : `${day}, ${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}, ${machine.browser}, Node ${machine.node}, commit ${machine.commit}. Options: ${asked(options) || 'none'}.`,
    'Every node is a browser process with a profile on disk; the sides of a comparison ran in turns.',
    markdownTable(summaryOf(results)),
    markdownTable(
      earlierTable(
        (scenario, metric) => results.find((one) => one.scenario === scenario)?.metrics[metric],
      ),
    ),
    ...results.map((result) => chapterOf(result, pictures)),
    ...(agreements.length === 0
      ? []
      : [
          '## The run before',
          'Metrics that each round measures anew agree when the rounds of both runs overlap.',
          markdownTable(agreementTable('This run and the one before', agreements)),
        ]),
  ].join('\n\n')}\n`;
};

const writePictures = (results: readonly ScenarioResult[], folder: string): void => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const result of results) {
    chartsOf(result).forEach((chart, at) =>
      writeFileSync(join(folder, `${result.scenario}-${at + 1}.svg`), `${chartSvg(chart)}\n`),
    );
  }
};

/** Writes perf/out/report.md and its charts, and keeps both when that is asked. @returns the path. */
export const writeReport = async (
  results: readonly ScenarioResult[],
  options: Options,
  before: readonly ScenarioResult[],
): Promise<string> => {
  mkdirSync(OUT, { recursive: true });
  const path = join(OUT, 'report.md');
  writePictures(results, join(OUT, 'charts'));
  writeFileSync(path, reportOf(results, options, 'charts', before));
  if (options.publish) {
    const kept = join(ROOT, 'perf', 'results');
    rmSync(kept, { recursive: true, force: true });
    mkdirSync(kept, { recursive: true });
    for (const name of readdirSync(join(OUT, 'charts'))) {
      copyFileSync(join(OUT, 'charts', name), join(kept, name));
    }
    const published = join(ROOT, 'perf', 'RESULTS.md');
    const text = reportOf(results, options, 'results', before);
    const style = await resolveConfig(published);
    writeFileSync(published, await format(text, { ...style, parser: 'markdown' }));
  }
  return path;
};
