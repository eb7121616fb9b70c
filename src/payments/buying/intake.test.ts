import { describe, expect, it } from 'vitest';
import { BLOCK_LENGTH, identityKey, infoHash, satPerMiB, wireId } from '../../shared/units.ts';
import { createSteppedClock } from '../testing/stepped-clock.ts';
import { createRegistry } from '../wires/registry.ts';
import { newPayerAccount, type PayerAccount } from './account.ts';
import { createIntake } from './intake.ts';

const HASH = infoHash('ab'.repeat(20));

/** Two payees with a wire each, and who was looked at since the last question. */
const scene = () => {
  const registry = createRegistry();
  const torrent = registry.torrent(HASH);
  torrent.pieceLength = 2 * BLOCK_LENGTH;
  torrent.verified = new Uint8Array(1);
  const accounts = new Map<number, PayerAccount>();
  for (const id of [1, 2]) {
    const opened = {
      wire: wireId(id),
      infoHash: HASH,
      ourPeerId: new Uint8Array(20),
      theirPeerId: new Uint8Array(20),
      ourNonce: new Uint8Array(16),
      theirHello: new Uint8Array(0),
    };
    registry.open(opened, null).buy.set(satPerMiB(100), 0);
    accounts.set(id, newPayerAccount(identityKey(`02${`0${id}`.repeat(32)}`), 0));
  }
  let woken: number[] = [];
  const dropped: number[] = [];
  const intake = createIntake(
    { registry, clock: createSteppedClock(), drop: (wire) => dropped.push(wire) },
    {
      accountOf: ({ id }) => accounts.get(id) ?? null,
      accounts: () => accounts.values(),
      wake: (one) => {
        for (const [id, account] of accounts) if (account === one) woken.push(id);
      },
    },
  );
  return {
    comes: (wire: number, piece: number, block: number) =>
      intake.received({
        rows: Uint32Array.of(wire, piece, block * BLOCK_LENGTH, BLOCK_LENGTH),
      }),
    checked: (piece: number, good: boolean, wires: number[]) =>
      intake.checked({ infoHash: HASH, piece, good, wires: wires.map(wireId) }),
    looks: () => {
      const seen = woken;
      woken = [];
      return seen;
    },
    dropped,
  };
};

describe('what came over the wires', () => {
  it('has those looked at that a checked piece came from, and no others', () => {
    const { comes, checked, looks } = scene();
    comes(1, 0, 0);
    comes(2, 1, 0);
    expect(looks()).toEqual([1, 2]);
    checked(0, true, [1]);
    expect(looks()).toEqual([1]);
    checked(1, true, [2]);
    expect(looks()).toEqual([2]);
    checked(1, true, [2]);
    expect(looks()).toEqual([]);
  });

  it('has a payee looked at that a conviction of somebody else acquits', () => {
    const { comes, checked, looks, dropped } = scene();
    comes(1, 0, 0);
    comes(2, 0, 1);
    checked(0, false, [1, 2]);
    looks();
    comes(2, 1, 0);
    looks();
    checked(1, false, [2]);
    expect(looks()).toEqual([1, 2]);
    expect(dropped).toEqual([2]);
  });
});
