import type { Clock } from './clock.ts';

/** Lets bursts through and holds back what comes faster for long. */
export interface TokenBucket {
  /** Takes one token: 0, or the seconds (rounded up) until there is one. */
  take(): number;
}

export const createTokenBucket = (
  clock: Pick<Clock, 'now'>,
  options: { readonly burst: number; readonly perSecond: number },
): TokenBucket => {
  let tokens = options.burst;
  let at = clock.now();
  return {
    take() {
      const now = clock.now();
      // A clock that was set back must not empty the bucket.
      const passed = Math.max(0, now - at) / 1_000;
      tokens = Math.min(options.burst, tokens + passed * options.perSecond);
      at = now;
      if (tokens < 1) return Math.ceil((1 - tokens) / options.perSecond);
      tokens -= 1;
      return 0;
    },
  };
};
