import type { IncomeMetrics } from '../shared/ports/engine-metrics.ts';
import { MIB } from '../shared/units.ts';
import { createSamples } from './batcher/samples.ts';

const LATENCIES = 4_096;

/** Measures the payee's side: what it was paid, refused and lent. A few additions for each payment. */
export interface IncomeMeter {
  /** A payment for so many blocks is durable; it had come at `cameAt`, ms since the epoch. */
  booked(blocks: number, cameAt: number, durableAt: number): void;
  /** Something that a payer said about money was not accepted, for this reason. */
  refused(code: string): void;
  /** An account may owe so many more units (bytes × satPerMiB) than before. */
  granted(units: number): void;
  read(): IncomeMetrics;
}

export const createIncomeMeter = (): IncomeMeter => {
  const latencies = createSamples(LATENCIES);
  const refused = new Map<string, number>();
  let payments = 0;
  let events = 0;
  let units = 0;
  return {
    booked(blocks, cameAt, durableAt) {
      payments += 1;
      events += blocks;
      latencies.add(Math.max(0, durableAt - cameAt));
    },
    refused: (code) => void refused.set(code, (refused.get(code) ?? 0) + 1),
    granted(more) {
      units += Math.max(0, more);
    },
    read() {
      const [latencyP50 = 0, latencyP95 = 0, latencyP99 = 0] = latencies.percentiles([
        0.5, 0.95, 0.99,
      ]);
      return {
        payments,
        events,
        refused: Object.fromEntries(refused),
        creditSat: Math.floor(units / MIB),
        latencyP50,
        latencyP95,
        latencyP99,
      };
    },
  };
};
