import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { findBrowser } from '../../scripts/lib/browser.mjs';

/** What the figures were measured on. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly browser: string;
  readonly commit: string;
  /** Average length of the run queue over the last minute, before the scenario began. */
  readonly load: number;
  /** Share of the processors that others kept busy then, 0 to 1. */
  readonly foreign: number;
}

const outputOf = (command: string, args: readonly string[]): string => {
  try {
    return execFileSync(command, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
};

export const describeMachine = (foreign: number): Machine => {
  const processors = cpus();
  const browser = findBrowser();
  return {
    processor: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    browser: browser === undefined ? 'managed by Playwright' : outputOf(browser, ['--version']),
    commit: outputOf('git', ['rev-parse', '--short', 'HEAD']),
    load: loadavg()[0] ?? Number.NaN,
    foreign,
  };
};
