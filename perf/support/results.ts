import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/lib/process.mjs';
import type { Outcome } from '../scenario.ts';
import type { Options } from './arguments.ts';
import type { PhaseHealth } from './health.ts';
import type { Machine } from './machine.ts';
import type { Targets } from './targets.ts';

export const OUT = join(ROOT, 'perf', 'out');
/** Results of the run before. */
export const PREVIOUS = join(OUT, 'previous');

/** Everything that is known about one run of one scenario. */
export interface ScenarioResult extends Outcome {
  readonly scenario: string;
  readonly about: string;
  readonly targets: Targets;
  readonly pass: boolean;
  /** Why it did not come to its end; null if it did. */
  readonly failure: string | null;
  readonly options: Options;
  /** Ms since the epoch. */
  readonly startedAt: number;
  readonly seconds: number;
  readonly health: readonly PhaseHealth[];
  readonly machine: Machine;
  /** What it said on its way; kept of one that failed. */
  readonly notes: readonly string[];
}

const fileOf = (folder: string, scenario: string): string => join(folder, `${scenario}.json`);

/** Keeps a run with all its raw samples. */
export const writeResult = (result: ScenarioResult): void => {
  mkdirSync(OUT, { recursive: true });
  writeFileSync(fileOf(OUT, result.scenario), `${JSON.stringify(result, null, 1)}\n`);
};

/** The last result of a scenario in a folder, if there is any. */
export const readResult = (folder: string, scenario: string): ScenarioResult | null => {
  const path = fileOf(folder, scenario);
  if (!existsSync(path)) return null;
  return JSON.parse(readFileSync(path, 'utf8')) as ScenarioResult;
};

/** All results in a folder. @throws Error when there is no such folder. */
export const readResults = (folder: string): readonly ScenarioResult[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => readResult(folder, name.slice(0, -'.json'.length)) ?? []);

/** Makes room for a run of `scenarios`: what they gave the last time is what this run is compared with. */
export const setAside = (scenarios: readonly string[]): void => {
  mkdirSync(PREVIOUS, { recursive: true });
  for (const scenario of scenarios) {
    if (!existsSync(fileOf(OUT, scenario))) continue;
    rmSync(fileOf(PREVIOUS, scenario), { force: true });
    renameSync(fileOf(OUT, scenario), fileOf(PREVIOUS, scenario));
  }
};
