import { describe, expect, it } from 'vitest';
import { LANE_WORTH_BYTES, LANE_WORTH_MS } from '../limits.ts';
import { createWorth } from './worth.ts';

const setUp = () => {
  let now = 1_000;
  const worth = createWorth({ now: () => now });
  return { worth, pass: (ms: number) => (now += ms) };
};
const HALF = LANE_WORTH_BYTES / 2;

describe('what makes lanes worth their cost', () => {
  it('is much in one second', () => {
    const { worth, pass } = setUp();
    expect(worth.sent(HALF)).toBe(false);
    pass(LANE_WORTH_MS - 1);
    expect(worth.sent(HALF)).toBe(true);
  });

  it('is not as much in more than a second', () => {
    const { worth, pass } = setUp();
    for (let times = 0; times < 20; times += 1) {
      expect(worth.sent(HALF)).toBe(false);
      pass(LANE_WORTH_MS + 1);
    }
  });

  it('does not wait for a clock that was set back', () => {
    const { worth, pass } = setUp();
    worth.sent(HALF);
    pass(-3_600_000);
    expect(worth.sent(HALF)).toBe(false);
    expect(worth.sent(HALF)).toBe(true);
  });
});
