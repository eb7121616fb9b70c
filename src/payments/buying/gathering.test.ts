import { describe, expect, it } from 'vitest';
import { createSteppedClock } from '../testing/stepped-clock.ts';
import { createGathering } from './gathering.ts';

const setUp = (most: number) => {
  const clock = createSteppedClock();
  const handed: (readonly (readonly [number, string])[])[] = [];
  const ends: (() => void)[] = [];
  const gathering = createGathering<number, string>(clock, { waitMs: 4, most }, (requests) => {
    handed.push(requests);
    return new Promise((resolve) => ends.push(resolve));
  });
  return { clock, handed, gathering, end: (at: number) => ends[at]?.() };
};

describe('requests', () => {
  it('of one moment are handed on together, the last of each asker', async () => {
    const { clock, handed, gathering } = setUp(9);
    gathering.ask(1, 'small');
    await clock.advance(3);
    gathering.ask(2, 'other');
    gathering.ask(1, 'large');
    expect(handed).toEqual([]);
    await clock.advance(1);
    expect(handed).toEqual([
      [
        [1, 'large'],
        [2, 'other'],
      ],
    ]);
  });

  it('wait for those before them, and go on so many at a time', async () => {
    const { clock, handed, gathering, end } = setUp(100);
    for (let key = 0; key < 250; key += 1) gathering.ask(key, 'first');
    await clock.advance(4);
    expect(handed.map(({ length }) => length)).toEqual([100]);
    gathering.ask(0, 'again');
    await clock.advance(1_000);
    expect(handed).toHaveLength(1);
    end(0);
    await clock.advance(0);
    expect(handed.map(({ length }) => length)).toEqual([100, 100]);
    end(1);
    await clock.advance(0);
    expect(handed.map(({ length }) => length)).toEqual([100, 100, 51]);
    expect(handed[2]?.at(-1)).toEqual([0, 'again']);
    end(2);
    await clock.advance(1);
    gathering.ask(7, 'later');
    await clock.advance(4);
    expect(handed).toHaveLength(4);
  });
});
