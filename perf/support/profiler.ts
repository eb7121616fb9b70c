import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CDPSession, Page } from '@playwright/test';
import { ROOT } from '../../scripts/lib/process.mjs';
import { textTable } from './table.ts';
import { summariseTrace, type TraceEvent } from './trace-summary.ts';

/** Traces browsers while something runs. */
export interface Profiler {
  during<T>(
    label: string,
    pages: Readonly<Record<string, Page>>,
    work: () => Promise<T>,
  ): Promise<T>;
}

/** Without `--profile` nothing is traced, and nothing is slowed. */
export const noProfiler: Profiler = { during: (_label, _pages, work) => work() };

const CATEGORIES = [
  '-*',
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'disabled-by-default-v8.cpu_profiler',
  'v8.execute',
  'toplevel',
  '__metadata',
];

const startTrace = async (page: Page): Promise<CDPSession> => {
  const session = await page.context().browser()?.newBrowserCDPSession();
  if (session === undefined) throw new Error('This browser cannot be traced.');
  await session.send('Tracing.start', {
    transferMode: 'ReturnAsStream',
    traceConfig: { recordMode: 'recordAsMuchAsPossible', includedCategories: CATEGORIES },
  });
  return session;
};

const endTrace = async (session: CDPSession): Promise<string> => {
  const complete = new Promise<string>((resolve, reject) => {
    session.once('Tracing.tracingComplete', ({ stream }) => {
      if (stream === undefined) reject(new Error('The trace has no stream.'));
      else resolve(stream);
    });
  });
  await session.send('Tracing.end');
  const handle = await complete;
  const parts: string[] = [];
  for (;;) {
    const { data, eof, base64Encoded } = await session.send('IO.read', { handle });
    parts.push(base64Encoded === true ? Buffer.from(data, 'base64').toString() : data);
    if (eof) break;
  }
  await session.send('IO.close', { handle });
  await session.detach();
  return parts.join('');
};

/**
 * Traces every page's browser: a file for DevTools or Perfetto each, and the busiest functions of each
 * thread on the terminal. What is measured meanwhile is slower than it is.
 */
export const createProfiler = (scenario: string, note: (line: string) => void): Profiler => {
  const folder = join(ROOT, 'perf', 'out', 'profile');
  return {
    async during(label, pages, work) {
      mkdirSync(folder, { recursive: true });
      const sessions: [string, CDPSession][] = [];
      for (const [name, page] of Object.entries(pages))
        sessions.push([name, await startTrace(page)]);
      const result = await work();
      for (const [name, session] of sessions) {
        const trace = await endTrace(session);
        const title = `${scenario} ${label} ${name}`;
        const path = join(folder, `${title.replaceAll(/\W+/g, '-')}.json`);
        writeFileSync(path, trace);
        note(`trace: ${path}`);
        const { traceEvents } = JSON.parse(trace) as { traceEvents: readonly TraceEvent[] };
        for (const table of summariseTrace(title, traceEvents)) note(`\n${textTable(table)}`);
      }
      return result;
    },
  };
};
