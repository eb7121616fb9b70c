import type { Clock } from '../shared/clock.ts';

/** What is asked of the page. */
export interface PaintedPage {
  readonly document: Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'>;
  /** Absent where the browser does not time its paints. */
  readonly PerformanceObserver?: typeof PerformanceObserver;
}

/** A page that is seen paints its first view long before; one that never does starts all the same. */
const LONGEST_WAIT_MS = 1_000;

/**
 * Resolves once the page has painted something, so that what is started then neither takes the
 * network nor the processor from the first view. A hidden page paints nothing: it waits for nothing.
 */
export const firstPaint = (page: PaintedPage, clock: Clock): Promise<void> =>
  new Promise((resolve) => {
    const { document, PerformanceObserver: Observer } = page;
    if (Observer === undefined || document.visibilityState === 'hidden') {
      resolve();
      return;
    }
    const settle = (): void => {
      observer.disconnect();
      document.removeEventListener('visibilitychange', settle);
      stop();
      resolve();
    };
    const observer = new Observer((entries) => {
      if (entries.getEntriesByName('first-contentful-paint').length > 0) settle();
    });
    const stop = clock.after(LONGEST_WAIT_MS, settle);
    document.addEventListener('visibilitychange', settle);
    observer.observe({ type: 'paint', buffered: true });
  });
