import { describe, expect, it } from 'vitest';
import { MIB, type IdentityKey } from '../../shared/units.ts';
import { createCrowd } from '../testing/crowd.ts';
import { createSteppedClock } from '../testing/stepped-clock.ts';
import type { PayerAccount } from './account.ts';
import { createPatience } from './patience.ts';

/** Payees of one title, each of which is funded as soon as it may be. */
const stand = (received: readonly number[]) => {
  const clock = createSteppedClock();
  const crowd = createCrowd(100 * MIB, received);
  const funded = new Set<IdentityKey>();
  const consider = (account: PayerAccount): void => {
    if (!funded.has(account.peer) && patience.mayOpen(account)) funded.add(account.peer);
  };
  const patience = createPatience(clock, (peer) => funded.has(peer), consider);
  const considerAll = (): void => crowd.forEach(consider);
  considerAll();
  return {
    clock,
    crowd,
    considerAll,
    funded: () => crowd.flatMap(({ peer }, at) => (funded.has(peer) ? [at] : [])),
    send(at: number) {
      for (const { buy } of crowd[at]?.wires ?? []) buy.take(16_384);
    },
  };
};

describe('channels before the first block', () => {
  it('are opened at once for a few sellers, and for whoever has sent something', () => {
    expect(stand([0]).funded()).toEqual([0]);
    expect(stand([0, 0, 0]).funded()).toEqual([0, 1, 2]);
    expect(stand([0, 0, 0, 0]).funded()).toEqual([0]);
    expect(stand([0, 0, 0, 0, MIB, 0, MIB]).funded()).toEqual([0, 4, 6]);
  });

  it('make room for others as blocks come', () => {
    const { send, considerAll, funded } = stand([0, 0, 0, 0, 0, 0]);
    expect(funded()).toEqual([0]);
    send(5);
    considerAll();
    expect(funded()).toEqual([0, 5]);
    send(0);
    considerAll();
    expect(funded()).toEqual([0, 1, 5]);
  });

  it('come to those that send nothing unpaid as well, one after the other', async () => {
    const { clock, funded, considerAll } = stand([0, 0, 0, 0]);
    await clock.advance(4_999);
    considerAll();
    expect(funded()).toEqual([0]);
    await clock.advance(1);
    expect(funded()).toEqual([0, 1]);
    considerAll();
    expect(funded()).toEqual([0, 1]);
    await clock.advance(10_000);
    expect(funded()).toEqual([0, 1, 2, 3]);
  });

  it('come more and more seldom to those that send nothing while others send', async () => {
    const { clock, funded } = stand([MIB, 0, 0, 0, 0, 0, 0]);
    expect(funded()).toEqual([0, 1]);
    const found: number[] = [];
    for (let s = 5; s <= 75; s += 5) {
      await clock.advance(5_000);
      if (funded().length > 2 + found.length) found.push(s);
    }
    expect(found).toEqual([5, 15, 35, 75]);
  });

  it('come in time again when nobody sends any more', async () => {
    const { clock, crowd, funded, considerAll } = stand([MIB, 0, 0, 0, 0, 0, 0]);
    await clock.advance(35_000);
    expect(funded()).toEqual([0, 1, 2, 3, 4]);
    const [sender] = crowd;
    for (const wire of sender?.wires ?? []) wire.torrent.wires.delete(wire);
    considerAll();
    await clock.advance(5_000);
    expect(funded()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('are nobody’s turn that has left meanwhile', async () => {
    const { clock, crowd, funded } = stand([0, 0, 0, 0, 0]);
    crowd[1]?.wires.clear();
    await clock.advance(5_000);
    expect(funded()).toEqual([0, 2]);
  });
});
