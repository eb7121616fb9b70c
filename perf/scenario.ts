import type { Options } from './support/arguments.ts';
import type { Chart } from './support/charts.ts';
import type { Health } from './support/health.ts';
import type { Profiler } from './support/profiler.ts';
import type { Scope } from './support/scope.ts';
import type { Table } from './support/table.ts';

/** What a scenario is given. Everything that it starts, it starts in its scope. */
export interface Stage {
  readonly options: Options;
  readonly scope: Scope;
  readonly health: Health;
  readonly profiler: Profiler;
  /** A line about what is going on; of the result only when the scenario fails. */
  readonly note: (line: string) => void;
}

/** What a scenario found. */
export interface Outcome {
  /** By the keys that the readme fixes, and others. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Of metrics that were taken more than once: what each round gave. */
  readonly rounds?: Readonly<Record<string, readonly number[]>>;
  readonly tables: readonly Table[];
  readonly charts: readonly Chart[];
  /** Sentences that belong to the result: what was not measured, what was odd. */
  readonly remarks: readonly string[];
  /** Every single measurement, for whoever wants to reckon anew. */
  readonly samples: unknown;
}

export interface Scenario {
  readonly name: string;
  /** One sentence: what runs and what is measured. */
  readonly about: string;
  run(stage: Stage): Promise<Outcome>;
}
