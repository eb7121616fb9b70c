import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advancePaidPieces, noPaidPieces, type PaidPieces } from './paid-pieces.ts';
import { hasPiece } from './pieces.ts';

const sizes = { length: 950, pieceLength: 100, pieceCount: 10 };
const holding = (...pieces: number[]): Uint8Array => {
  const field = new Uint8Array(2);
  for (const piece of pieces) field[piece >> 3] = (field[piece >> 3] ?? 0) | (0x80 >> (piece & 7));
  return field;
};
const paidOf = (state: PaidPieces): number[] =>
  Array.from({ length: sizes.pieceCount }, (_, piece) => piece).filter((piece) =>
    hasPiece(state.paid, piece),
  );

describe('advancePaidPieces', () => {
  it('lays payments over pieces in the order of their arrival', () => {
    let state = noPaidPieces(sizes.pieceCount);
    state = advancePaidPieces(state, holding(7), 0, sizes);
    state = advancePaidPieces(state, holding(7, 2), 100, sizes);
    expect(paidOf(state)).toEqual([7]);
    state = advancePaidPieces(state, holding(7, 2), 199, sizes);
    expect(paidOf(state)).toEqual([7]);
    state = advancePaidPieces(state, holding(7, 2), 200, sizes);
    expect(paidOf(state)).toEqual([2, 7]);
  });

  it('takes what is held at first by index, and counts the short last piece as short', () => {
    const state = advancePaidPieces(noPaidPieces(10), holding(0, 9), 150, sizes);
    expect(paidOf(state)).toEqual([0, 9]);
  });

  it('leaves pieces from free peers unpaid', () => {
    const state = advancePaidPieces(noPaidPieces(10), holding(0, 1, 2), 0, sizes);
    expect(paidOf(state)).toEqual([]);
    expect(state.waiting).toEqual([0, 1, 2]);
  });

  it('never marks more bytes than were paid, nor a piece that is not held', () => {
    const step = fc.record({
      pieces: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 4 }),
      paid: fc.integer({ min: 0, max: 400 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        let state = noPaidPieces(10);
        let paidBytes = 0;
        const held = new Set<number>();
        for (const { pieces, paid } of steps) {
          for (const piece of pieces) held.add(piece);
          paidBytes += paid;
          state = advancePaidPieces(state, holding(...held), paidBytes, sizes);
          const marked = paidOf(state);
          const bytes = marked.reduce((sum, piece) => sum + (piece === 9 ? 50 : 100), 0);
          expect(bytes).toBe(state.coveredBytes);
          expect(bytes).toBeLessThanOrEqual(paidBytes);
          expect(marked.every((piece) => held.has(piece))).toBe(true);
          expect(marked.length + state.waiting.length).toBe(held.size);
        }
      }),
    );
  });
});
