import type { Clock } from '../shared/clock.ts';
import type { BatchRecord } from '../shared/ports/ledger.ts';
import {
  BATCH_SIZE_BOUNDS,
  type EngineMetrics,
  type FlushReason,
  type PressureKind,
} from '../shared/ports/engine-metrics.ts';
import type { PaymentSettings } from '../shared/ports/payments.ts';
import { createSamples } from './batcher/samples.ts';
import { createTuning, type Hold } from './batcher/tuning.ts';
import { createIncomeMeter, type IncomeMeter } from './income-meter.ts';

const LATENCIES = 16_384;
const COMMITS = 1_024;
/** Events are counted per second over this many seconds. */
const RATE_SECONDS = 5;

/**
 * Measures the engine while it works: a few additions for each block, nothing allocated. Read four
 * times a second at most.
 */
export interface Meter {
  /** Batches of one signature: closed for `reason`, cut at `cutAt`, durable at `durableAt`, ms since the epoch. */
  signed(
    batches: readonly BatchRecord[],
    reason: FlushReason,
    cutAt: number,
    durableAt: number,
  ): void;
  /** The batcher looked and had to leave blocks where they are. */
  held(by: Hold): void;
  /** Blocks could not be paid although their time had come. */
  pressed(kind: PressureKind): void;
  settings(batcher: PaymentSettings['batcher']): void;
  committed(tookMs: number): void;
  /** The payee's side. */
  readonly income: IncomeMeter;
  read(queued: number): EngineMetrics;
}

/** Which of the sizes a batch of so many blocks counts to. */
const sizeOf = (rows: number): number =>
  Math.min(rows <= 1 ? 0 : 32 - Math.clz32(rows - 1), BATCH_SIZE_BOUNDS.length);

export const createMeter = (clock: Clock, batcher: PaymentSettings['batcher']): Meter => {
  const latencies = createSamples(LATENCIES);
  const commits = createSamples(COMMITS);
  const tuning = createTuning(batcher);
  const income = createIncomeMeter();
  const sizes = new Float64Array(BATCH_SIZE_BOUNDS.length + 1);
  const flushes = { allowance: 0, pressure: 0, full: 0, waited: 0, asked: 0, close: 0 };
  const pressure = { funds: 0, storage: 0, backlog: 0 };
  const perSecond = new Float64Array(RATE_SECONDS + 1);
  let second = Math.floor(clock.now() / 1000);
  let events = 0;
  let batchCount = 0;
  let signatures = 0;

  const turn = (): number => {
    const time = clock.now();
    const now = Math.floor(time / 1000);
    second = Math.max(second, now - perSecond.length);
    for (; second < now; second += 1) perSecond[(second + 1) % perSecond.length] = 0;
    tuning.turn(now, time);
    return now % perSecond.length;
  };

  return {
    signed(batches, reason, cutAt, durableAt) {
      const at = turn();
      signatures += 1;
      batchCount += batches.length;
      flushes[reason] += batches.length;
      let rows = 0;
      let waited = 0;
      for (const { ages } of batches) {
        rows += ages.length;
        const size = sizeOf(ages.length);
        sizes[size] = (sizes[size] ?? 0) + 1;
        for (const age of ages) {
          waited += age;
          latencies.add(age + durableAt - cutAt);
        }
      }
      events += rows;
      perSecond[at] = (perSecond[at] ?? 0) + rows;
      tuning.signed(rows, waited, reason === 'pressure');
    },
    held: (by) => tuning.held(by),
    pressed(kind) {
      pressure[kind] += 1;
    },
    settings: (next) => tuning.settings(next, clock.now()),
    committed: (tookMs) => commits.add(tookMs),
    income,
    read(queued) {
      const current = turn();
      const counted = perSecond.reduce((sum, count, at) => (at === current ? sum : sum + count), 0);
      const [latencyP50 = 0, latencyP95 = 0, latencyP99 = 0] = latencies.percentiles([
        0.5, 0.95, 0.99,
      ]);
      const [commitP50 = 0, commitP95 = 0] = commits.percentiles([0.5, 0.95]);
      return {
        events,
        batches: batchCount,
        signatures,
        flushes: { ...flushes },
        sizes: [...sizes],
        pressure: { ...pressure },
        tuning: tuning.notes(),
        queued,
        eventsPerSecond: counted / RATE_SECONDS,
        latencyP50,
        latencyP95,
        latencyP99,
        commitP50,
        commitP95,
        income: income.read(),
      };
    },
  };
};
