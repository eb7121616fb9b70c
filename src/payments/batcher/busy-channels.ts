import { SIGNATURES_PER_SECOND } from '../../protocol/policy.ts';
import { BUSY_FOR_MS, LEAST_SIGNATURES_PER_SECOND } from '../limits.ts';

/** How often each channel may sign while several would do so more often than that. */
export interface BusyChannels<K> {
  /** Its rate holds `key` back now (ms). */
  held(key: K, now: number): void;
  /** Signatures a second that `key` may make. */
  rate(key: K, now: number): number;
}

/**
 * Channels that are at their rate share the rate of one among them. A signature is a commit on either side and
 * a dozen turns of busy threads, and what it costs is lacking for the download that it pays for; it may
 * as well cover more blocks. Whoever signs less often than the limit of one channel is not slowed down.
 */
export const createBusyChannels = <K>(): BusyChannels<K> => {
  /** When each was held back last, the longest ago first. */
  const busy = new Map<K, number>();

  const forget = (now: number): void => {
    for (const [key, at] of busy) {
      // What a clock that was set back leaves in the future is no longer true either.
      if (at <= now && now - at <= BUSY_FOR_MS) return;
      busy.delete(key);
    }
  };

  return {
    held(key, now) {
      busy.delete(key);
      busy.set(key, now);
    },
    rate(key, now) {
      forget(now);
      if (!busy.has(key)) return SIGNATURES_PER_SECOND;
      return Math.max(LEAST_SIGNATURES_PER_SECOND, SIGNATURES_PER_SECOND / busy.size);
    },
  };
};
