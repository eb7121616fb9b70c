import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fullBitfield, hasBit } from './extent.ts';
import { MAX_COUNTED_BITS } from './limits.ts';
import { availabilityOf, rarestFirst } from './rarest.ts';

const COUNT = 20;
const peerOf = (pieces: readonly number[], count = COUNT) => {
  const buffer = new Uint8Array(Math.ceil(count / 8));
  for (const piece of pieces)
    buffer[piece >> 3] = (buffer[piece >> 3] ?? 0) | (0x80 >> (piece & 7));
  return { buffer, get: (at: number) => hasBit(buffer, at) };
};
const seeder = { buffer: fullBitfield(COUNT), get: (at: number) => at < COUNT };
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);
const nothing = { isHeld: () => false, isBegun: () => false, origin: 0, count: COUNT };

const order = (
  peers: Parameters<typeof availabilityOf>[0],
  request: Partial<Parameters<typeof rarestFirst>[1]> = {},
): number[] | null => {
  const known = availabilityOf(peers, COUNT);
  const all = { ...nothing, ranges: [{ from: 0, to: COUNT - 1 }], ...request };
  return known && rarestFirst(known, all).flatMap(({ from, to }) => range(from, to));
};

describe('the rarest pieces', () => {
  it('are not looked for where all is equally rare: it is fetched in order then', () => {
    expect(order([])).toBeNull();
    expect(order([seeder, seeder])).toBeNull();
    expect(order([seeder, peerOf([])])).toBeNull();
    const haveAll = { buffer: new Uint8Array(), get: () => true };
    const silent = { buffer: new Uint8Array(), get: () => false };
    expect(order([haveAll, silent])).toBeNull();
  });

  it('come before those that more peers have, and in order among themselves', () => {
    const peers = [seeder, peerOf(range(0, 9)), peerOf(range(0, 4))];
    expect(order(peers)).toEqual([...range(10, 19), ...range(5, 9), ...range(0, 4)]);
  });

  it('are others for another node, that both have something to sell', () => {
    const peers = [seeder, peerOf(range(0, 9))];
    expect(order(peers, { origin: 0.75, count: 5 })).toEqual(range(15, 19));
    expect(order(peers, { origin: 0, count: 5 })).toEqual(range(10, 14));
  });

  it('wait behind what was begun, which is bought in part', () => {
    const begun = new Set([3, 17]);
    const isBegun = (piece: number): boolean => begun.has(piece);
    const found = order([seeder, peerOf(range(0, 9))], { isBegun, count: 4 });
    expect(found).toEqual([3, 17, 10, 11]);
  });

  it('are had by somebody', () => {
    const peers = [peerOf(range(4, 9)), peerOf(range(4, 6))];
    expect(order(peers)).toEqual([7, 8, 9, 4, 5, 6]);
  });

  it('of a later range come once the ranges before are done with', () => {
    const peers = [seeder, peerOf([11])];
    const ranges = [
      { from: 10, to: 12 },
      { from: 0, to: 19 },
    ];
    expect(order(peers, { ranges, count: 5 })).toEqual([10, 12, 11, 0, 1]);
  });

  it('are missing, once each, no more than asked for, and none rarer is left out', () => {
    const some = fc.uniqueArray(fc.nat(COUNT - 1));
    fc.assert(
      fc.property(
        fc.array(some, { maxLength: 5 }),
        some,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.nat(COUNT),
        (partial, held, origin, count) => {
          const peers = [seeder, ...partial.map((pieces) => peerOf(pieces))];
          const isHeld = (piece: number): boolean => held.includes(piece);
          const found = order(peers, { origin, count, isHeld });
          if (found === null) return;
          const rarity = (piece: number): number => peers.filter((peer) => peer.get(piece)).length;
          const missing = range(0, COUNT - 1).filter((piece) => !isHeld(piece));
          expect(found).toHaveLength(Math.min(count, missing.length));
          expect(new Set(found).size).toBe(found.length);
          expect(found.some(isHeld)).toBe(false);
          expect(found.map(rarity)).toEqual(
            missing
              .map(rarity)
              .sort((a, b) => a - b)
              .slice(0, found.length),
          );
        },
      ),
    );
  });

  it('are told by some peers where there are too many bits for all', () => {
    const many = 1 << 20;
    const rest = Array.from({ length: 40 }, (_, at) => peerOf([at], many));
    const known = availabilityOf(rest, many);
    const bits = known?.counts.reduce((sum, count) => sum + count, 0);
    expect(bits).toBe(MAX_COUNTED_BITS / many);
    // Who was not counted may have what nobody else has.
    expect(known?.isSeeded).toBe(true);
  });
});
