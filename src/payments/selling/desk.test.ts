import { describe, expect, it } from 'vitest';
import { createFastCurve } from '../../channel/curve.ts';
import { DEFAULT_PRICE, DROP_AFTER_MS, WINDOW_MIN } from '../../protocol/policy.ts';
import { costOf } from '../../protocol/pricing.ts';
import { identityKey, infoHash, wireId } from '../../shared/units.ts';
import { createPaperBook } from '../testing/paper-book.ts';
import { createSteppedClock } from '../testing/stepped-clock.ts';
import { createRegistry } from '../wires/registry.ts';
import type { Context } from '../context.ts';
import { createPayeeDesk } from './desk.ts';
import { createExposure } from './exposure.ts';

const curve = await createFastCurve();
const none = new Uint8Array(0);

/** A payer whose first window is full, and a clock that has just seen it. */
const setUp = () => {
  const dropped: string[] = [];
  const registry = createRegistry();
  const context: Pick<Context, 'book' | 'clock' | 'curve' | 'send' | 'emit' | 'drop'> = {
    book: createPaperBook(),
    clock: createSteppedClock(),
    curve,
    send: () => undefined,
    emit: () => undefined,
    drop: (_wire, code) => void dropped.push(code),
  };
  const desk = createPayeeDesk(
    context,
    createExposure(),
    { granted: () => undefined },
    () => undefined,
  );
  const wire = registry.open(
    {
      ...{ wire: wireId(1), infoHash: infoHash('a'.repeat(40)) },
      ...{ ourPeerId: none, theirPeerId: none, ourNonce: none, theirHello: none },
    },
    null,
  );
  const account = desk.account(wire, identityKey(`02${'b'.repeat(64)}`));
  desk.bind(account, wire);
  desk.apply(account, { type: 'priced', wire: wire.id, price: DEFAULT_PRICE });
  desk.apply(account, {
    type: 'sent',
    bytes: WINDOW_MIN,
    cost: costOf(WINDOW_MIN, DEFAULT_PRICE),
  });
  desk.apply(account, { type: 'tick', now: 0 });
  const wait = (ms: number): void => desk.apply(account, { type: 'tick', now: ms });
  return { account, dropped, wait };
};

describe('a payer that owes a full window', () => {
  it('is dropped when nothing comes', () => {
    const { dropped, wait } = setUp();
    wait(DROP_AFTER_MS - 1);
    expect(dropped).toEqual([]);
    wait(DROP_AFTER_MS);
    expect(dropped).toEqual(['unpaid']);
  });

  it('is given the time that checking its channel takes, and as long again', () => {
    const { account, dropped, wait } = setUp();
    account.accepting = true;
    wait(DROP_AFTER_MS);
    account.accepting = false;
    wait(DROP_AFTER_MS + 1);
    wait(2 * DROP_AFTER_MS);
    expect(dropped).toEqual([]);
    wait(2 * DROP_AFTER_MS + 1);
    expect(dropped).toEqual(['unpaid']);
  });
});
