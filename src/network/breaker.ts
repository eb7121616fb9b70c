import type { Clock } from '../shared/clock.ts';
import type { ErrorCode } from '../shared/errors.ts';
import type { ServiceHealth } from '../shared/ports/health.ts';
import { fail, failureOf, type Result } from '../shared/result.ts';
import { BREAKER_FAILURES, BREAKER_FIRST_PAUSE_MS, BREAKER_LAST_PAUSE_MS } from './limits.ts';

export interface BreakerOptions {
  readonly service: ServiceHealth['service'];
  readonly name: string;
  readonly clock: Pick<Clock, 'now'>;
  /** Outages in a row that open it. */
  readonly failures?: number;
  readonly firstPauseMs?: number;
  readonly lastPauseMs?: number;
}

export interface Breaker {
  /**
   * Runs `task` unless the service has lately been out; then answers `network` at once, so that a
   * dead service costs nobody a timeout. After a pause one task is let through as a trial.
   */
  run<T>(task: () => Promise<Result<T>>): Promise<Result<T>>;
  view(): ServiceHealth;
}

/** Only silence counts: a service that answers "no" is healthy. */
const OUTAGES: readonly ErrorCode[] = ['network', 'timeout'];

/** Circuit breaker of one service (closed, open, half-open; pauses double up to a limit). */
export const createBreaker = ({
  service,
  name,
  clock,
  failures: limit = BREAKER_FAILURES,
  firstPauseMs = BREAKER_FIRST_PAUSE_MS,
  lastPauseMs = BREAKER_LAST_PAUSE_MS,
}: BreakerOptions): Breaker => {
  let failures = 0;
  let pause = firstPauseMs;
  let retryAt: number | null = null;
  let trial = false;
  let lastFailure: string | null = null;

  const succeeded = (): void => {
    failures = 0;
    pause = firstPauseMs;
    retryAt = null;
  };

  const failed = (message: string, wasTrial: boolean): void => {
    failures += 1;
    lastFailure = message;
    if (!wasTrial && failures < limit) return;
    if (wasTrial) pause = Math.min(pause * 2, lastPauseMs);
    // Tasks that were under way when it opened must not push the pause out again and again.
    if (wasTrial || retryAt === null) retryAt = clock.now() + pause;
  };

  return {
    run: async (task) => {
      const isTrial = retryAt !== null;
      if (retryAt !== null && (clock.now() < retryAt || trial)) {
        return fail('network', `${name} is not answering and is left alone for a moment.`);
      }
      trial ||= isTrial;
      try {
        const result = await task();
        if (result.ok || !OUTAGES.includes(result.error.code)) {
          // "Cancelled" says nothing about the service.
          if (result.ok || result.error.code !== 'aborted') succeeded();
        } else {
          failed(result.error.message, isTrial);
        }
        return result;
      } catch (error) {
        failed(failureOf(error).message, isTrial);
        throw error;
      } finally {
        if (isTrial) trial = false;
      }
    },
    view: () => ({
      service,
      name,
      state: retryAt === null ? 'closed' : clock.now() < retryAt ? 'open' : 'half-open',
      failures,
      retryAt,
      lastFailure,
    }),
  };
};
