import { describe, expect, it } from 'vitest';
import { fail, ok, type Result } from '../shared/result.ts';
import { createBreaker } from './breaker.ts';
import { createTestClock } from './testing/services.ts';

const down = async (): Promise<Result<number>> => fail('timeout', 'silence');
const up = async (): Promise<Result<number>> => ok(1);

const setUp = () => {
  const clock = createTestClock();
  const breaker = createBreaker({
    service: 'arc',
    name: 'Service',
    clock,
    failures: 3,
    firstPauseMs: 100,
    lastPauseMs: 300,
  });
  let runs = 0;
  const run = (task: () => Promise<Result<number>>) =>
    breaker.run(() => {
      runs += 1;
      return task();
    });
  return { clock, breaker, run, runs: () => runs };
};

describe('circuit breaker', () => {
  it('opens after failures in a row and then asks nothing', async () => {
    const { breaker, run, runs } = setUp();
    await run(down);
    await run(down);
    await run(up);
    expect(breaker.view()).toMatchObject({ state: 'closed', failures: 0 });
    for (let i = 0; i < 3; i += 1) await run(down);
    expect(breaker.view()).toMatchObject({ state: 'open', failures: 3, lastFailure: 'silence' });
    expect(await run(up)).toMatchObject({ ok: false, error: { code: 'network' } });
    expect(runs()).toBe(6);
  });

  it('lets one trial through after the pause, and closes when it succeeds', async () => {
    const { clock, breaker, run, runs } = setUp();
    for (let i = 0; i < 3; i += 1) await run(down);
    clock.pass(100);
    expect(breaker.view().state).toBe('half-open');
    let answer: (result: Result<number>) => void = () => undefined;
    const trial = run(() => new Promise((resolve) => (answer = resolve)));
    expect((await run(up)).ok).toBe(false);
    answer(ok(1));
    expect((await trial).ok).toBe(true);
    expect(runs()).toBe(4);
    expect(breaker.view()).toMatchObject({ state: 'closed', failures: 0, retryAt: null });
  });

  it('doubles the pause with each failed trial, up to the last', async () => {
    const { clock, breaker, run } = setUp();
    for (let i = 0; i < 3; i += 1) await run(down);
    for (const pause of [100, 200, 300, 300]) {
      expect(breaker.view().retryAt).toBe(clock.now() + pause);
      clock.pass(pause - 1);
      expect(breaker.view().state).toBe('open');
      clock.pass(1);
      await run(down);
    }
  });

  it('is not opened by refusals, nor closed or opened by cancelled tasks', async () => {
    const { breaker, run } = setUp();
    await run(down);
    await run(async () => fail('aborted', 'Cancelled.'));
    expect(breaker.view().failures).toBe(1);
    await run(async () => fail('double-spend', 'no'));
    expect(breaker.view()).toMatchObject({ state: 'closed', failures: 0 });
  });

  it('counts what is thrown, and hands it on', async () => {
    const { breaker, run } = setUp();
    const broken = async (): Promise<Result<number>> => {
      throw new Error('broken');
    };
    for (let i = 0; i < 3; i += 1) await expect(run(broken)).rejects.toThrow('broken');
    expect(breaker.view()).toMatchObject({ state: 'open', lastFailure: 'broken' });
  });
});
