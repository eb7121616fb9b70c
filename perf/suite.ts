import { run } from '../scripts/lib/process.mjs';
import type { Options } from './support/arguments.ts';
import { describeMachine } from './support/machine.ts';
import { writeReport } from './support/report.ts';
import {
  OUT,
  PREVIOUS,
  readResult,
  setAside,
  writeResult,
  type ScenarioResult,
} from './support/results.ts';
import { loadTargets } from './support/targets.ts';
import type { Scenario } from './scenario.ts';
import { totalOf } from './single.ts';

/** A result for one that left none behind. */
const lost = (
  { name, about }: Scenario,
  options: Options,
  startedAt: number,
  failure: string,
): ScenarioResult => ({
  scenario: name,
  about,
  metrics: {},
  tables: [],
  charts: [],
  remarks: [],
  samples: null,
  targets: loadTargets()[name] ?? {},
  pass: false,
  failure,
  options,
  startedAt,
  seconds: (Date.now() - startedAt) / 1_000,
  health: [],
  machine: describeMachine(Number.NaN),
  notes: [],
});

/**
 * Runs scenarios one after another, each in a process of its own: one that hangs or dies takes no
 * other with it. Then the report of all. @returns whether every one met its targets
 */
export const runSuite = async (
  scenarios: readonly Scenario[],
  options: Options,
  args: readonly string[],
): Promise<boolean> => {
  setAside(scenarios.map(({ name }) => name));
  const results: ScenarioResult[] = [];
  for (const scenario of scenarios) {
    const startedAt = Date.now();
    const command = ['--import', 'tsx', 'perf/main.ts', scenario.name, ...args];
    const timeoutMs = 1_000 * totalOf(options);
    const { code, timedOut } = await run(process.execPath, command, { timeoutMs });
    if (process.exitCode === 130) break;
    let result = readResult(OUT, scenario.name);
    if (result === null) {
      const failure = timedOut ? 'It hung and was killed.' : `It ended with status ${code}.`;
      result = lost(scenario, options, startedAt, failure);
      writeResult(result);
    }
    results.push(result);
  }
  const names = new Set(results.map(({ scenario }) => scenario));
  const before = [...names].flatMap((name) => readResult(PREVIOUS, name) ?? []);
  // A run that was broken off must not take the place of one that is whole.
  const isWhole = results.length === scenarios.length;
  const publish = options.publish && isWhole;
  const path = await writeReport(results, { ...options, publish }, before);
  for (const { scenario, pass, failure, seconds } of results) {
    const mark = pass ? '✓' : '✗';
    const why = failure === null ? '' : `: ${failure}`;
    console.error(`${mark} ${scenario} (${seconds.toFixed(0)} s)${why}`);
  }
  console.error(`· report: ${path}`);
  return isWhole && results.every(({ pass }) => pass);
};
