import { readArguments, USAGE, type Options } from './support/arguments.ts';
import { createHealth } from './support/health.ts';
import { describeMachine } from './support/machine.ts';
import { createProfiler, noProfiler } from './support/profiler.ts';
import { writeReport, writeResult, type ScenarioResult } from './support/report.ts';
import { createScope, within } from './support/scope.ts';
import { roundedAll } from './support/stats.ts';
import { textTable } from './support/table.ts';
import { loadTargets, missed, targetText } from './support/targets.ts';
import { SCENARIOS } from './registry.ts';
import type { Scenario } from './scenario.ts';

const scope = createScope();
let interrupted = false;
const interrupt = (): void => {
  if (interrupted) return;
  interrupted = true;
  // Whatever waits for a page fails once its browser is closed, and the run ends through that.
  void scope.close().finally(() => process.exit(130));
};
process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);

/** What nobody waited for has failed: the run is worth nothing, and everything it started ends. */
const abandon = (error: unknown): void => {
  console.error(error);
  if (interrupted) return;
  interrupted = true;
  void scope.close().finally(() => process.exit(1));
};
process.on('unhandledRejection', abandon);
process.on('uncaughtException', abandon);

const note = (line: string): void => console.error(`· ${line}`);

const runOne = async (scenario: Scenario, options: Options): Promise<ScenarioResult> => {
  const { name, about } = scenario;
  note(`${name}: ${about}`);
  const health = createHealth();
  const profiler = options.profile ? createProfiler(name, note) : noProfiler;
  const startedAt = Date.now();
  const outcome = await within(scope, (inner) =>
    scenario.run({ options, scope: inner, health, profiler, note }),
  );
  const targets = loadTargets()[name] ?? {};
  const metrics = roundedAll(outcome.metrics);
  const failed = missed(metrics, targets);
  for (const table of outcome.tables) console.log(`\n${textTable(table)}`);
  for (const remark of outcome.remarks) console.log(remark);
  for (const key of failed) {
    const target = targets[key];
    if (target === undefined) continue;
    console.log(
      `Missed: ${key} is ${metrics[key] ?? 'not measured'}, wanted ${targetText(target)}`,
    );
  }
  const result: ScenarioResult = {
    scenario: name,
    about,
    ...outcome,
    metrics,
    targets,
    pass: failed.length === 0,
    options,
    startedAt,
    seconds: (Date.now() - startedAt) / 1000,
    health: health.phases,
    machine: describeMachine(),
  };
  writeResult(result);
  console.log(JSON.stringify({ scenario: name, metrics, targets, pass: result.pass }));
  return result;
};

const chosen = (names: readonly string[]): readonly Scenario[] => {
  if (names.length === 0) return SCENARIOS.filter(({ name }) => name !== 'smoke');
  return names.map((name) => {
    const found = SCENARIOS.find((scenario) => scenario.name === name);
    if (found !== undefined) return found;
    throw new Error(
      `No scenario ${name}. There are: ${SCENARIOS.map((one) => one.name).join(', ')}`,
    );
  });
};

const run = async (): Promise<void> => {
  const asked = readArguments(process.argv.slice(2));
  if (asked.help) {
    console.log(USAGE);
    return;
  }
  const scenarios = chosen(asked.scenarios);
  const results: ScenarioResult[] = [];
  let failed = false;
  for (const scenario of scenarios) {
    try {
      const result = await runOne(scenario, asked.options);
      results.push(result);
      failed ||= !result.pass;
    } catch (error) {
      if (interrupted) return;
      failed = true;
      console.error(`${scenario.name} did not run to its end:`, error);
    }
  }
  if (asked.scenarios.length === 0) note(`report: ${writeReport(results, asked.options)}`);
  if (failed) process.exitCode = 1;
};

try {
  await run();
} catch (error) {
  if (!interrupted) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
} finally {
  if (!interrupted) await scope.close();
}
