import { describe, expect, it } from 'vitest';
import { createWishes } from './wishes.ts';

const list = (files: ReadonlySet<number> | null): readonly number[] | null =>
  files === null ? null : [...files];

describe('the files that are wanted', () => {
  it('are none before the first start', () => {
    const wishes = createWishes(null);
    expect(wishes.of(3)).toBeNull();
    wishes.add([1], false);
    expect(list(wishes.of(3))).toEqual([1]);
    wishes.add([0, 1], false);
    expect(list(wishes.of(3))).toEqual([1, 0]);
  });

  it('are still none when one is dropped that nobody has started', () => {
    const wishes = createWishes(null);
    wishes.drop(1);
    expect(wishes.of(3)).toBeNull();
    expect(wishes.started).toBeNull();
  });

  it('are all, once it is known how many there are', () => {
    const wishes = createWishes('all');
    expect(list(wishes.of(null))).toEqual([]);
    expect(wishes.files).toBeNull();
    expect(list(wishes.of(2))).toEqual([0, 1]);
    wishes.drop(0);
    expect(list(wishes.of(2))).toEqual([1]);
    wishes.add(undefined, false);
    expect(list(wishes.of(2))).toEqual([0, 1]);
  });

  it('are only those that are named after a stop', () => {
    for (const before of [[0, 1, 2], 'all'] as const) {
      const wishes = createWishes(before);
      wishes.of(3);
      wishes.add([2], true);
      expect(list(wishes.of(3))).toEqual([2]);
    }
  });
});
