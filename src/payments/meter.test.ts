import { describe, expect, it } from 'vitest';
import type { Clock } from '../shared/clock.ts';
import type { BatchRecord } from '../shared/ports/ledger.ts';
import { createMeter } from './meter.ts';

const batchOf = (...ages: number[]) => ({ ages: Uint32Array.from(ages) }) as BatchRecord;

describe('the meter', () => {
  it('counts from the block to the disk', () => {
    const clock: Clock = { now: () => 50_000, after: () => () => undefined };
    const meter = createMeter(clock);
    meter.signed([batchOf(0, 10), batchOf(90)], 1_000, 1_005);
    meter.committed(3);
    const read = meter.read(4);
    expect(read).toMatchObject({ events: 3, batches: 2, signatures: 1, queued: 4, commitP50: 3 });
    expect([read.latencyP50, read.latencyP99]).toEqual([15, 95]);
  });

  it('tells the rate of the last whole seconds', () => {
    let now = 100_000;
    const meter = createMeter({ now: () => now, after: () => () => undefined });
    for (let second = 0; second < 5; second += 1) {
      meter.signed([batchOf(1, 1, 1, 1)], now, now);
      now += 1_000;
    }
    expect(meter.read(0).eventsPerSecond).toBe(4);
    now += 60_000;
    expect(meter.read(0).eventsPerSecond).toBe(0);
    expect(meter.read(0).events).toBe(20);
  });
});
