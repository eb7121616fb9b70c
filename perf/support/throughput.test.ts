import { describe, expect, it } from 'vitest';
import { throughputOf } from './throughput.ts';

describe('throughput over time', () => {
  it('averages over the second before each point', () => {
    const curve = [0, 250, 500, 750, 1_000, 1_250].map((ms) => [ms, ms * 2_000] as const);
    expect(throughputOf(curve)).toEqual([
      [0, 0],
      [0.25, 2],
      [0.5, 2],
      [0.75, 2],
      [1, 2],
      [1.25, 2],
    ]);
  });

  it('forgets what was before that second', () => {
    const curve = [
      [0, 0],
      [1_000, 5e6],
      [2_000, 5e6],
    ] as const;
    expect(throughputOf(curve).at(-1)).toEqual([2, 0]);
  });
});
