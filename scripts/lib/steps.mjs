import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { countPlaywright, countStep, countVitest } from './counts.mjs';
import { ROOT, run } from './process.mjs';

const UNIT_REPORT = 'test-results/unit.json';
const E2E_REPORT = 'test-results/e2e.json';
const MINUTE = 60_000;

/**
 * One step of `npm test`. `count` turns its report into counts; without it the step counts as one.
 * @typedef {object} Step
 * @property {string} name
 * @property {string} command
 * @property {string[]} args
 * @property {number} timeoutMs so that a hang cannot eat the time of all others
 * @property {boolean} [isNarrow] takes one processor: two such steps in a row run at a time
 * @property {string} [needs] step without whose success this one would test something else
 * @property {string} [report]
 * @property {(report: any, runnerPassed: boolean) => import('./counts.mjs').Counts} [count]
 */

const node = process.execPath;

/** @type {Step} */
const perfSmoke = {
  name: 'perf smoke',
  command: node,
  args: ['scripts/perf.mjs', 'smoke'],
  timeoutMs: 8 * MINUTE,
  needs: 'build',
};

/** All steps in order, cheaper ones first. @type {readonly Step[]} */
export const STEPS = [
  {
    name: 'format',
    command: 'prettier',
    args: ['--check', '--log-level', 'warn', '.'],
    timeoutMs: 2 * MINUTE,
    isNarrow: true,
  },
  { name: 'lint', command: 'eslint', args: ['.'], timeoutMs: 4 * MINUTE, isNarrow: true },
  {
    name: 'architecture',
    command: 'npm',
    args: ['run', '-s', 'arch'],
    timeoutMs: 2 * MINUTE,
    isNarrow: true,
  },
  { name: 'dead code', command: 'knip', args: [], timeoutMs: 2 * MINUTE, isNarrow: true },
  {
    name: 'types',
    command: node,
    args: ['scripts/types.mjs'],
    timeoutMs: 4 * MINUTE,
    isNarrow: true,
  },
  {
    name: 'unit',
    command: 'vitest',
    args: ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${UNIT_REPORT}`],
    timeoutMs: 15 * MINUTE,
    report: UNIT_REPORT,
    count: countVitest,
  },
  {
    name: 'build',
    command: node,
    args: ['scripts/build.mjs', '--if-stale'],
    timeoutMs: 2 * MINUTE,
  },
  {
    name: 'e2e',
    command: 'playwright',
    args: ['test'],
    timeoutMs: 40 * MINUTE,
    needs: 'build',
    report: E2E_REPORT,
    count: countPlaywright,
  },
  ...(existsSync(join(ROOT, 'perf', 'main.ts')) ? [perfSmoke] : []),
];

/**
 * All steps together end by then, whatever hangs. They take 12 minutes on a usual machine of two processors; one
 * of a third of its speed was seen, and slow is not wrong.
 */
export const TIME_FOR_ALL_MS = 60 * MINUTE;

/** Steps that run at a time, in turn after those before them: one, or narrow ones that follow each other. */
export const groupsOf = (/** @type {readonly Step[]} */ steps) => {
  /** @type {Step[][]} */
  const groups = [];
  for (const step of steps) {
    const last = groups.at(-1);
    if (step.isNarrow && last?.[0]?.isNarrow) last.push(step);
    else groups.push([step]);
  }
  return groups;
};

/** @param {string} path */
export const readReport = (path) => {
  const full = join(ROOT, path);
  return existsSync(full) ? JSON.parse(readFileSync(full, 'utf8')) : undefined;
};

/**
 * Runs one step and says what it came to.
 * @param {Step} step
 * @param {number} timeLeftMs
 */
export const runStep = async (step, timeLeftMs) => {
  // A report of an earlier run must not stand in for one that this run failed to write.
  if (step.report) rmSync(join(ROOT, step.report), { force: true });
  const timeoutMs = Math.max(1, Math.min(step.timeoutMs, timeLeftMs));
  const outcome = await run(step.command, step.args, { timeoutMs });
  const passed = outcome.code === 0 && !outcome.timedOut;
  const counts =
    step.count && step.report
      ? step.count(readReport(step.report), passed)
      : countStep(step.name, passed);
  const note = outcome.timedOut ? 'ended: out of time' : undefined;
  return { counts, ms: outcome.ms, note };
};
