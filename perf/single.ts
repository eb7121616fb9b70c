import type { Options } from './support/arguments.ts';
import { systemClock } from '../src/shared/clock.ts';
import { createHealth, foreignLoad } from './support/health.ts';
import { flushDisk } from './support/disk.ts';
import { describeMachine } from './support/machine.ts';
import { createPatience } from './support/patience.ts';
import { createProfiler, noProfiler } from './support/profiler.ts';
import { writeResult, type ScenarioResult } from './support/results.ts';
import { killBrowsers } from './support/roster.ts';
import { createScope } from './support/scope.ts';
import { roundedAll } from './support/stats.ts';
import { textTable } from './support/table.ts';
import { loadTargets, missed, targetText } from './support/targets.ts';
import type { Outcome, Scenario } from './scenario.ts';

/** Without a note, and without a phase that begins or ends, for this long a scenario hangs. The longest phase moves 1 GiB. */
const PATIENCE_S = 900;
/** However much it says, it is killed after this long. */
const TOTAL_S = 5_400;
/** `--full` makes timed phases and counts longer by less than this. */
const FULL = 6;
/** Browsers that have not closed by then are killed. */
const CLOSE_MS = 20_000;

/** Seconds after which a scenario has failed, whatever it does. */
export const totalOf = ({ full }: Options): number => (full ? FULL * TOTAL_S : TOTAL_S);

/** One scenario under way. */
export interface Single {
  /** Resolves when it has ended and everything that it started has, too. Never rejects. */
  readonly done: Promise<ScenarioResult>;
  /** Ends it at once, as failed. */
  abandon(reason: string): void;
}

const NOTHING: Outcome = { metrics: {}, tables: [], charts: [], remarks: [], samples: null };

const told = (error: unknown): string => {
  if (error instanceof AggregateError) return error.errors.map(told).join(' ');
  return error instanceof Error ? (error.message.split('\n')[0] ?? error.name) : String(error);
};

const print = ({ tables, remarks, metrics, targets, pass, ...result }: ScenarioResult): void => {
  for (const table of tables) console.log(`\n${textTable(table)}`);
  for (const remark of remarks) console.log(remark);
  const concerns = result.health.flatMap(({ phase, concerns: found }) =>
    found.map((one) => `${phase}: ${one}`),
  );
  for (const concern of concerns) console.log(`Health: ${concern}`);
  if (result.failure !== null) console.log(`Failed: ${result.failure}`);
  for (const key of missed(metrics, targets)) {
    const value = metrics[key] ?? 'not measured';
    console.log(`Missed: ${key} is ${value}, wanted ${targetText(targets[key] ?? {})}`);
  }
  console.log(JSON.stringify({ scenario: result.scenario, metrics, targets, pass }));
};

/** Runs one scenario as long as something happens, keeps its result, whatever it came to, and prints it. */
export const runSingle = (scenario: Scenario, options: Options): Single => {
  const { name, about } = scenario;
  const scope = createScope();
  const quiet = options.full ? FULL * PATIENCE_S : PATIENCE_S;
  const patience = createPatience(systemClock, 1_000 * quiet, () =>
    abandon(`It hung: nothing happened for ${quiet} s.`),
  );
  const health = createHealth(() => patience.sign());
  const notes: string[] = [];
  const note = (line: string): void => {
    patience.sign();
    if (!line.startsWith('\n')) notes.push(line);
    console.error(`· ${line}`);
  };
  let abandon: (reason: string) => void = () => undefined;
  const abandoned = new Promise<never>((_, reject) => {
    abandon = (reason) => reject(new Error(reason));
  });
  const closed = async (): Promise<string | null> => {
    const late = new Promise<string>((resolve) => {
      setTimeout(() => resolve('Its browsers had to be killed.'), CLOSE_MS).unref();
    });
    const end = await Promise.race([scope.close().then(() => null, told), late]);
    killBrowsers();
    return end;
  };

  const work = async (): Promise<ScenarioResult> => {
    flushDisk();
    const foreign = await foreignLoad();
    const machine = describeMachine(foreign);
    const startedAt = Date.now();
    console.error(`· ${name}: ${about}`);
    let outcome = NOTHING;
    let failure: string | null = null;
    try {
      const profiler = options.profile ? createProfiler(name, note) : noProfiler;
      const running = scenario.run({ options, scope, health, profiler, note });
      // Once it is abandoned, what it still throws is only the echo of its browsers closing.
      running.catch(() => undefined);
      outcome = await Promise.race([running, abandoned]);
    } catch (error) {
      console.error(error);
      failure = told(error);
    }
    patience.end();
    const end = await closed();
    if (end !== null) failure = [failure, end].filter((part) => part !== null).join(' ');
    const targets = loadTargets()[name] ?? {};
    const metrics = roundedAll(outcome.metrics);
    const result: ScenarioResult = {
      scenario: name,
      about,
      ...outcome,
      metrics,
      targets,
      pass: failure === null && missed(metrics, targets).length === 0,
      failure,
      options,
      startedAt,
      seconds: (Date.now() - startedAt) / 1_000,
      health: health.phases,
      machine,
      notes,
    };
    writeResult(result);
    print(result);
    return result;
  };
  abandoned.catch(() => undefined);
  return { done: work(), abandon };
};
