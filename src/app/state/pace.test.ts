import { describe, expect, it } from 'vitest';
import type { Clock } from '../../shared/clock.ts';
import { createPace } from './pace.ts';

const manualClock = () => {
  let now = 1_000;
  let tasks: { at: number; task: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    after(ms, task) {
      const entry = { at: now + ms, task };
      tasks.push(entry);
      return () => {
        tasks = tasks.filter((one) => one !== entry);
      };
    },
  };
  const advance = (ms: number): void => {
    const until = now + ms;
    for (;;) {
      const next = tasks.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      tasks = tasks.filter((one) => one !== next);
      now = next.at;
      next.task();
    }
    now = until;
  };
  return { clock, advance };
};

describe('pace of drawing', () => {
  it('draws once for what changes together, at once after a rest', () => {
    const { clock, advance } = manualClock();
    let drawn = 0;
    const pace = createPace(clock, 400, () => (drawn += 1));
    pace.wanted();
    pace.wanted();
    advance(0);
    expect(drawn).toBe(1);
    advance(10_000);
    expect(drawn).toBe(1);
  });

  it('draws the last of many changes, and not more often than asked', () => {
    const { clock, advance } = manualClock();
    const at: number[] = [];
    let sample = 0;
    const seen: number[] = [];
    const pace = createPace(clock, 400, () => {
      at.push(clock.now());
      seen.push(sample);
    });
    for (let turn = 0; turn < 1_000; turn += 1) {
      sample += 1;
      pace.wanted();
      advance(10);
    }
    advance(400);
    expect(at.slice(1).every((time, index) => time - (at[index] ?? 0) >= 400)).toBe(true);
    expect(at.length).toBeLessThanOrEqual(26);
    expect(seen.at(-1)).toBe(1_000);
  });

  it('draws what is urgent in the next turn, and the rest with it', () => {
    const { clock, advance } = manualClock();
    const at: number[] = [];
    const pace = createPace(clock, 400, () => at.push(clock.now()));
    pace.wanted();
    advance(10);
    pace.wanted();
    pace.urgent();
    pace.urgent();
    expect(at).toHaveLength(1);
    advance(0);
    expect(at).toEqual([1_000, 1_010]);
    pace.wanted();
    advance(10_000);
    expect(at).toEqual([1_000, 1_010, 1_410]);
  });

  it('draws nothing any more once it was stopped', () => {
    const { clock, advance } = manualClock();
    let drawn = 0;
    const pace = createPace(clock, 400, () => (drawn += 1));
    pace.wanted();
    pace.stop();
    advance(1_000);
    expect(drawn).toBe(0);
  });
});
