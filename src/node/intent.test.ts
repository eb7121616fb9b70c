import { describe, expect, it } from 'vitest';
import { onIntent } from './intent.ts';

const open = () => {
  const page = new EventTarget();
  let timer: (() => void) | null = null;
  const clock = {
    now: () => 0,
    after: (_ms: number, task: () => void) => {
      timer = task;
      return () => void (timer = null);
    },
  };
  let runs = 0;
  const cancel = onIntent(page, clock, () => void (runs += 1));
  return { page, cancel, runs: () => runs, passTime: () => timer?.() };
};

describe('onIntent', () => {
  it('runs once, at the first sign of a person', () => {
    const { page, runs, passTime } = open();
    page.dispatchEvent(new Event('scroll'));
    expect(runs()).toBe(0);
    page.dispatchEvent(new Event('keydown'));
    page.dispatchEvent(new Event('pointerdown'));
    passTime();
    expect(runs()).toBe(1);
  });

  it('runs without one when the start is over', () => {
    const { page, runs, passTime } = open();
    passTime();
    page.dispatchEvent(new Event('keydown'));
    expect(runs()).toBe(1);
  });

  it('runs no more once it is cancelled', () => {
    const { page, runs, passTime, cancel } = open();
    cancel();
    passTime();
    page.dispatchEvent(new Event('focusin'));
    expect(runs()).toBe(0);
  });
});
