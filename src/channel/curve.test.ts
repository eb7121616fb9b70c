import { BigNumber, Curve as SdkCurve, Hash, PrivateKey, PublicKey, Signature } from '@bsv/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../shared/hex.ts';
import { isStrictDer } from './der.ts';
import { bytes32, curve, payer, stranger } from './testing/fixtures.ts';
import { nodeVerifies } from './testing/node-curve.ts';

const { n } = new SdkCurve();
const any32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const anyScalar = any32.filter((key) => {
  const scalar = new BigNumber([...key]);
  return !scalar.isZero() && scalar.lt(n);
});
const digestOf = (name: string) => bytes32(name);

/** The SDK hashes what it signs; the curve signs digests. */
const sdkSign = (message: Uint8Array, privateKey: Uint8Array) =>
  PrivateKey.fromHex(toHex(privateKey)).sign([...message]);
const sha256 = (message: Uint8Array) => Uint8Array.from(Hash.sha256([...message]));

describe('curve', () => {
  it('makes the keys and signatures of the SDK, byte by byte, and Node verifies them', () => {
    fc.assert(
      fc.property(anyScalar, fc.uint8Array({ maxLength: 80 }), (privateKey, message) => {
        const key = PrivateKey.fromHex(toHex(privateKey));
        const publicKey = curve.publicKey(privateKey);
        const signature = curve.sign(sha256(message), privateKey);
        expect(toHex(publicKey)).toBe(key.toPublicKey().toString());
        expect(toHex(signature)).toBe(sdkSign(message, privateKey).toDER('hex'));
        expect(isStrictDer(signature)).toBe(true);
        expect(curve.verify(sha256(message), signature, publicKey)).toBe(true);
        expect(nodeVerifies(message, signature, publicKey)).toBe(true);
        expect(
          PublicKey.fromString(toHex(publicKey)).verify(
            [...message],
            Signature.fromDER([...signature]),
          ),
        ).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('hashes twice', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (data) => {
        expect(toHex(curve.hash256(data))).toBe(toHex(Uint8Array.from(Hash.hash256([...data]))));
      }),
    );
  });

  it('refuses a signature with a high s', () => {
    const message = digestOf('message');
    const { r, s } = sdkSign(message, payer.privateKey);
    const high = new Signature(r, n.sub(s));
    const der = Uint8Array.from(high.toDER() as number[]);
    expect(PublicKey.fromString(toHex(payer.publicKey)).verify([...message], high)).toBe(true);
    expect(curve.verify(sha256(message), der, payer.publicKey)).toBe(false);
  });

  it('refuses another digest, another key and a key that is no point', () => {
    const digest = digestOf('a');
    const signature = curve.sign(digest, payer.privateKey);
    expect(curve.verify(digest, signature, payer.publicKey)).toBe(true);
    expect(curve.verify(digestOf('b'), signature, payer.publicKey)).toBe(false);
    expect(curve.verify(digest, signature, stranger.publicKey)).toBe(false);
    const noPoint = Uint8Array.of(2, ...new Uint8Array(31), 5);
    expect(curve.verify(digest, signature, noPoint)).toBe(false);
    expect(curve.verify(digest, signature, payer.publicKey.subarray(1))).toBe(false);
    expect(curve.verify(digest.subarray(1), signature, payer.publicKey)).toBe(false);
  });

  it('never throws while verifying garbage', () => {
    const garbage = fc.uint8Array({ maxLength: 100 });
    fc.assert(
      fc.property(garbage, garbage, garbage, (digest, der, key) => {
        expect(curve.verify(digest, der, key)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses private keys that are no scalar, and digests of another length', () => {
    const digest = digestOf('a');
    for (const bad of [
      new Uint8Array(32),
      Uint8Array.from(n.toArray('be', 32)),
      new Uint8Array(32).fill(0xff),
      payer.privateKey.subarray(1),
    ]) {
      expect(() => curve.publicKey(bad)).toThrow(RangeError);
      expect(() => curve.sign(digest, bad)).toThrow(RangeError);
    }
    expect(() => curve.sign(digest.subarray(1), payer.privateKey)).toThrow(RangeError);
  });
});

describe('strict DER', () => {
  const sequence = (...body: number[]) => Uint8Array.of(0x30, body.length, ...body);
  const integer = (...digits: number[]) => [0x02, digits.length, ...digits];

  it('takes minimal positive integers', () => {
    expect(isStrictDer(sequence(...integer(1), ...integer(0x7f)))).toBe(true);
    expect(isStrictDer(sequence(...integer(0, 0x80), ...integer(1)))).toBe(true);
  });

  it.each([
    ['a negative integer', sequence(...integer(0x80), ...integer(1))],
    ['padding', sequence(...integer(0, 0x7f), ...integer(1))],
    ['zero', sequence(...integer(0), ...integer(1))],
    ['an empty integer', sequence(...integer(), ...integer(1, 2))],
    [
      '33 digits without a sign byte',
      sequence(...integer(1, ...new Array<number>(32).fill(1)), ...integer(1)),
    ],
    ['a trailing byte', sequence(...integer(1), ...integer(1), 0)],
    ['another tag', Uint8Array.of(0x31, 6, ...integer(1), ...integer(1))],
    ['a wrong length', Uint8Array.of(0x30, 7, ...integer(1), ...integer(1))],
    ['a long-form length', Uint8Array.of(0x30, 0x81, 6, ...integer(1), ...integer(1))],
    ['nothing', new Uint8Array(0)],
  ])('refuses %s', (_, der) => {
    expect(isStrictDer(der)).toBe(false);
  });

  it('agrees with the SDK on what it takes', () => {
    const bent = fc
      .tuple(any32, fc.integer({ min: 0, max: 70 }), fc.integer({ min: 0, max: 255 }))
      .map(([digest, at, value]) =>
        curve.sign(digest, payer.privateKey).map((old, i) => (i === at ? value : old)),
      );
    fc.assert(
      fc.property(bent, (der) => {
        if (!isStrictDer(der)) return;
        expect(Signature.fromDER([...der]).toDER('hex')).toBe(toHex(der));
      }),
      { numRuns: 1000 },
    );
  });
});
