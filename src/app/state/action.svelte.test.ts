import { describe, expect, it } from 'vitest';
import { fail, ok, type Result } from '../../shared/result.ts';
import { Action } from './action.svelte.ts';

describe('Action', () => {
  it('joins a call that is still under way', async () => {
    let calls = 0;
    let finish: (result: Result<string>) => void = () => undefined;
    const action = new Action(() => {
      calls += 1;
      return new Promise<Result<string>>((resolve) => {
        finish = resolve;
      });
    });
    const both = [action.run(), action.run()];
    expect(action.pending).toBe(true);
    finish(ok('paid'));
    expect(await Promise.all(both)).toEqual([ok('paid'), ok('paid')]);
    expect(calls).toBe(1);
    expect([action.status, action.value]).toEqual(['done', 'paid']);
  });

  it('shows a failure, and clears it when it is tried again', async () => {
    const results: Result<number>[] = [fail('no-peers', 'Nobody is there.'), ok(3)];
    const action = new Action(async () => results.shift() ?? ok(0));
    await action.run();
    expect([action.status, action.failure?.message]).toEqual(['failed', 'Nobody is there.']);
    const again = action.run();
    expect([action.status, action.failure]).toEqual(['pending', null]);
    await again;
    expect([action.status, action.value]).toEqual(['done', 3]);
  });

  it('turns what is thrown into a failure', async () => {
    const action = new Action(async (): Promise<Result<void>> => {
      throw new TypeError('broken');
    });
    expect(await action.run()).toEqual(fail('internal', 'broken'));
    expect(action.status).toBe('failed');
  });
});
