import { describe, expect, it } from 'vitest';
import { satPerMiB } from '../shared/units.ts';
import { PriceSchedule } from './price-schedule.ts';

const [cheap, dear, free] = [satPerMiB(10), satPerMiB(20), satPerMiB(0)];

/** Counts `bytes` and tells how many of them had which price. */
const count = (schedule: PriceSchedule, bytes: number): [number, number][] => {
  const parts: [number, number][] = [];
  for (let left = bytes; left > 0;) {
    const taken = schedule.take(left);
    parts.push([taken, schedule.price]);
    left -= taken;
  }
  return parts;
};

describe('a price schedule', () => {
  it('changes at exactly the byte that was said', () => {
    const schedule = new PriceSchedule(cheap);
    schedule.set(dear, 150);
    expect(count(schedule, 100)).toEqual([[100, 10]]);
    expect(count(schedule, 100)).toEqual([
      [50, 10],
      [50, 20],
    ]);
    expect(schedule.counted).toBe(200);
  });

  it('never changes the price of what is counted already', () => {
    const schedule = new PriceSchedule(cheap);
    count(schedule, 100);
    schedule.set(dear, 0);
    expect(count(schedule, 10)).toEqual([[10, 20]]);
    expect(schedule.counted).toBe(110);
  });

  it('lets a later change replace those behind it', () => {
    const schedule = new PriceSchedule(cheap);
    schedule.set(dear, 100);
    schedule.set(free, 50);
    expect(schedule.lastPrice).toBe(0);
    expect(count(schedule, 120)).toEqual([
      [50, 10],
      [70, 0],
    ]);
  });
});
