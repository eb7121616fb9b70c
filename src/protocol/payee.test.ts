import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLOCK_LENGTH, channelId, satoshi, satPerMiB, wireId } from '../shared/units.ts';
import { limitOf, newPayee, owed, type PayeeEvent, type PayeeState } from './payee-state.ts';
import { payee } from './payee.ts';
import { forgivable } from './payee-forgiveness.ts';
import { DROP_AFTER_MS, FORGIVEN_MIN, FORGIVEN_SHARE, WINDOW_MIN, WINDOW_USUAL } from './policy.ts';
import {
  bytesFor,
  ceilSat,
  costOf,
  costUnits,
  priceOf,
  subtractCost,
  ZERO_COST,
} from './pricing.ts';

const cid = channelId('33'.repeat(16));
const wire = wireId(1);
const price = satPerMiB(1_088);
const capacity = satoshi(1_000_000);

const nobody = () =>
  newPayee({ cost: ZERO_COST, bytes: 0, paid: satoshi(0), forgiven: satoshi(0) });

const run = (start: PayeeState, ...events: PayeeEvent[]) => {
  let step: ReturnType<typeof payee> = { state: start, effects: [] };
  for (const event of events) step = payee(step.state, event);
  return step;
};

const bound: PayeeEvent = { type: 'bound', wire, price };
const window: PayeeEvent = { type: 'window', bytes: WINDOW_MIN };
const accepted: PayeeEvent = { type: 'accepted', cid, paid: satoshi(0), cap: capacity };
const sent = (bytes: number): PayeeEvent => ({ type: 'sent', bytes, cost: costOf(bytes, price) });
const paid = (sat: number): PayeeEvent => ({ type: 'paid', cid, paid: satoshi(sat) });
const trading = (): PayeeState => run(nobody(), bound, window, accepted).state;
const sessionUnits = ({ cost, base }: PayeeState): number => costUnits(subtractCost(cost, base));
const satOf = (bytes: number): number => priceOf(bytes, price);

describe('a payee', () => {
  it('lets a newcomer owe the smallest window and no more', () => {
    const { state, effects } = run(nobody(), bound, window);
    const units = costUnits(costOf(WINDOW_MIN, price));
    expect(effects).toEqual([{ type: 'limit', units }]);
    expect(limitOf(run(state, sent(WINDOW_MIN)).state)).toBe(units);
  });

  it('gives nothing while the shared exposure is used up', () => {
    const { effects } = run(nobody(), bound, { type: 'window', bytes: 0 });
    expect(effects).toEqual([{ type: 'limit', units: 0 }]);
  });

  it('doubles the window when payments cover an eighth of it, up to the usual one', () => {
    let state = trading();
    let total = 0;
    for (let size = WINDOW_MIN; size < WINDOW_USUAL; size *= 2) {
      expect(state.window).toBe(size);
      total += size / 8;
      state = run(state, sent(size / 8), paid(satOf(total))).state;
    }
    expect(state.window).toBe(WINDOW_USUAL);
    state = run(state, sent(WINDOW_USUAL / 4), paid(satOf(total + WINDOW_USUAL / 4))).state;
    expect(state.window).toBe(WINDOW_USUAL);
  });

  it('adds small payments up until they count', () => {
    let state = trading();
    for (let block = 1; block <= 2; block += 1) {
      expect(state.window).toBe(WINDOW_MIN);
      state = run(state, sent(BLOCK_LENGTH), paid(satOf(block * BLOCK_LENGTH))).state;
    }
    expect(state.window).toBe(2 * WINDOW_MIN);
  });

  it('goes beyond the usual window only where the window is what limits', () => {
    const before = FORGIVEN_SHARE * WINDOW_USUAL;
    const usual = {
      ...run(trading(), sent(before), paid(satOf(before))).state,
      window: WINDOW_USUAL,
    };
    const half = WINDOW_USUAL / 2;
    const limited = run(usual, sent(WINDOW_USUAL), paid(satOf(before + half))).state;
    expect(limited.window).toBe(2 * WINDOW_USUAL);
    let quick = usual;
    for (let bytes = BLOCK_LENGTH; bytes <= WINDOW_USUAL; bytes += BLOCK_LENGTH) {
      quick = run(quick, sent(BLOCK_LENGTH), paid(satOf(before + bytes))).state;
    }
    expect(quick.window).toBe(WINDOW_USUAL);
  });

  it('forgives who has paid little the loss of a whole usual window', () => {
    const usual = { ...run(trading(), sent(BLOCK_LENGTH), paid(17)).state, window: WINDOW_USUAL };
    const gone = run(usual, sent(WINDOW_USUAL), { type: 'unbound', wire }).state;
    const { state } = run(gone, bound, { type: 'resumed' });
    expect(costUnits(owed(state))).toBe(0);
    expect(limitOf(state) - sessionUnits(state)).toBe(costUnits(costOf(WINDOW_MIN, price)));
  });

  it('does not let more be owed than it would forgive, at a higher price either', () => {
    const most = FORGIVEN_SHARE * WINDOW_USUAL;
    let state = { ...trading(), window: WINDOW_USUAL };
    const half = WINDOW_USUAL / 2;
    for (let total = half; total < most; total += half) {
      state = run(state, sent(WINDOW_USUAL), paid(satOf(total))).state;
      expect(state.window).toBe(WINDOW_USUAL);
    }
    state = run(state, paid(satOf(most))).state;
    expect(state.window).toBe(2 * WINDOW_USUAL);
    const doubled = satPerMiB(2 * price);
    expect(run(state, { type: 'priced', wire, price: doubled }).state.window).toBe(
      WINDOW_USUAL + WINDOW_USUAL / 2,
    );
  });

  it('counts unmined funding only up to its cap', () => {
    const cap = satoshi(100);
    const capped = run(nobody(), bound, window, { ...accepted, cap }).state;
    const full = run(capped, sent(WINDOW_MIN), paid(272)).state;
    const allowed = costOf(full.window, price);
    expect(limitOf(full)).toBe(costUnits(allowed) + 100 * 2 ** 20);
    expect(limitOf(run(full, { type: 'mined', cid, cap: capacity }).state)).toBe(
      costUnits(allowed) + 272 * 2 ** 20,
    );
  });

  it('takes equal and lesser states for what they are', () => {
    const { state } = run(trading(), sent(BLOCK_LENGTH), paid(17));
    expect(run(state, paid(17))).toEqual({ state, effects: [] });
    expect(run(state, paid(3))).toEqual({ state, effects: [] });
  });

  it('warns, then drops, who does not pay; a payment saves the wire', () => {
    const shut = run(trading(), sent(WINDOW_MIN), { type: 'tick', now: 1_000 }).state;
    expect(run(shut, { type: 'tick', now: 1_200 }).effects).toEqual([]);
    const warned = run(shut, { type: 'tick', now: 1_300 });
    expect(warned.effects).toEqual([
      { type: 'need-pay', cid, owedBytes: WINDOW_MIN, owedSat: 272, dropAt: 41 },
    ]);
    const later = { type: 'tick', now: 1_000 + DROP_AFTER_MS } as const;
    expect(run(warned.state, later).effects).toEqual([{ type: 'drop' }]);
    expect(run(warned.state, paid(200), later).effects).toEqual([]);
  });

  it('does not warn a payer that owes less than the window', () => {
    const state = run(trading(), sent(WINDOW_MIN / 2)).state;
    const ticks: PayeeEvent[] = [0, 1_000, 60_000].map((now) => ({ type: 'tick', now }));
    expect(run(state, ...ticks).effects).toEqual([]);
  });

  it('forgives what was lost with the last wire, and starts slowly again', () => {
    const before = run(trading(), sent(WINDOW_MIN), paid(136), { type: 'unbound', wire }).state;
    const { state, effects } = run(before, bound, { type: 'resumed' });
    expect(state.forgiven).toBe(136);
    expect(costUnits(owed(state))).toBe(0);
    expect(state.window).toBe(WINDOW_MIN);
    expect(effects[0]).toEqual({ type: 'limit', units: limitOf(state) });
  });

  it('takes what is paid for after all off what was forgiven', () => {
    const before = run(trading(), sent(WINDOW_MIN), { type: 'unbound', wire }).state;
    const { state } = run(before, bound, { type: 'resumed' }, paid(200));
    expect(state.paid + state.forgiven).toBe(ceilSat(state.cost));
    expect(state.paid).toBe(200);
  });

  it.each([
    [0, WINDOW_MIN],
    [17, FORGIVEN_MIN],
  ])(
    'after %i sat forgives no more than its bound, however often a payer comes back',
    (sat, most) => {
      let state = sat === 0 ? trading() : run(trading(), sent(BLOCK_LENGTH), paid(sat)).state;
      for (let round = 0; round < 50; round += 1) {
        const room = Math.floor((limitOf(state) - costUnits(state.cost)) / price / BLOCK_LENGTH);
        if (room <= 0) break;
        state = run(state, sent(room * BLOCK_LENGTH), { type: 'unbound', wire }, bound, {
          type: 'resumed',
        }).state;
      }
      expect(state.forgiven).toBeLessThanOrEqual(satOf(most) + sat / 4);
      expect(state.bytes).toBeLessThanOrEqual(most + WINDOW_MIN + BLOCK_LENGTH);
    },
  );

  it('serves a payer that comes back, whatever it had paid and however much was under way', () => {
    const rooms = fc.array(fc.integer({ min: 1, max: 512 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(fc.array(rooms, { minLength: 1, maxLength: 4 }), (wires) => {
        let state = trading();
        let total = 0;
        for (const payments of wires) {
          for (const blocks of payments) {
            // It pays only what it got, and late: so the window grows as far as it ever may.
            const room = Math.floor((limitOf(state) - sessionUnits(state)) / price / BLOCK_LENGTH);
            state = run(state, sent(room * BLOCK_LENGTH)).state;
            total += Math.min(blocks * BLOCK_LENGTH, bytesFor(ceilSat(owed(state)), price));
            state = run(state, paid(satOf(total))).state;
          }
          const hasRest = forgivable(state, price) >= satOf(WINDOW_MIN);
          state = run(state, { type: 'unbound', wire }, bound, { type: 'resumed' }).state;
          if (!hasRest) return;
          expect(costUnits(owed(state))).toBe(0);
          expect(limitOf(state) - sessionUnits(state)).toBeGreaterThan(BLOCK_LENGTH * price);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('follows a payer that pays for more than is remembered, without more credit', () => {
    const { state } = run(trading(), paid(500));
    expect(limitOf(state)).toBe(costUnits(costOf(state.window, price)));
    expect(costUnits(owed(state))).toBe(0);
  });

  it('remembers debts of earlier sessions', () => {
    const cost = costOf(WINDOW_MIN, price);
    const old = newPayee({ cost, bytes: WINDOW_MIN, paid: satoshi(72), forgiven: satoshi(0) });
    const { state } = run(old, bound, window);
    expect(limitOf(state)).toBe(72 * 2 ** 20);
  });
});
