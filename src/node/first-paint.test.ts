import { describe, expect, it } from 'vitest';
import { firstPaint, type PaintedPage } from './first-paint.ts';

const open = (visibilityState: DocumentVisibilityState) => {
  let paint: ((names: readonly string[]) => void) | null = null;
  let passTime: (() => void) | null = null;
  const log: string[] = [];
  class Observer {
    constructor(callback: (entries: { getEntriesByName(name: string): unknown[] }) => void) {
      paint = (names) =>
        callback({ getEntriesByName: (name) => names.filter((each) => each === name) });
    }
    observe(): void {
      log.push('observes');
    }
    disconnect(): void {
      log.push('ends');
    }
  }
  const document = Object.assign(new EventTarget(), { visibilityState });
  const page = { document, PerformanceObserver: Observer } as unknown as PaintedPage;
  const clock = {
    now: () => 0,
    after: (_ms: number, task: () => void) => {
      passTime = task;
      return () => void (passTime = null);
    },
  };
  let isSettled = false;
  const settled = firstPaint(page, clock).then(() => void (isSettled = true));
  const nextTurn = (): Promise<boolean> =>
    new Promise((resolve) => setImmediate(() => resolve(isSettled)));
  return {
    page,
    clock,
    log,
    settled,
    nextTurn,
    document,
    paint: (...names: string[]) => paint?.(names),
    passTime: () => passTime?.(),
    hasTimer: () => passTime !== null,
  };
};

describe('firstPaint', () => {
  it('waits for content, not for a background', async () => {
    const { paint, nextTurn, settled, log, hasTimer } = open('visible');
    paint('first-paint');
    expect(await nextTurn()).toBe(false);
    paint('first-paint', 'first-contentful-paint');
    await settled;
    expect(log).toEqual(['observes', 'ends']);
    expect(hasTimer()).toBe(false);
  });

  it('waits for nothing where nothing is painted: hidden, and where paints are not timed', async () => {
    const { settled, log, clock } = open('hidden');
    await settled;
    expect(log).toEqual([]);
    await firstPaint(
      { document: Object.assign(new EventTarget(), { visibilityState: 'visible' as const }) },
      clock,
    );
  });

  it('waits no longer once the page is hidden, or a second has passed', async () => {
    const hidden = open('visible');
    hidden.document.dispatchEvent(new Event('visibilitychange'));
    await hidden.settled;
    const slow = open('visible');
    expect(await slow.nextTurn()).toBe(false);
    slow.passTime();
    await slow.settled;
    expect(slow.log).toEqual(['observes', 'ends']);
  });
});
