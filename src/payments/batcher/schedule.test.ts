import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SIGNATURES_PER_SECOND } from '../../protocol/policy.ts';
import { BlockQueue } from './block-queue.ts';
import {
  decide,
  DEFAULT_BATCHER,
  fullAllowance,
  refill,
  spend,
  type Allowance,
  type Load,
} from './schedule.ts';

/** So many blocks that came at 1,000 ms, of these titles in turn. */
const queueOf = (count: number, titles = [0], length = 16_384): BlockQueue => {
  const queue = new BlockQueue();
  for (let i = 0; i < count; i += 1) {
    queue.push(titles[i % titles.length] ?? 0, i, 0, length, 1_088, 1_000);
  }
  return queue;
};
const load: Load = {
  settings: DEFAULT_BATCHER,
  queue: queueOf(1),
  remainder: 0,
  now: 1_000,
  allowance: fullAllowance(1_000),
  rate: SIGNATURES_PER_SECOND,
  window: 1 << 20,
  flush: null,
};
const empty: Allowance = { tokens: 0, at: 1_000 };
const fixed = { ...DEFAULT_BATCHER, mode: 'fixed' as const };

describe('the adaptive batcher', () => {
  it('signs at once while it may, for everything that waits', () => {
    expect(decide(load).type).toBe('sign');
    expect(decide({ ...load, queue: queueOf(0) })).toEqual({ type: 'idle' });
  });

  it('gathers what comes until its allowance is refilled', () => {
    expect(decide({ ...load, allowance: empty })).toEqual({ type: 'wait', until: 1_020 });
    expect(decide({ ...load, allowance: empty, rate: 5 })).toEqual({ type: 'wait', until: 1_200 });
    expect(refill(empty, 1_200, 5)).toEqual({ tokens: 1, at: 1_200 });
  });

  it('runs ahead of its allowance, within bounds, when half the window waits', () => {
    const pressed = { ...load, allowance: empty, queue: queueOf(32) };
    expect(decide(pressed).type).toBe('sign');
    const spent = { tokens: -SIGNATURES_PER_SECOND, at: 1_000 };
    expect(decide({ ...pressed, allowance: spent }).type).toBe('wait');
  });

  it('flushes whatever the allowance is', () => {
    const asked = decide({ ...load, allowance: empty, flush: 'asked' });
    expect(asked).toMatchObject({ type: 'sign', reason: 'asked' });
  });

  it('says why it signs', () => {
    expect(decide(load)).toMatchObject({ reason: 'allowance' });
    const pressed = { ...load, allowance: empty, queue: queueOf(32) };
    expect(decide(pressed)).toMatchObject({ reason: 'pressure' });
    expect(decide({ ...pressed, flush: 'close' })).toMatchObject({ reason: 'close' });
  });

  it('keeps to its rate over any longer time', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 400 }), (gaps) => {
        let now = 0;
        let allowance = fullAllowance(0);
        let signed = 0;
        for (const gap of gaps) {
          now += gap;
          allowance = refill(allowance, now, SIGNATURES_PER_SECOND);
          if (decide({ ...load, now, allowance }).type !== 'sign') continue;
          allowance = spend(allowance);
          signed += 1;
        }
        const most = SIGNATURES_PER_SECOND + (now * SIGNATURES_PER_SECOND) / 1000;
        expect(signed).toBeLessThanOrEqual(most + 1e-6);
      }),
    );
  });
});

describe('the fixed batcher', () => {
  it('signs for exactly so many events of one torrent', () => {
    const full = { ...load, settings: fixed, queue: queueOf(120, [7, 7, 8]) };
    expect(decide(full)).toEqual({ type: 'sign', torrent: 7, rows: 50, reason: 'full' });
    const spread = { ...full, queue: queueOf(98, [7, 8]), now: 1_001 };
    expect(decide(spread)).toEqual({ type: 'wait', until: 1_250 });
  });

  it('or after exactly so long', () => {
    const some = { ...load, settings: fixed, queue: queueOf(7), now: 1_249 };
    expect(decide(some)).toEqual({ type: 'wait', until: 1_250 });
    const waited = { type: 'sign', torrent: 0, rows: 7, reason: 'waited' };
    expect(decide({ ...some, now: 1_250 })).toEqual(waited);
  });

  it('takes what fell due first', () => {
    const queue = queueOf(60, [3]);
    queue.push(4, 0, 0, 16_384, 1_088, 700);
    const due = { ...load, settings: fixed, queue, now: 1_000 };
    expect(decide(due)).toMatchObject({ torrent: 4, rows: 1, reason: 'waited' });
    expect(decide({ ...due, queue: queueOf(60, [3]) })).toMatchObject({ torrent: 3, rows: 50 });
  });

  it('does not wait for a time to come when nothing costs a satoshi', () => {
    const free = 1 << 19;
    const cheap = { ...load, settings: fixed, queue: queueOf(1, [0], 100), now: 9_000 };
    expect(decide({ ...cheap, remainder: free })).toEqual({ type: 'idle' });
    expect(decide({ ...cheap, remainder: 0 })).toMatchObject({ reason: 'waited' });
  });

  it('does not count signatures, and flushes all torrents together', () => {
    const full = { ...load, settings: fixed, queue: queueOf(50), allowance: empty };
    expect(decide(full).type).toBe('sign');
    expect(decide({ ...full, queue: queueOf(3, [1, 2]), flush: 'asked' })).toMatchObject({
      torrent: null,
      reason: 'asked',
    });
  });
});
