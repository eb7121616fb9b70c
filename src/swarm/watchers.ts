import type { Clock } from '../shared/clock.ts';
import { VIEW_INTERVAL_MS } from './limits.ts';

/** Snapshots that are built when asked for, not more often than they are drawn, and those who draw them. */
export interface Watchers<View> {
  /** Traffic: worth a new snapshot at the usual pace, after a rest at once. */
  changed(): void;
  /** A command or an event that the next look must show. */
  invalidate(): void;
  read(): readonly View[];
  subscribe(listener: () => void): () => void;
  close(): void;
}

/** @param isMoving whether figures of these views change by themselves (speeds that fade). */
export const createWatchers = <View>(
  clock: Clock,
  build: () => readonly View[],
  isMoving: (views: readonly View[]) => boolean,
): Watchers<View> => {
  const listeners = new Set<() => void>();
  let views: readonly View[] | null = null;
  let builtAt = -Infinity;
  let toldAt = -Infinity;
  let isStale = true;
  /** Also when nothing comes any more, and when nobody listens, a speed goes down to 0. */
  let isFading = false;
  let stop: (() => void) | null = null;

  const read = (): readonly View[] => {
    const now = clock.now();
    if (views === null || ((isStale || isFading) && now - builtAt >= VIEW_INTERVAL_MS)) {
      views = build();
      isFading = isMoving(views);
      builtAt = now;
      isStale = false;
    }
    return views;
  };
  const tell = (): void => {
    stop = null;
    toldAt = clock.now();
    // Whoever looked a moment ago must not hide from the listeners what has changed since.
    if (isStale) views = null;
    for (const listener of [...listeners]) listener();
    read();
    if (listeners.size > 0 && isFading) changed();
  };
  const changed = (): void => {
    isStale = true;
    if (listeners.size === 0) return;
    stop ??= clock.after(Math.max(0, toldAt + VIEW_INTERVAL_MS - clock.now()), tell);
  };

  return {
    changed,
    invalidate() {
      views = null;
      stop?.();
      stop = null;
      toldAt = -Infinity;
      changed();
    },
    read,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      stop?.();
      listeners.clear();
    },
  };
};
