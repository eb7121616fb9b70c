import type { Clock } from '../../src/shared/clock.ts';

/** Notices when nothing happens any more. */
export interface Patience {
  /** Something happened: the wait begins anew. */
  sign(): void;
  /** Nothing more is waited for. */
  end(): void;
}

/**
 * Calls `lost` once, when `ms` have passed without a sign. A bound on the whole would call a slow machine broken:
 * one that took five times as long as another was seen.
 */
export const createPatience = (clock: Clock, ms: number, lost: () => void): Patience => {
  let cancel = clock.after(ms, lost);
  let over = false;
  return {
    sign() {
      if (over) return;
      cancel();
      cancel = clock.after(ms, lost);
    },
    end() {
      over = true;
      cancel();
    },
  };
};
