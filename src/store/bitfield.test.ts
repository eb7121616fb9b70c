import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitfieldSize, firstClear, fullBitfield, hasBit, putBit } from './bitfield.ts';

describe('bitfield', () => {
  it('keeps a set of pieces like a Set does', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.array(fc.tuple(fc.nat(120), fc.boolean())),
        (pieces, steps) => {
          const bits = new Uint8Array(bitfieldSize(pieces));
          const reference = new Set<number>();
          for (const [index, on] of steps) {
            const fits = index < bits.length * 8;
            const changes = fits && reference.has(index) !== on;
            expect(putBit(bits, index, on)).toBe(changes);
            if (changes && on) reference.add(index);
            if (changes && !on) reference.delete(index);
          }
          for (let index = 0; index < 130; index += 1) {
            expect(hasBit(bits, index)).toBe(reference.has(index));
          }
        },
      ),
    );
  });

  it('fills exactly the bits of the pieces', () => {
    fc.assert(
      fc.property(fc.nat(100), (pieces) => {
        const bits = fullBitfield(pieces);
        expect(bits.length).toBe(bitfieldSize(pieces));
        for (let index = 0; index < bits.length * 8; index += 1) {
          expect(hasBit(bits, index)).toBe(index < pieces);
        }
      }),
    );
  });

  it('puts the first piece into the most significant bit', () => {
    const bits = new Uint8Array(2);
    putBit(bits, 0, true);
    putBit(bits, 15, true);
    expect([...bits]).toEqual([0x80, 0x01]);
  });

  it('finds where a held run ends', () => {
    const bits = fullBitfield(20);
    putBit(bits, 7, false);
    expect(firstClear(bits, 0, 20)).toBe(7);
    expect(firstClear(bits, 8, 20)).toBe(20);
    expect(firstClear(bits, 7, 20)).toBe(7);
    expect(firstClear(bits, 0, 3)).toBe(3);
  });
});
