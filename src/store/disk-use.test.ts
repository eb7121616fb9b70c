import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitfieldSize, putBit } from './bitfield.ts';
import { diskUse } from './disk-use.ts';
import { createLayout } from './layout.ts';

const use = (pieceLength: number, lengths: readonly number[], held: readonly number[]): number => {
  const files = lengths.map((length, at) => ({ path: `${at}`, length }));
  const layout = createLayout(
    pieceLength,
    lengths.reduce((sum, length) => sum + length, 0),
    files,
  );
  if (!layout) throw new Error('The lengths contradict each other.');
  const bits = new Uint8Array(bitfieldSize(layout.pieceCount));
  for (const piece of held) putBit(bits, piece, true);
  return diskUse(layout, files.length, bits);
};

describe('what a torrent takes on disk', () => {
  it('is nothing before the first piece, and all of it after the last', () => {
    expect(use(100, [250, 0, 150], [])).toBe(0);
    expect(use(100, [250, 0, 150], [0, 1, 2, 3])).toBe(400);
  });

  it('counts a file up to its last held byte, gaps too', () => {
    expect(use(100, [350], [3])).toBe(350);
    expect(use(100, [350], [1])).toBe(200);
    expect(use(100, [150, 200], [1])).toBe(150 + 50);
    expect(use(100, [150, 200], [0])).toBe(100);
  });

  it('agrees with writing the pieces into files', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.nat(90), { minLength: 1, maxLength: 8 }),
        fc.array(fc.nat(60), { maxLength: 20 }),
        (pieceLength, lengths, wanted) => {
          const length = lengths.reduce((sum, each) => sum + each, 0);
          const held = wanted.filter((piece) => piece * pieceLength < length);
          const sizes = lengths.map(() => 0);
          for (const piece of held) {
            const end = Math.min(length, (piece + 1) * pieceLength);
            for (let at = piece * pieceLength; at < end; at += 1) {
              let file = 0;
              let start = 0;
              while (at >= start + (lengths[file] ?? 0)) start += lengths[file++] ?? 0;
              sizes[file] = Math.max(sizes[file] ?? 0, at - start + 1);
            }
          }
          expect(use(pieceLength, lengths, held)).toBe(sizes.reduce((sum, each) => sum + each, 0));
        },
      ),
    );
  });
});
