import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BROWSER_FLAGS, findBrowser } from '../../scripts/lib/browser.mjs';
import type { Scope } from './scope.ts';

/** The last version that runs on Node 20. Fetched on demand: it is large, and only this looks at it. */
const PACKAGE = 'lighthouse@12.8.2';
const CATEGORIES = ['performance', 'accessibility', 'best-practices'] as const;
const LIMIT_MS = 150_000;

/** Scores from 0 to 100, or why there are none. */
export type Scores =
  | { readonly ok: true; readonly scores: Readonly<Record<(typeof CATEGORIES)[number], number>> }
  | { readonly ok: false; readonly reason: string };

interface LighthouseReport {
  readonly categories?: Readonly<Record<string, { readonly score: number | null }>>;
  readonly runtimeError?: { readonly message: string };
}

const scoreOf = ({ categories = {} }: LighthouseReport, name: string): number =>
  100 * (categories[name]?.score ?? Number.NaN);

/** Runs Lighthouse, mobile as by default, on a page. */
export const askLighthouse = (scope: Scope, url: string): Promise<Scores> => {
  const folder = mkdtempSync(join(tmpdir(), 'rivulet-lighthouse-'));
  scope.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const path = join(folder, 'report.json');
  const args = [
    '--yes',
    PACKAGE,
    url,
    '--quiet',
    '--output=json',
    `--output-path=${path}`,
    `--only-categories=${CATEGORIES.join(',')}`,
    `--chrome-flags=--headless=new ${BROWSER_FLAGS.join(' ')}`,
  ];
  return new Promise((resolve) => {
    const child = spawn('npx', args, {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, CHROME_PATH: findBrowser() ?? '' },
      timeout: LIMIT_MS,
      detached: true,
    });
    const end = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // All of it has ended.
      }
    };
    scope.defer(end);
    child.once('error', ({ message }) => resolve({ ok: false, reason: message }));
    child.once('exit', (code) => {
      if (code !== 0) {
        resolve({
          ok: false,
          reason: `it could not be had or ended with status ${code ?? 'none'}`,
        });
        return;
      }
      const report = JSON.parse(readFileSync(path, 'utf8')) as LighthouseReport;
      if (report.runtimeError !== undefined) {
        resolve({ ok: false, reason: report.runtimeError.message });
        return;
      }
      resolve({
        ok: true,
        scores: {
          performance: scoreOf(report, 'performance'),
          accessibility: scoreOf(report, 'accessibility'),
          'best-practices': scoreOf(report, 'best-practices'),
        },
      });
    });
  });
};
