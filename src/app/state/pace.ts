import type { Clock } from '../../shared/clock.ts';

/**
 * Views are drawn at most this often. Every drawing costs the thread that moves the video's bytes
 * several milliseconds of script, layout and paint.
 */
export const DRAW_EVERY_MS = 400;

/** Calls `draw` at once after a rest, else when the last call is long enough ago. */
export interface Pace {
  wanted(): void;
  /** Something new is there that somebody waits for: draws in the next turn. */
  urgent(): void;
  stop(): void;
}

/** Many samples of several sources become one drawing. */
export const createPace = (clock: Clock, everyMs: number, draw: () => void): Pace => {
  let cancel: (() => void) | null = null;
  let drawnAt = -Infinity;
  const drawNow = (): void => {
    cancel = null;
    drawnAt = clock.now();
    draw();
  };
  return {
    wanted() {
      if (cancel !== null) return;
      // Sources that change together, as a command's torrent and its payments, are drawn together.
      const wait = Math.max(0, drawnAt + everyMs - clock.now());
      cancel = clock.after(wait, drawNow);
    },
    urgent() {
      cancel?.();
      cancel = clock.after(0, drawNow);
    },
    stop() {
      cancel?.();
      cancel = null;
    },
  };
};
