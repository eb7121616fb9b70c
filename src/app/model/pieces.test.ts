import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileView } from '../testing/views.ts';
import { hasPiece, pieceRange, reducePieces, runsOf } from './pieces.ts';

const bits = (text: string): Uint8Array => {
  const field = new Uint8Array(Math.ceil(text.length / 8));
  [...text].forEach((bit, index) => {
    if (bit === '1') field[index >> 3] = (field[index >> 3] ?? 0) | (0x80 >> (index & 7));
  });
  return field;
};
const field = fc.array(fc.boolean(), { minLength: 1, maxLength: 2000 });
const asBits = (values: readonly boolean[]): Uint8Array =>
  bits(values.map((value) => (value ? '1' : '0')).join(''));

describe('hasPiece', () => {
  it('reads the most significant bit first, and nothing beyond the end', () => {
    const pieces = bits('1000000001');
    expect([0, 1, 8, 9, 10, 999].map((index) => hasPiece(pieces, index))).toEqual([
      true,
      false,
      false,
      true,
      false,
      false,
    ]);
  });
});

describe('pieceRange', () => {
  const files = [
    fileView({ index: 0, length: 150 }),
    fileView({ index: 1, length: 0 }),
    fileView({ index: 2, length: 50 }),
    fileView({ index: 3, length: 1 }),
  ];

  it('finds the pieces of a file, borders shared', () => {
    expect(pieceRange(files, 0, 100)).toEqual({ first: 0, end: 2 });
    expect(pieceRange(files, 1, 100)).toEqual({ first: 1, end: 1 });
    expect(pieceRange(files, 2, 100)).toEqual({ first: 1, end: 2 });
    expect(pieceRange(files, 3, 100)).toEqual({ first: 2, end: 3 });
  });

  it('is empty for a file that is not there', () => {
    expect(pieceRange(files, 9, 100)).toEqual({ first: 0, end: 0 });
  });
});

describe('reducePieces', () => {
  it('shows each piece when there is room', () => {
    const looks = reducePieces(bits('1101'), bits('1000'), { first: 0, end: 4 }, 100);
    expect(looks).toEqual(['paid', 'held', 'missing', 'held']);
  });

  it('is as good as the worst piece of a bucket', () => {
    const looks = reducePieces(bits('11101111'), bits('11100011'), { first: 0, end: 8 }, 4);
    expect(looks).toEqual(['paid', 'partial', 'held', 'paid']);
  });

  it('looks at its range alone', () => {
    expect(reducePieces(bits('0110'), bits('0000'), { first: 1, end: 3 }, 1)).toEqual(['held']);
    expect(reducePieces(bits('1'), bits('1'), { first: 0, end: 0 }, 10)).toEqual([]);
  });

  it('never shows a bucket as whole that lacks a piece, for any field and any number of buckets', () => {
    fc.assert(
      fc.property(field, fc.integer({ min: 1, max: 300 }), (values, buckets) => {
        const held = asBits(values);
        const looks = reducePieces(held, held, { first: 0, end: values.length }, buckets);
        expect(looks.length).toBe(Math.min(values.length, buckets));
        looks.forEach((look, bucket) => {
          const from = Math.floor((bucket * values.length) / looks.length);
          const to = Math.floor(((bucket + 1) * values.length) / looks.length);
          const part = values.slice(from, to);
          const all = part.every(Boolean);
          expect(look).toBe(all ? 'paid' : part.some(Boolean) ? 'partial' : 'missing');
        });
      }),
    );
  });
});

describe('runsOf', () => {
  it('joins equal neighbours and covers the whole without gaps', () => {
    expect(runsOf(['paid', 'paid', 'missing', 'held'])).toEqual([
      { look: 'paid', from: 0, to: 0.5 },
      { look: 'missing', from: 0.5, to: 0.75 },
      { look: 'held', from: 0.75, to: 1 },
    ]);
    expect(runsOf([])).toEqual([]);
  });
});
