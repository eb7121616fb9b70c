import { describe, expect, it } from 'vitest';
import type { PageSample } from '../pages/page-health.ts';
import { createPageLog } from './page-log.ts';
import type { LiveBrowser } from './roster.ts';

const sample = (more: Partial<PageSample>): PageSample => ({
  heap: 1e6,
  delays: [],
  longTasks: 0,
  longestMs: 0,
  blockingMs: 0,
  queue: null,
  ...more,
});

const browser = (): { errors: number } & LiveBrowser =>
  ({ name: 'leecher', errors: 2 }) as { errors: number } & LiveBrowser;

describe('the log of a page', () => {
  it('counts from the first look on', () => {
    const log = createPageLog();
    const seen = browser();
    const early = sample({ delays: [900], longTasks: 7, longestMs: 900, blockingMs: 850 });
    log.add(seen, 0, { processBytes: 5e6, page: early });
    const later = sample({ delays: [1, 3], longTasks: 1, longestMs: 60, blockingMs: 10, queue: 4 });
    log.add(seen, 1, { processBytes: 9e6, page: later });
    seen.errors = 5;
    log.add(seen, 2, { processBytes: 7e6, page: sample({ heap: 3e6, delays: [2] }) });
    expect(log.pages()).toMatchObject([
      {
        name: 'leecher',
        heapMB: { first: 1, last: 3, most: 3 },
        processMB: { first: 5, last: 7, most: 9 },
        delayP50Ms: 2,
        delayMostMs: 3,
        longTasks: 1,
        longestTaskMs: 60,
        blockingMs: 10,
        queueMost: 4,
        errors: 3,
      },
    ]);
  });

  it('tells two browsers of one name apart', () => {
    const log = createPageLog();
    log.add(browser(), 0, { processBytes: 1, page: null });
    log.add(browser(), 0, { processBytes: 2, page: null });
    expect(log.pages()).toHaveLength(2);
    expect(log.pages()[0]?.queueMost).toBeNull();
  });
});
