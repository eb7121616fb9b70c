import { describe, expect, it } from 'vitest';
import { DEFAULT_PRICE } from '../protocol/policy.ts';
import { MIB, satPerMiB, wireId, type WireId } from '../shared/units.ts';
import { MIN_PARTNERS, PARTNER_IDLE_MS } from './limits.ts';
import { createPartners } from './partners.ts';

const FREE = satPerMiB(0);

const stand = (length: number) => {
  const clock = { at: 0, now: () => clock.at };
  const lacking = new Map<WireId, ReadonlySet<number>>();
  const partners = createPartners({
    clock,
    length: () => length,
    has: (wire, piece) => lacking.get(wire)?.has(piece) !== true,
  });
  /** Asks these sellers for a piece; those that may be asked. */
  const ask = (numbers: readonly number[], piece = 0, price = DEFAULT_PRICE): readonly number[] =>
    numbers.filter((number) => {
      const may = partners.mayAsk(wireId(number), price, piece);
      if (may) partners.asked(wireId(number));
      return may;
    });
  return { clock, lacking, ask };
};

const many = Array.from({ length: 100 }, (_, at) => at + 1);

describe('sellers of one title', () => {
  it('are as many as its price is worth, and a few at least', () => {
    expect(stand(1 * MIB).ask(many)).toHaveLength(MIN_PARTNERS);
    expect(stand(15 * MIB).ask(many)).toHaveLength(5);
    expect(stand(1024 * MIB).ask(many)).toEqual(many);
  });

  it('stay the same, and the others wait', () => {
    const { ask } = stand(15 * MIB);
    expect(ask(many)).toEqual([1, 2, 3, 4, 5]);
    expect(ask([...many].reverse())).toEqual([5, 4, 3, 2, 1]);
  });

  it('are more where none of them has the piece', () => {
    const { ask, lacking } = stand(15 * MIB);
    for (const wire of [1, 2, 3, 4, 5]) lacking.set(wireId(wire), new Set([7]));
    ask(many);
    expect(ask([8, 9], 7)).toEqual([8]);
    expect(ask([10], 6)).toEqual([]);
  });

  it('make room when they are not asked any more', () => {
    const { ask, clock } = stand(15 * MIB);
    ask(many);
    clock.at = PARTNER_IDLE_MS - 1;
    expect(ask([2, 6])).toEqual([2]);
    clock.at += 1;
    expect(ask([6, 7, 8, 9, 10])).toEqual([6, 7, 8, 9]);
  });

  it('do not include those that ask no money', () => {
    const { ask } = stand(1 * MIB);
    ask(many);
    expect(ask([50, 51], 0, FREE)).toEqual([50, 51]);
  });
});
