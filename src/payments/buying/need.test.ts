import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAPACITY_HEADROOM, DEFAULT_PRICE } from '../../protocol/policy.ts';
import { MIB } from '../../shared/units.ts';
import { createCrowd } from '../testing/crowd.ts';
import { expectedSat, isProven } from './need.ts';

const LEFT = 100 * MIB;
const all = CAPACITY_HEADROOM * (LEFT / MIB) * DEFAULT_PRICE;

const needs = (received: readonly number[]) => createCrowd(LEFT, received).map(expectedSat);

describe('what a payee may still have to be paid', () => {
  it('is all that is to come when nobody else sells it', () => {
    expect(needs([0])).toEqual([all]);
    expect(needs([50 * MIB])).toEqual([all]);
  });

  it('is shared evenly among those of whom nothing is known', () => {
    expect(needs([0, 0, 0, 0])).toEqual(Array(4).fill(all / 4));
  });

  it('follows what each has brought: who brings nearly all gets no small channels', () => {
    const [main = 0, ...others] = needs([60 * MIB, 0, 0, 0, 0]);
    expect(main).toBeGreaterThan(0.9 * all);
    for (const other of others) expect(other).toBeLessThan(0.02 * all);
  });

  it('is never more than everything, for all of them together', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 40 }), { minLength: 1 }), (received) => {
        const sum = needs(received).reduce((total, one) => total + one, 0);
        // Each is rounded up.
        expect(sum).toBeLessThanOrEqual(all + received.length + 1);
        expect(sum).toBeGreaterThan(0.999 * all);
      }),
    );
  });

  it('is nothing where nothing is bought, and what was bought there counts for nobody', () => {
    const crowd = createCrowd(LEFT, [10 * MIB, 0]);
    for (const wire of crowd[0]?.wires ?? []) wire.told = null;
    expect(crowd.map(expectedSat)).toEqual([0, all]);
  });
});

describe('a payee', () => {
  it('is proven once something came from it', () => {
    expect(createCrowd(LEFT, [0, 16_384]).map(isProven)).toEqual([false, true]);
  });
});
