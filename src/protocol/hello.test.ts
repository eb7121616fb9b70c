import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../shared/hex.ts';
import { unwrap } from '../shared/result.ts';
import { decodeHello, encodeHello } from './hello.ts';
import { HELLO_BYTES } from './limits.ts';
import type { Hello } from './messages.ts';
import { anyHello } from './testing/arbitraries.ts';
import { fromVector } from './testing/vectors.ts';

/** The parsed JSON of docs/vectors/`name`. */
const readVectors = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../docs/vectors/${name}`, import.meta.url), 'utf8'));

const VECTORS = readVectors('hello.json') as {
  name: string;
  hex: string;
  hello?: Record<string, unknown>;
  /** False where the hex holds more than this version writes. */
  encodes?: boolean;
}[];

describe('hello', { timeout: 60_000 }, () => {
  it.each(VECTORS)('vector: $name', ({ hex, hello, encodes }) => {
    const decoded = decodeHello(fromHex(hex));
    if (hello === undefined) {
      expect(decoded).toMatchObject({ ok: false, error: { code: 'protocol' } });
      return;
    }
    const expected = fromVector<Hello>(hello);
    expect(unwrap(decoded)).toEqual(expected);
    if (encodes !== false) expect(toHex(encodeHello(expected))).toBe(hex);
  });

  it('comes back as it was sent', () => {
    fc.assert(
      fc.property(anyHello, (hello) => {
        const data = encodeHello(hello);
        expect(data).toHaveLength(HELLO_BYTES);
        expect(unwrap(decodeHello(data))).toEqual(hello);
      }),
    );
  });

  it('survives random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
        const result = decodeHello(data);
        expect(result.ok || result.error.code === 'protocol').toBe(true);
      }),
      { numRuns: 10_000 },
    );
  });

  it.each([
    ['version 0', { version: 0 }],
    ['a short nonce', { nonce: new Uint8Array(15) }],
    ['an uncompressed key', { identity: new Uint8Array(65).fill(4) }],
  ])('is not sent with %s', (_name, change) => {
    const hello = { version: 1, network: 1, identity: new Uint8Array(33).fill(2) };
    const complete = { ...hello, nonce: new Uint8Array(16) };
    expect(encodeHello(complete)).toHaveLength(HELLO_BYTES);
    expect(() => encodeHello({ ...complete, ...change })).toThrow(RangeError);
  });
});
