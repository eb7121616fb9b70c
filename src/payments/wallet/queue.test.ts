import { expect, it } from 'vitest';
import { createQueue } from './queue.ts';

it('runs one task at a time, in order, and goes on after a failure', async () => {
  const inTurn = createQueue();
  const log: string[] = [];
  let running = 0;
  const task = (name: string, fails = false) =>
    inTurn(async () => {
      running += 1;
      expect(running).toBe(1);
      await Promise.resolve();
      log.push(name);
      running -= 1;
      if (fails) throw new Error(name);
      return name;
    });
  const all = [task('a'), task('b', true), task('c')];
  await expect(Promise.allSettled(all)).resolves.toMatchObject([
    { value: 'a' },
    { reason: { message: 'b' } },
    { value: 'c' },
  ]);
  expect(log).toEqual(['a', 'b', 'c']);
});
