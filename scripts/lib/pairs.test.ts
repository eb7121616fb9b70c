import { describe, expect, it } from 'vitest';
import { inPairs } from './pairs.mjs';
import { groupsOf, STEPS } from './steps.mjs';

describe('work in pairs', () => {
  it('does all of it, in order, two at a time', async () => {
    const begun: number[] = [];
    const open = new Set<number>();
    let most = 0;
    await inPairs([1, 2, 3, 4, 5], async (item) => {
      begun.push(item);
      open.add(item);
      most = Math.max(most, open.size);
      for (let turn = 0; turn < item; turn += 1) await Promise.resolve();
      open.delete(item);
    });
    expect([begun, most, open.size]).toEqual([[1, 2, 3, 4, 5], 2, 0]);
  });
});

describe('the steps of all checks', () => {
  it('are all in a group, in order, and only narrow ones share one', () => {
    const groups = groupsOf(STEPS);
    expect(groups.flat()).toEqual([...STEPS]);
    expect(groups.some(({ length }) => length > 1)).toBe(true);
    for (const group of groups.filter(({ length }) => length > 1)) {
      expect(group.every(({ isNarrow }) => isNarrow)).toBe(true);
    }
  });
});
