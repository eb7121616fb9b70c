import type { Page } from '@playwright/test';

/** Traces pages while something runs. */
export interface Profiler {
  during<T>(
    label: string,
    pages: Readonly<Record<string, Page>>,
    work: () => Promise<T>,
  ): Promise<T>;
}

/** Without `--profile` nothing is traced, and nothing is slowed. */
export const noProfiler: Profiler = { during: (_label, _pages, work) => work() };
