import type { Clock } from '../../shared/clock.ts';
import { SLOW_MS, type RequestRecord } from '../api.ts';

/** Lines go to the engine page together: a log must not cost more than what it is about. */
const SEND_AFTER_MS = 250;
/** Beyond it the oldest lines of an interval are dropped; the page keeps no more either. */
const MAX_PENDING = 500;

export interface Answered {
  readonly startedAt: number;
  readonly method: string;
  readonly route: string;
  readonly status: number;
}

/**
 * Collects one line for each answered request and sends them on, by profile. `send` says whether
 * there was anybody to send to: else they go with the next ones.
 */
export const createRecorder = (
  clock: Clock,
  send: (profile: string, records: readonly RequestRecord[]) => boolean,
): { record(profile: string, answered: Answered): void } => {
  const pending = new Map<string, RequestRecord[]>();
  const timed = new Set<string>();
  return {
    record(profile, { startedAt, method, route, status }) {
      const ms = clock.now() - startedAt;
      const line = { time: startedAt, method, route, status, ms, slow: ms > SLOW_MS };
      const lines = pending.get(profile) ?? [];
      pending.set(profile, lines);
      lines.push(line);
      if (lines.length > MAX_PENDING) lines.shift();
      if (timed.has(profile)) return;
      timed.add(profile);
      clock.after(SEND_AFTER_MS, () => {
        timed.delete(profile);
        if (send(profile, lines)) pending.delete(profile);
      });
    },
  };
};
