import { expect, test } from 'vitest';
import { afterNextFrame, type DrawnPage } from './next-frame.ts';

const open = (visibilityState: DocumentVisibilityState) => {
  const frames = new Map<number, () => void>();
  const timers = new Map<number, () => void>();
  let last = 0;
  const put = (into: Map<number, () => void>, task: () => void): number => {
    last += 1;
    into.set(last, task);
    return last;
  };
  const run = (from: Map<number, () => void>): void => {
    const tasks = [...from.values()];
    from.clear();
    for (const task of tasks) task();
  };
  const page = {
    document: { visibilityState },
    requestAnimationFrame: (task: () => void) => put(frames, task),
    cancelAnimationFrame: (id: number) => void frames.delete(id),
    setTimeout: (task: () => void) => put(timers, task),
    clearTimeout: (id: number) => void timers.delete(id),
  } as unknown as DrawnPage;
  let runs = 0;
  const cancel = afterNextFrame(page, () => (runs += 1));
  return {
    cancel,
    frame: () => run(frames),
    turn: () => run(timers),
    runs: () => runs,
  };
};

test('runs in a turn of its own after the frame', () => {
  const { frame, turn, runs } = open('visible');
  turn();
  expect(runs()).toBe(0);
  frame();
  expect(runs()).toBe(0);
  turn();
  expect(runs()).toBe(1);
  frame();
  turn();
  expect(runs()).toBe(1);
});

test('waits for no frame where none is drawn', () => {
  expect(open('hidden').runs()).toBe(1);
});

test('can be cancelled before the frame and after it', () => {
  const before = open('visible');
  before.cancel();
  before.frame();
  before.turn();
  expect(before.runs()).toBe(0);
  const after = open('visible');
  after.frame();
  after.cancel();
  after.turn();
  expect(after.runs()).toBe(0);
});
