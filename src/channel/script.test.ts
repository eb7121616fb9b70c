import { Curve, LockingScript, P2PKH, PrivateKey } from '@bsv/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../shared/hex.ts';
import { unwrap } from '../shared/result.ts';
import {
  MAX_REFUND_AT,
  MIN_REFUND_AT,
  changeScript,
  channelLockingScript,
  parseChannelLockingScript,
} from './script.ts';
import { TERMS, anyTerms, payer } from './testing/fixtures.ts';

describe('channel locking script', () => {
  it('is 231 bytes, and one more when the time needs a fifth byte', () => {
    expect(channelLockingScript(TERMS)).toHaveLength(231);
    expect(channelLockingScript({ ...TERMS, refundAt: 2 ** 31 - 1 })).toHaveLength(231);
    expect(channelLockingScript({ ...TERMS, refundAt: 2 ** 31 })).toHaveLength(232);
  });

  it('proves with the key d = 1/Gx, whose signatures with nonce 1 are s = h + 1', () => {
    const { n, g } = new Curve();
    const x = g.getX().umod(n);
    const d = new PrivateKey(x.invm(n).toHex(32), 'hex');
    const asm = LockingScript.fromBinary([...channelLockingScript(TERMS)]).toASM();
    expect(asm).toContain(`30440220${x.toHex(32)}0220 OP_SWAP`);
    expect(asm).toContain(`41 OP_CAT ${d.toPublicKey().toString()} OP_CHECKSIGVERIFY`);
  });

  it('reads back what was written', () => {
    fc.assert(
      fc.property(anyTerms, (terms) => {
        expect(unwrap(parseChannelLockingScript(channelLockingScript(terms)))).toEqual(terms);
      }),
    );
    for (const refundAt of [MIN_REFUND_AT, 2 ** 31 - 1, 2 ** 31, MAX_REFUND_AT]) {
      const script = channelLockingScript({ ...TERMS, refundAt });
      expect(unwrap(parseChannelLockingScript(script)).refundAt).toBe(refundAt);
    }
  });

  it('never reads a script as terms that would write another one', () => {
    const script = channelLockingScript(TERMS);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: script.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, flip) => {
          const changed = Uint8Array.from(script, (value, i) => (i === at ? value ^ flip : value));
          const read = parseChannelLockingScript(changed);
          if (read.ok) expect(toHex(channelLockingScript(read.value))).toBe(toHex(changed));
          else expect(read.error.code).toBe('bad-input');
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('refuses random bytes without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
        expect(parseChannelLockingScript(data).ok).toBe(false);
      }),
      { numRuns: 10_000 },
    );
  });

  it('refuses another opcode, another key at the end, a missing end and an appended byte', () => {
    const script = channelLockingScript(TERMS);
    const flip = (at: number, bits: number) =>
      Uint8Array.from(script, (old, i) => (i === at ? old ^ bits : old));
    const opIf = 0;
    const lastKey = script.length - 2 - 33;
    for (const bent of [
      flip(opIf, 0x07),
      flip(lastKey, 0x01),
      script.subarray(0, -1),
      Uint8Array.of(...script, 0x61),
    ]) {
      expect(parseChannelLockingScript(bent).ok).toBe(false);
    }
  });

  it('refuses a time that is padded, a height, or out of range', () => {
    const padded = channelLockingScript({ ...TERMS, refundAt: 2 ** 31 });
    const lateByte = padded.length - 38 - 2;
    expect(padded[lateByte]).toBe(0x80);
    expect(
      parseChannelLockingScript(Uint8Array.from(padded, (old, i) => (i === lateByte ? 0x70 : old)))
        .ok,
    ).toBe(false);
    for (const refundAt of [MIN_REFUND_AT - 1, MAX_REFUND_AT + 1, 1.8e9 + 0.5, Number.NaN]) {
      expect(() => channelLockingScript({ ...TERMS, refundAt })).toThrow(RangeError);
    }
  });

  it('refuses keys that are not compressed', () => {
    const uncompressed = Uint8Array.of(4, ...payer.publicKey.subarray(1));
    expect(() => channelLockingScript({ ...TERMS, payerKey: uncompressed })).toThrow(RangeError);
    expect(() => channelLockingScript({ ...TERMS, payeeKey: new Uint8Array(32) })).toThrow(
      RangeError,
    );
  });
});

describe('change script', () => {
  it('is P2PKH of the payer’s channel key', () => {
    const address = PrivateKey.fromHex(toHex(payer.privateKey)).toPublicKey().toAddress();
    expect(toHex(changeScript(payer.publicKey))).toBe(new P2PKH().lock(address).toHex());
  });
});
