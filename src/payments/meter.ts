import type { Clock } from '../shared/clock.ts';
import type { BatchRecord } from '../shared/ports/ledger.ts';
import type { EngineMetrics } from '../shared/ports/payments.ts';
import { createSamples } from './batcher/samples.ts';

const LATENCIES = 16_384;
const COMMITS = 1_024;
/** Events are counted per second over this many seconds. */
const RATE_SECONDS = 5;

/** Measures the engine while it works; read four times a second at most. */
export interface Meter {
  /** Batches of one signature: cut at `cutAt`, durable at `durableAt`, ms since the epoch. */
  signed(batches: readonly BatchRecord[], cutAt: number, durableAt: number): void;
  committed(tookMs: number): void;
  read(queued: number): EngineMetrics;
}

export const createMeter = (clock: Clock): Meter => {
  const latencies = createSamples(LATENCIES);
  const commits = createSamples(COMMITS);
  const perSecond = new Float64Array(RATE_SECONDS + 1);
  let second = Math.floor(clock.now() / 1000);
  let events = 0;
  let batchCount = 0;
  let signatures = 0;

  const turn = (): number => {
    const now = Math.floor(clock.now() / 1000);
    second = Math.max(second, now - perSecond.length);
    for (; second < now; second += 1) perSecond[(second + 1) % perSecond.length] = 0;
    return now % perSecond.length;
  };

  return {
    signed(batches, cutAt, durableAt) {
      const at = turn();
      signatures += 1;
      batchCount += batches.length;
      for (const { ages } of batches) {
        events += ages.length;
        perSecond[at] = (perSecond[at] ?? 0) + ages.length;
        for (const age of ages) latencies.add(age + durableAt - cutAt);
      }
    },
    committed: (tookMs) => commits.add(tookMs),
    read(queued) {
      const current = turn();
      const counted = perSecond.reduce((sum, count, at) => (at === current ? sum : sum + count), 0);
      const [latencyP50 = 0, latencyP95 = 0, latencyP99 = 0] = latencies.percentiles([
        0.5, 0.95, 0.99,
      ]);
      const [commitP50 = 0] = commits.percentiles([0.5]);
      return {
        events,
        batches: batchCount,
        signatures,
        queued,
        eventsPerSecond: counted / RATE_SECONDS,
        latencyP50,
        latencyP95,
        latencyP99,
        commitP50,
      };
    },
  };
};
