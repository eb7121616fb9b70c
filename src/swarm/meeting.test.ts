import { describe, expect, it } from 'vitest';
import { MEET_LOOK_MS, MEET_MS, MEET_TIMES } from './limits.ts';
import { keepMeeting } from './meeting.ts';
import type { Offered } from './offers.ts';
import { manualClock } from './testing/clock.ts';

const LACKING: Offered = { complete: false, served: false, connected: 5, owed: 0, others: 11 };

const titleIn = (first: Offered) => {
  const title = {
    key: {},
    state: first,
    announced: [] as number[],
    offered: () => title.state,
    announce: () => void title.announced.push(clock.now()),
  };
  const clock = manualClock();
  const began = clock.now();
  const stop = keepMeeting(() => [title], clock);
  const seconds = () => title.announced.map((at) => (at - began) / 1_000);
  return { title, clock, stop, seconds };
};

describe('a title whose seeder the tracker did not pick', () => {
  it('announces again, ever more seldom, and then leaves it to the tracker', () => {
    const { title, clock, seconds } = titleIn(LACKING);
    for (let i = 0; i < 600; i += 1) clock.advance(MEET_LOOK_MS);
    expect(title.announced).toHaveLength(MEET_TIMES);
    const gaps = seconds().map((at, i) => at - (seconds()[i - 1] ?? 0));
    for (let i = 2; i < gaps.length; i += 1) expect(gaps[i]).toBeGreaterThan(gaps[i - 1] ?? 0);
    expect(seconds()[0]).toBeLessThanOrEqual((2 * MEET_MS + 2 * MEET_LOOK_MS) / 1_000);
  });

  it('stops when it has met one, and begins anew when that one leaves', () => {
    const { title, clock } = titleIn(LACKING);
    for (let i = 0; i < 4; i += 1) clock.advance(MEET_LOOK_MS);
    const before = title.announced.length;
    expect(before).toBeGreaterThan(0);
    title.state = { ...LACKING, served: true };
    for (let i = 0; i < 200; i += 1) clock.advance(MEET_LOOK_MS);
    expect(title.announced).toHaveLength(before);
    title.state = LACKING;
    for (let i = 0; i < 4; i += 1) clock.advance(MEET_LOOK_MS);
    expect(title.announced.length).toBeGreaterThan(before);
  });

  it('begins anew also when it had given up before it met one', () => {
    const { title, clock } = titleIn(LACKING);
    clock.advance(300_000);
    expect(title.announced).toHaveLength(MEET_TIMES);
    title.state = { ...LACKING, served: true };
    clock.advance(60_000);
    title.state = LACKING;
    clock.advance(300_000);
    expect(title.announced).toHaveLength(2 * MEET_TIMES);
  });

  it.each([
    ['is complete', { ...LACKING, complete: true }],
    ['has met everybody', { ...LACKING, others: 5 }],
    ['has no answer of a tracker yet', { ...LACKING, others: null }],
  ])('says nothing when it %s', (_, state) => {
    const { title, clock } = titleIn(state);
    for (let i = 0; i < 60; i += 1) clock.advance(MEET_LOOK_MS);
    expect(title.announced).toEqual([]);
  });

  it('says nothing after the end', () => {
    const { title, clock, stop } = titleIn(LACKING);
    stop();
    clock.advance(60_000);
    expect(title.announced).toEqual([]);
  });
});
