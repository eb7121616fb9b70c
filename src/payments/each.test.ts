import { describe, expect, it } from 'vitest';
import { eachInTurn } from './each.ts';

describe('each in turn', () => {
  it('goes on after one that throws, and tells of it', async () => {
    const log: string[] = [];
    const problem = (message: string | null): void => void log.push(`problem: ${message}`);
    await eachInTurn({ problem }, [1, 2, 3], async (item) => {
      if (item === 2) throw new Error('damaged');
      log.push(`did ${item}`);
    });
    expect(log).toHaveLength(3);
    expect(log[0]).toBe('did 1');
    expect(log[1]).toContain('problem');
    expect(log[2]).toBe('did 3');
  });
});
