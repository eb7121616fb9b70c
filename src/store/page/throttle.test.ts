import { describe, expect, it } from 'vitest';
import { createThrottle } from './throttle.ts';

describe('throttle', () => {
  it('keeps the weight under way within the limit and the order of arrival', async () => {
    const throttle = createThrottle(10);
    const log: string[] = [];
    const finish = new Map<string, () => void>();
    const run = (name: string, weight: number): Promise<void> =>
      throttle(weight, () => {
        log.push(name);
        return new Promise<void>((resolve) => finish.set(name, resolve));
      });
    const all = [run('a', 6), run('b', 6), run('c', 4), run('huge', 50), run('d', 1)];
    const settle = async (name: string, at: number): Promise<void> => {
      finish.get(name)?.();
      await all[at];
    };
    await Promise.resolve();
    expect(log).toEqual(['a']);
    await settle('a', 0);
    expect(log).toEqual(['a', 'b', 'c']);
    await settle('b', 1);
    expect(log).toEqual(['a', 'b', 'c']);
    await settle('c', 2);
    expect(log).toEqual(['a', 'b', 'c', 'huge']);
    await settle('huge', 3);
    await settle('d', 4);
    expect(log).toEqual(['a', 'b', 'c', 'huge', 'd']);
  });

  it('goes on after a task that failed', async () => {
    const throttle = createThrottle(1);
    await expect(throttle(1, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(throttle(1, async () => 'yes')).resolves.toBe('yes');
  });
});
