import type { Clock } from '../shared/clock.ts';
import { BLOCK_LENGTH } from '../shared/units.ts';
import { LIMIT_BURST_SECONDS, LIMIT_TURN_SECONDS } from './limits.ts';

/**
 * A speed limit that all torrents share: a token bucket in bytes. A turn may take more than there is
 * and leaves a debt that is waited off, so no block is ever too large for a low limit. Who finds no
 * room stands in line and is called in order. Without a limit it does nothing but add up.
 */
export interface Bucket {
  /** Bytes per second; null for no limit. */
  limit(bytesPerSecond: number | null): void;
  /**
   * Whether `turn` may take now. If not it stands in line and is run when it may; one task stands
   * there once.
   */
  admits(turn: () => void): boolean;
  /** Most bytes that one batch of a turn should take, so that turns stay short. */
  readonly share: number;
  /** Bytes that went through. */
  spend(bytes: number): void;
  /** Bytes that were asked for and will come; they count as spent until `settle`. */
  promise(bytes: number): void;
  settle(bytes: number): void;
  /** `turn` is no longer interested. */
  leave(turn: () => void): void;
}

/** The limits of both directions. */
export interface SpeedBuckets {
  readonly down: Bucket;
  readonly up: Bucket;
}

export const createBucket = (clock: Clock): Bucket => {
  const line = new Set<() => void>();
  let rate: number | null = null;
  let level = 0;
  let filledAt = 0;
  let promised = 0;
  let turn: (() => void) | null = null;
  let stopTimer: (() => void) | null = null;

  const capacity = (perSecond: number): number => perSecond * LIMIT_BURST_SECONDS;
  const shareOf = (perSecond: number): number =>
    Math.max(BLOCK_LENGTH, perSecond * LIMIT_TURN_SECONDS);

  const room = (perSecond: number): number => {
    const now = clock.now();
    const gained = (Math.max(0, now - filledAt) / 1000) * perSecond;
    level = Math.min(capacity(perSecond), level + gained);
    filledAt = now;
    return level - promised;
  };

  const serve = (): void => {
    stopTimer = null;
    // Only those that stand here now: who queues up again waits for the next round.
    for (const next of [...line]) {
      if (rate !== null && room(rate) <= 0) break;
      line.delete(next);
      turn = next;
      next();
      turn = null;
    }
    wake();
  };

  /** Calls the line when there is room for a turn: not for each byte that comes free. */
  const wake = (): void => {
    if (line.size === 0 || stopTimer !== null) return;
    const perSecond = rate;
    const wait =
      perSecond === null
        ? 0
        : Math.min(
            ((Math.min(shareOf(perSecond), capacity(perSecond)) - room(perSecond)) / perSecond) *
              1000,
            LIMIT_BURST_SECONDS * 1000,
          );
    stopTimer = clock.after(Math.max(1, Math.ceil(wait)), serve);
  };

  return {
    limit(bytesPerSecond) {
      if (bytesPerSecond === rate) return;
      rate = bytesPerSecond;
      level = 0;
      filledAt = clock.now();
      stopTimer?.();
      stopTimer = null;
      wake();
    },
    admits(task) {
      if (rate === null) return true;
      // Others were here first, unless it is this one's turn.
      if ((turn === task || line.size === 0) && room(rate) > 0) return true;
      line.add(task);
      wake();
      return false;
    },
    get share() {
      return rate === null ? Number.POSITIVE_INFINITY : shareOf(rate);
    },
    spend(bytes) {
      if (rate !== null) level -= bytes;
    },
    promise(bytes) {
      promised += bytes;
    },
    settle(bytes) {
      promised -= bytes;
    },
    leave(task) {
      line.delete(task);
    },
  };
};
