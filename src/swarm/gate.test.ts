import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { satPerMiB, wireId } from '../shared/units.ts';
import { createGate, createSellMeter } from './gate.ts';

describe('the meter of a wire', () => {
  it('costs each byte at the price that holds from it on, whenever the price arrives', () => {
    const step = fc.oneof(
      fc.record({ send: fc.integer({ min: 1, max: 200_000 }) }),
      fc.record({ price: fc.nat(5_000), ahead: fc.integer({ min: -50_000, max: 50_000 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const meter = createSellMeter();
        const prices: { from: number; price: number }[] = [{ from: 0, price: 0 }];
        let total = 0;
        for (const one of steps) {
          if ('send' in one) {
            const expected = meter.cost(one.send);
            const cost = meter.advance(one.send);
            expect(cost).toBe(expected);
            total += cost;
          } else {
            const from = Math.max(0, meter.sent + one.ahead);
            total += meter.reprice(one.price, from);
            while ((prices.at(-1)?.from ?? -1) >= from) prices.pop();
            prices.push({ from, price: one.price });
          }
        }
        const whole = prices.reduce((sum, { from, price }, at) => {
          const to = Math.min(meter.sent, prices[at + 1]?.from ?? Infinity);
          return sum + Math.max(0, to - from) * price;
        }, 0);
        expect(total).toBe(whole);
      }),
    );
  });

  it('stays small when prices change all the time', () => {
    const meter = createSellMeter();
    let total = 0;
    for (let price = 1; price <= 1_000; price += 1) {
      total += meter.reprice(price, meter.sent);
      total += meter.advance(10);
    }
    expect(total).toBe(10 * ((1_000 * 1_001) / 2));
  });
});

describe('the gate', () => {
  const wire = wireId(1);

  it('serves an unbound wire only what is free', () => {
    let free = false;
    const pass = createGate(() => free).pass(wire);
    expect(pass.allows(1)).toBe(false);
    free = true;
    expect(pass.allows(1)).toBe(true);
  });

  it('counts blocks that are being read against the limit', () => {
    const gate = createGate(() => false);
    const pass = gate.pass(wire);
    pass.bind(1, satPerMiB(10), 0);
    expect(gate.credit(1, 300)).toEqual([wire]);
    expect(pass.allows(30)).toBe(true);
    expect(pass.allows(31)).toBe(false);
    const release = pass.reserve(20);
    expect([pass.allows(10), pass.allows(11)]).toEqual([true, false]);
    release();
    pass.sent(20);
    expect([pass.allows(10), pass.allows(11), pass.sentBytes]).toEqual([true, false, 20]);
  });

  it('keeps an account’s cost over the wires that come and go', () => {
    const gate = createGate(() => false);
    const first = gate.pass(wire);
    first.bind(1, satPerMiB(10), 0);
    gate.credit(1, 300);
    first.sent(25);
    gate.close(wire);
    const second = gate.pass(wireId(2));
    second.bind(1, satPerMiB(10), 0);
    expect([second.allows(5), second.allows(6)]).toEqual([true, false]);
    expect(gate.credit(1, 400)).toEqual([wireId(2)]);
    expect(second.allows(15)).toBe(true);
  });

  it('opens at price 0 without credit', () => {
    const gate = createGate(() => false);
    const pass = gate.pass(wire);
    pass.bind(1, satPerMiB(0), 0);
    expect(pass.allows(1_000_000)).toBe(true);
  });
});
