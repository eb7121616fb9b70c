import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLOCK_LENGTH } from '../shared/units.ts';
import { limitOf, owed } from './payee-state.ts';
import { roomIn } from './payer-state.ts';
import { FORGIVEN_MIN, FORGIVEN_SHARE, WINDOW_MAX } from './policy.ts';
import { ceilSat, costOf, costUnits, priceOf } from './pricing.ts';
import { CAPACITY, PRICE, TITLES, World } from './testing/world.ts';

/** A plain comparison: hundreds of thousands of steps are checked. */
const hold = (rule: string, holds: boolean): void => {
  if (!holds) throw new Error(`does not hold: ${rule}`);
};

const check = (world: World): void => {
  const { disk, payeeState } = world;
  let signed = 0;
  let taken = 0;
  for (const [cid, { paid }] of disk.payer) {
    const best = disk.payee.get(cid)?.paid ?? 0;
    hold('the payee has no more than was signed', best <= paid);
    hold('the payer keeps change', paid < CAPACITY);
    signed += paid;
    taken += best;
  }
  hold(
    'all channels together hold the price of what was signed for, rounded up once',
    signed === priceOf(disk.payerBytes, PRICE),
  );
  hold('nothing is signed for twice', disk.payerBytes + world.due <= world.arrived);
  hold('the payee counts what is on its disk', payeeState.paid === taken);
  const bound = priceOf(FORGIVEN_MIN, PRICE) + taken / FORGIVEN_SHARE;
  hold('forgiveness is bounded', payeeState.forgiven <= bound + 1);
  hold('the window is bounded', payeeState.window <= WINDOW_MAX);
  hold('the gate has the limit of the state', world.limit === limitOf(payeeState));
  const allowed = costUnits(costOf(world.largestWindow, PRICE));
  hold('no more is owed than the largest window so far', costUnits(owed(payeeState)) <= allowed);
};

const index = fc.nat({ max: 6 });
const title = fc.nat({ max: TITLES - 1 });
const steps = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('block' as const), ok: fc.boolean(), title }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pay' as const), ok: fc.constant(true) }) },
  // As the fixed batcher does: one title's blocks, so many at most.
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('payTitle' as const),
      title,
      blocks: fc.integer({ min: 1, max: 5 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pay' as const), ok: fc.constant(false) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom('toPayer' as const, 'toPayee' as const),
      at: index,
      again: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('lose' as const), at: fc.nat({ max: 12 }) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('calm') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('connect', 'connect', 'cut', 'open', 'open', 'killPayer', 'killPayee'),
    }),
  },
);

describe('payer and payee', () => {
  it('agree in the end on exactly what was signed, whatever happens on the way', () => {
    fc.assert(
      fc.property(fc.array(steps, { minLength: 40, maxLength: 250, size: 'max' }), (list) => {
        const world = new World();
        world.connect();
        world.open();
        for (const step of list) {
          if (step.do === 'block')
            world.block('ok' in step && step.ok, 'title' in step ? step.title : 0);
          else if ('blocks' in step) world.pay(true, step.title, step.blocks);
          else if (step.do === 'pay') world.pay('ok' in step && step.ok);
          else if (step.do === 'lose' && 'at' in step) {
            (step.at % 2 === 0 ? world.toPayee : world.toPayer).splice(step.at >> 1, 1);
          } else if ('again' in step) {
            world.deliver(step.do === 'toPayer' ? 'payer' : 'payee', step.at, step.again);
          } else if (step.do === 'calm') world.calm();
          else if (step.do === 'connect') world.connect();
          else if (step.do === 'cut') world.cut();
          else if (step.do === 'open' && world.disk.payer.size < 4) world.open();
          else if (step.do === 'killPayer') world.killPayer();
          else if (step.do === 'killPayee') world.killPayee();
          check(world);
        }
        // A quiet wire, on which everything arrives.
        world.cut();
        world.connect();
        for (let round = 0; round < 20; round += 1) {
          world.calm();
          world.pay(true);
        }
        check(world);
        for (const [cid, { paid }] of world.disk.payer) {
          expect(world.disk.payee.get(cid)?.paid).toBe(paid);
        }
        const room = world.payerState.channels.reduce((sum, one) => sum + roomIn(one), 0);
        if (room > 20) expect(world.due * PRICE).toBeLessThan(2 ** 20);
        // Who owes nothing is served: no history may lock the two of them up.
        if (ceilSat(owed(world.payeeState)) <= 1) {
          expect(world.limit - world.sessionCost).toBeGreaterThan(BLOCK_LENGTH * PRICE);
        }
      }),
      { numRuns: 5_000 },
    );
  }, 60_000);
});
