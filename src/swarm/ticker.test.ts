import { describe, expect, it } from 'vitest';
import { manualClock } from './testing/clock.ts';
import { createPromptTicker } from './ticker.ts';

const MS = 10;
const setUp = (isHidden = false) => {
  const clock = manualClock();
  const soon: (() => void)[] = [];
  const ran: number[] = [];
  const began = clock.now();
  const schedule = {
    isHidden: () => isHidden,
    after: (ms: number, task: () => void) => void clock.after(ms, task),
    soon: (task: () => void) => void soon.push(task),
  };
  const tick = createPromptTicker(schedule, clock, MS)(() => ran.push(clock.now() - began));
  return { clock, tick, ran, soon };
};

describe('the prompt ticker', () => {
  it('runs at the end of the task after a pause, once for all calls in it', async () => {
    const { tick, ran, clock } = setUp();
    tick();
    tick();
    expect(ran).toEqual([]);
    await Promise.resolve();
    expect(ran).toEqual([0]);
    clock.advance(MS);
    tick();
    await Promise.resolve();
    expect(ran).toEqual([0, MS]);
  });

  it('gathers what comes sooner until the time has passed', async () => {
    const { tick, ran, clock } = setUp();
    tick();
    await Promise.resolve();
    clock.advance(3);
    tick();
    clock.advance(3);
    tick();
    await Promise.resolve();
    expect(ran).toEqual([0]);
    clock.advance(MS);
    expect(ran).toEqual([0, MS]);
  });

  it('asks for no timer in a hidden page, and does not wait for a clock that was set back', async () => {
    const hidden = setUp(true);
    hidden.tick();
    await Promise.resolve();
    hidden.tick();
    expect(hidden.soon).toHaveLength(1);
    hidden.soon[0]?.();
    expect(hidden.ran).toEqual([0, 0]);
    let back = 0;
    const ran: number[] = [];
    const tick = createPromptTicker(
      { isHidden: () => false, after: () => undefined, soon: () => undefined },
      { now: () => 1_000_000 - back },
      MS,
    )(() => ran.push(back));
    tick();
    await Promise.resolve();
    back = 500_000;
    tick();
    await Promise.resolve();
    expect(ran).toEqual([0, 500_000]);
  });
});
