import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../shared/clock.ts';
import { BATCH_SIZE_BOUNDS, type FlushReason } from '../shared/ports/engine-metrics.ts';
import type { BatchRecord } from '../shared/ports/ledger.ts';
import { DEFAULT_BATCHER } from './batcher/schedule.ts';
import { createMeter } from './meter.ts';

const batchOf = (...ages: number[]) => ({ ages: Uint32Array.from(ages) }) as BatchRecord;
const standing: Clock = { now: () => 50_000, after: () => () => undefined };
const REASONS: readonly FlushReason[] = [
  'allowance',
  'pressure',
  'full',
  'waited',
  'asked',
  'close',
];
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

describe('the meter', () => {
  it('counts from the block to the disk', () => {
    const meter = createMeter(standing, DEFAULT_BATCHER);
    meter.signed([batchOf(0, 10), batchOf(90)], 'allowance', 1_000, 1_005);
    meter.committed(3);
    const read = meter.read(4);
    expect(read).toMatchObject({ events: 3, batches: 2, signatures: 1, queued: 4, commitP50: 3 });
    expect([read.latencyP50, read.latencyP99]).toEqual([15, 95]);
  });

  it('tells the rate of the last whole seconds', () => {
    let now = 100_000;
    const clock: Clock = { now: () => now, after: () => () => undefined };
    const meter = createMeter(clock, DEFAULT_BATCHER);
    for (let second = 0; second < 5; second += 1) {
      meter.signed([batchOf(1, 1, 1, 1)], 'allowance', now, now);
      now += 1_000;
    }
    expect(meter.read(0).eventsPerSecond).toBe(4);
    now += 60_000;
    expect(meter.read(0).eventsPerSecond).toBe(0);
    expect(meter.read(0).events).toBe(20);
  });

  it('counts every batch and every block once: by reason, by size, and in all', () => {
    const signature = fc.record({
      reason: fc.constantFrom(...REASONS),
      sizes: fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.array(signature, { maxLength: 30 }), (signatures) => {
        const meter = createMeter(standing, DEFAULT_BATCHER);
        for (const { reason, sizes } of signatures) {
          const batches = sizes.map((size) => batchOf(...new Array<number>(size).fill(1)));
          meter.signed(batches, reason, 1_000, 1_001);
        }
        const all = signatures.flatMap(({ sizes }) => sizes);
        const read = meter.read(0);
        expect(read.batches).toBe(all.length);
        expect(read.signatures).toBe(signatures.length);
        expect(read.events).toBe(sum(all));
        expect(sum(Object.values(read.flushes))).toBe(read.batches);
        for (const reason of REASONS) {
          const ours = signatures.filter((one) => one.reason === reason);
          expect(read.flushes[reason]).toBe(sum(ours.map(({ sizes }) => sizes.length)));
        }
        expect(sum(read.sizes)).toBe(read.batches);
        read.sizes.forEach((count, at) => {
          const from = at === 0 ? 1 : (BATCH_SIZE_BOUNDS[at - 1] ?? 0) + 1;
          const to = BATCH_SIZE_BOUNDS[at] ?? Infinity;
          expect(count).toBe(all.filter((size) => size >= from && size <= to).length);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('counts what holds blocks back', () => {
    const meter = createMeter(standing, DEFAULT_BATCHER);
    meter.pressed('funds');
    meter.pressed('funds');
    meter.pressed('storage');
    expect(meter.read(0).pressure).toEqual({ funds: 2, storage: 1, backlog: 0 });
  });
});
