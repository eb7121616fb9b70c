import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../shared/hex.ts';
import { satoshi } from '../shared/units.ts';
import { concat } from './bytes.ts';
import { WHOLE_SIGHASH } from './preimage.ts';
import { CAPACITY, CHANNEL, curve, payee, payer, stranger } from './testing/fixtures.ts';
import { anyPayment, channelOf } from './testing/fixtures.ts';
import {
  MAX_UPDATE_SIGNATURE,
  createUpdateSigner,
  createUpdateVerifier,
  maxPaid,
} from './update.ts';

const signer = createUpdateSigner(curve, CHANNEL, payer.privateKey);
const verifier = createUpdateVerifier(curve, CHANNEL);
const PAID = satoshi(17);
const SIGNATURE = signer.sign(PAID);

describe('updates', () => {
  it('verify for the amount that was signed and no other', () => {
    fc.assert(
      fc.property(anyPayment, fc.integer({ min: 1, max: 5 }), ({ capacity, paid }, off) => {
        const output = { ...CHANNEL, capacity };
        const signature = createUpdateSigner(curve, output, payer.privateKey).sign(paid);
        const { verify } = createUpdateVerifier(curve, output);
        expect(signature.length).toBeLessThanOrEqual(MAX_UPDATE_SIGNATURE);
        expect(signature.at(-1)).toBe(0xc3);
        expect(verify(paid, signature)).toBe(true);
        expect(verify(paid + off, signature)).toBe(false);
        expect(verify(paid - off, signature)).toBe(false);
      }),
    );
  });

  it('are the same bytes for the same amount, in any order', () => {
    const first = [0, 17, 34].map((paid) => toHex(signer.sign(satoshi(paid))));
    const again = [34, 17, 0].map((paid) => toHex(signer.sign(satoshi(paid))));
    expect(again.reverse()).toEqual(first);
    expect(new Set(first).size).toBe(3);
  });

  it('run from nothing up to all but one satoshi', () => {
    const most = maxPaid(CAPACITY);
    expect(most).toBe(CAPACITY - 1);
    expect(verifier.verify(0, signer.sign(satoshi(0)))).toBe(true);
    expect(verifier.verify(most, signer.sign(most))).toBe(true);
    expect(() => signer.sign(CAPACITY)).toThrow(RangeError);
    expect(maxPaid(satoshi(0))).toBe(0);
  });

  it('bind to the funding output', () => {
    for (const other of [
      channelOf('another funding'),
      { ...CHANNEL, vout: 2 },
      { ...CHANNEL, capacity: satoshi(CAPACITY + 1) },
    ]) {
      expect(createUpdateVerifier(curve, other).verify(PAID, SIGNATURE)).toBe(false);
    }
  });

  it('are signed by the payer’s key alone', () => {
    for (const { privateKey } of [payee, stranger]) {
      expect(() => createUpdateSigner(curve, CHANNEL, privateKey)).toThrow(RangeError);
    }
    const notChannel = { ...CHANNEL, lockingScript: Uint8Array.of(0x51) };
    expect(() => createUpdateSigner(curve, notChannel, payer.privateKey)).toThrow(
      'payment channel',
    );
    expect(() => createUpdateVerifier(curve, notChannel)).toThrow('payment channel');
  });
});

describe('verifying what a stranger sent', () => {
  it.each([Number.NaN, Infinity, -1, 0.5, CAPACITY, CAPACITY + 1, 2 ** 53, -0.1])(
    'refuses the amount %s',
    (paid) => {
      expect(verifier.verify(paid, SIGNATURE)).toBe(false);
    },
  );

  it('refuses every changed byte', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: SIGNATURE.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, flip) => {
          const bent = SIGNATURE.map((value, i) => (i === at ? value ^ flip : value));
          expect(verifier.verify(PAID, bent)).toBe(false);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('refuses cuts, additions and other sighash types', () => {
    for (let length = 0; length < SIGNATURE.length; length += 1) {
      expect(verifier.verify(PAID, SIGNATURE.subarray(0, length))).toBe(false);
    }
    const der = SIGNATURE.subarray(0, -1);
    expect(verifier.verify(PAID, concat(der, [0, 0xc3]))).toBe(false);
    expect(verifier.verify(PAID, concat(SIGNATURE, [0xc3]))).toBe(false);
    expect(verifier.verify(PAID, concat(der, [WHOLE_SIGHASH]))).toBe(false);
    expect(verifier.verify(PAID, der)).toBe(false);
    expect(verifier.verify(PAID, SIGNATURE)).toBe(true);
  });

  it('refuses random bytes without throwing', () => {
    const anyNumber = fc.oneof(fc.double(), fc.integer(), fc.constant(PAID));
    const bytes = fc.uint8Array({ maxLength: 200 });
    const typed = fc.uint8Array({ maxLength: 80 }).map((data) => concat(data, [0xc3]));
    fc.assert(
      fc.property(anyNumber, fc.oneof(bytes, typed), (paid, signature) => {
        expect(verifier.verify(paid, signature)).toBe(false);
      }),
      { numRuns: 5000 },
    );
  });
});
