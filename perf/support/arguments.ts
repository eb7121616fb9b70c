import { parseArgs } from 'node:util';

/** What the command line asks for. Numbers that are not given are the scenario's own. */
export interface Options {
  readonly full: boolean;
  readonly profile: boolean;
  readonly publish: boolean;
  readonly rounds: number | null;
  /** Size of the payload in MiB. */
  readonly size: number | null;
  /** Length of a timed phase in seconds. */
  readonly seconds: number | null;
  /** Payment events, users or peers, whichever the scenario counts. */
  readonly count: number | null;
}

export const USAGE = `Usage: npm run -s perf -- [scenario…] [options]
  --full         the long form
  --rounds N     rounds of a comparison
  --size MiB     payload
  --seconds S    length of a timed phase
  --count N      payments, peers or lookups, whichever the scenario counts
  --profile      trace the pages: perf/out/profile/ (slows what is measured)
  --publish      keep the report as perf/RESULTS.md (all scenarios only)
Without a scenario: all, one after another, and perf/out/report.md.
       npm run perf -- compare FOLDER FOLDER   whether two runs agree within their spread`;

export type Invocation =
  | { readonly kind: 'help' }
  | { readonly kind: 'compare'; readonly folders: readonly string[] }
  | { readonly kind: 'run'; readonly scenarios: readonly string[]; readonly options: Options };

const numberOf = (text: string | undefined, name: string): number | null => {
  if (text === undefined) return null;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
    throw new Error(`--${name} must be a number above 0`);
  }
  return value;
};

const countOf = (text: string | undefined, name: string): number | null => {
  const value = numberOf(text, name);
  if (value !== null && !Number.isInteger(value)) throw new Error(`--${name} must be whole`);
  return value;
};

/** @throws Error with a plain sentence about what is wrong. */
export const readArguments = (args: readonly string[]): Invocation => {
  const { values, positionals } = parseArgs({
    args: [...args],
    strict: true,
    allowPositionals: true,
    options: {
      full: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      publish: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      size: { type: 'string' },
      seconds: { type: 'string' },
      count: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return { kind: 'help' };
  const [first, ...folders] = positionals;
  if (first === 'compare') {
    if (folders.length !== 2) throw new Error('compare needs two folders with results');
    return { kind: 'compare', folders };
  }
  return {
    kind: 'run',
    scenarios: positionals,
    options: {
      full: values.full,
      profile: values.profile,
      publish: values.publish,
      rounds: countOf(values.rounds, 'rounds'),
      size: numberOf(values.size, 'size'),
      seconds: numberOf(values.seconds, 'seconds'),
      count: countOf(values.count, 'count'),
    },
  };
};
