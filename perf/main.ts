import { agreementsOf, agreementTable } from './support/agreement.ts';
import { readArguments, USAGE } from './support/arguments.ts';
import { readResults } from './support/results.ts';
import { textTable } from './support/table.ts';
import { SCENARIOS } from './registry.ts';
import type { Scenario } from './scenario.ts';
import { runSingle, type Single } from './single.ts';
import { runSuite } from './suite.ts';

/** The one that runs in this process. */
let single: Single | null = null;
let interrupted = false;

const interrupt = (): void => {
  interrupted = true;
  single?.abandon('It was interrupted.');
};
process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);

/** What nobody waited for has failed: the scenario is worth nothing. */
const abandon = (error: unknown): void => {
  console.error(error);
  process.exitCode = 1;
  single?.abandon(error instanceof Error ? error.message : String(error));
};
process.on('unhandledRejection', abandon);
process.on('uncaughtException', abandon);

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

/** @returns whether all that was asked for was met. */
const run = async (args: readonly string[]): Promise<boolean> => {
  const asked = readArguments(args);
  if (asked.kind === 'help') {
    console.log(USAGE);
    return true;
  }
  if (asked.kind === 'compare') {
    const [earlier, later] = asked.folders.map(readResults);
    const found = agreementsOf(earlier ?? [], later ?? []);
    console.log(textTable(agreementTable(asked.folders.join(' and '), found)));
    return found.every(({ agree }) => agree !== false);
  }
  const scenarios = chosen(asked.scenarios);
  const [only] = scenarios;
  if (only === undefined || scenarios.length > 1) {
    const flags = args.filter((arg) => !asked.scenarios.includes(arg));
    return runSuite(scenarios, asked.options, flags);
  }
  single = runSingle(only, asked.options);
  return (await single.done).pass;
};

try {
  if (!(await run(process.argv.slice(2)))) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
if (interrupted) process.exitCode = 130;
// Something of an abandoned scenario may still wait for what will never come.
process.exit();
