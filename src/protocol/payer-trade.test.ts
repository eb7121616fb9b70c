import { describe, expect, it } from 'vitest';
import { satPerMiB } from '../shared/units.ts';
import { tradeState, type TradeQuestion } from './payer-trade.ts';

const question: TradeQuestion = {
  price: satPerMiB(100),
  maxPrice: satPerMiB(100),
  buying: true,
  titleLeft: 1_000,
  dayLeft: 1_000,
  margin: 10,
  funded: true,
  pressed: false,
};

describe('the decision to buy', () => {
  it.each([
    ['buying', {}],
    ['negotiating', { price: null }],
    ['free', { price: satPerMiB(0), buying: false, funded: false }],
    ['too-expensive', { price: satPerMiB(101) }],
    ['not-buying', { buying: false }],
    ['not-buying', { titleLeft: 10 }],
    ['not-buying', { dayLeft: 10 }],
    ['not-buying', { funded: false }],
    ['not-buying', { funded: false, pressed: true }],
    ['catching-up', { pressed: true }],
  ] as const)('is %s with %o', (state, change) => {
    expect(tradeState({ ...question, ...change })).toBe(state);
  });
});
