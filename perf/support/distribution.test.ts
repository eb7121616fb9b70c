import { describe, expect, it } from 'vitest';
import { distributionOf } from './distribution.ts';

describe('a distribution', () => {
  it('tells for each share the value that it does not exceed', () => {
    const values = Array.from({ length: 200 }, (_, at) => 200 - at);
    const { points } = distributionOf('all', values);
    expect(points[0]).toEqual([2, 1]);
    expect(points[49]).toEqual([100, 50]);
    expect(points.at(-1)).toEqual([198, 99]);
  });

  it('is empty for no values', () => {
    expect(distributionOf('none', []).points).toEqual([]);
  });
});
