import { describe, expect, it } from 'vitest';
import { limitOf, megabytesOf } from './speed.ts';

describe('a typed speed limit', () => {
  it.each([
    [null, null],
    [undefined, null],
    [0, null],
    [1.5, 1_572_864],
    [-1, undefined],
    [Number.NaN, undefined],
    [1e9, undefined],
  ])('%s comes to %s', (typed, limit) => {
    expect(limitOf(typed)).toBe(limit);
  });

  it('is shown as it was typed', () => {
    for (const typed of [0.016, 0.5, 2, 12.345]) {
      expect(megabytesOf(limitOf(typed) ?? null)).toBe(typed);
    }
    expect(megabytesOf(null)).toBeNull();
  });
});
