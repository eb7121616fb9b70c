import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, decodeBencode, encodeBencode, type Bencoded } from './bencode.ts';

const { value } = fc.letrec<{ value: Bencoded }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.maxSafeInteger(),
    fc.uint8Array({ maxLength: 20 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .uniqueArray(fc.tuple(fc.string({ unit: 'binary-ascii', maxLength: 6 }), tie('value')), {
        selector: ([key]) => key,
        maxLength: 4,
      })
      .map((entries) => new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1)))),
  ),
}));

describe('bencode', () => {
  it('decodes what it encodes', () => {
    fc.assert(
      fc.property(value, (original) => {
        expect(decodeBencode(encodeBencode(original))).toEqual(original);
      }),
    );
  });

  it('answers any bytes with a value or null', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => {
        const decoded = decodeBencode(noise);
        if (decoded !== null) expect(decodeBencode(encodeBencode(decoded))).toEqual(decoded);
      }),
    );
  });

  it.each([
    'i-0e',
    'i01e',
    'ie',
    'i1',
    '5:abc',
    'd1:ae',
    'di1ei2ee',
    'l',
    'i1ei2e',
    '-1:a',
    'i9007199254740993e',
    'l'.repeat(40) + 'e'.repeat(40),
  ])('refuses %s', (text) => {
    expect(decodeBencode(bytesOf(text))).toBeNull();
  });

  it('sorts keys by their bytes', () => {
    const dict = new Map<string, Bencoded>([
      ['b', 1],
      ['\xff', 2],
      ['a', 3],
    ]);
    expect(encodeBencode(dict)).toEqual(
      Uint8Array.from(
        [...'d1:ai3e1:bi1e1:'].map((char) => char.charCodeAt(0)).concat(0xff, ...bytesOf('i2ee')),
      ),
    );
  });
});
