import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SIGNATURES_PER_SECOND } from '../../protocol/policy.ts';
import {
  decide,
  DEFAULT_BATCHER,
  fullAllowance,
  refill,
  spend,
  type Allowance,
  type Load,
} from './schedule.ts';

const load: Load = {
  settings: DEFAULT_BATCHER,
  events: 1,
  bytes: 16_384,
  oldest: 1_000,
  now: 1_000,
  allowance: fullAllowance(1_000),
  window: 1 << 20,
  flush: null,
};
const empty: Allowance = { tokens: 0, at: 1_000 };
const fixed = { ...DEFAULT_BATCHER, mode: 'fixed' as const };

describe('the adaptive batcher', () => {
  it('signs at once while it may, for everything that waits', () => {
    expect(decide(load).type).toBe('sign');
    expect(decide({ ...load, events: 0 })).toEqual({ type: 'idle' });
  });

  it('gathers what comes until its allowance is refilled', () => {
    expect(decide({ ...load, allowance: empty })).toEqual({ type: 'wait', until: 1_050 });
  });

  it('runs ahead of its allowance, within bounds, when half the window waits', () => {
    const pressed = { ...load, allowance: empty, bytes: 1 << 19 };
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
    const pressed = { ...load, allowance: empty, bytes: 1 << 19 };
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
          allowance = refill(allowance, now);
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
  it('signs for exactly so many events', () => {
    const full = { ...load, settings: fixed, events: 120 };
    expect(decide(full)).toEqual({ type: 'sign', rows: 50, reason: 'full' });
  });

  it('or after exactly so long', () => {
    const some = { ...load, settings: fixed, events: 7, now: 1_249 };
    expect(decide(some)).toEqual({ type: 'wait', until: 1_250 });
    expect(decide({ ...some, now: 1_250 })).toEqual({ type: 'sign', rows: 7, reason: 'waited' });
  });

  it('does not count signatures', () => {
    const full = { ...load, settings: fixed, events: 50, allowance: empty };
    expect(decide(full).type).toBe('sign');
  });
});
