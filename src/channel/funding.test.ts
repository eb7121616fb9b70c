import { LockingScript, Transaction } from '@bsv/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../shared/hex.ts';
import { unwrap } from '../shared/result.ts';
import { satoshi } from '../shared/units.ts';
import { checkFunding } from './funding.ts';
import { channelLockingScript } from './script.ts';
import { CAPACITY, PAYOUT, TERMS, payee, stranger } from './testing/fixtures.ts';

const EXPECTED = { ...TERMS, capacity: CAPACITY };
const VOUT = 1;

const funding = (
  bend: {
    readonly script?: Uint8Array;
    readonly satoshis?: number;
    readonly version?: number;
    readonly lockTime?: number;
    readonly sequence?: number;
  } = {},
): Transaction => {
  const built = new Transaction(
    bend.version ?? 1,
    [
      {
        sourceTXID: 'ab'.repeat(32),
        sourceOutputIndex: 0,
        unlockingScript: LockingScript.fromBinary([0x51]),
        sequence: bend.sequence ?? 0xffffffff,
      },
    ],
    [
      { satoshis: 7, lockingScript: LockingScript.fromBinary([...PAYOUT]) },
      {
        satoshis: bend.satoshis ?? CAPACITY,
        lockingScript: LockingScript.fromBinary([...(bend.script ?? channelLockingScript(TERMS))]),
      },
    ],
    bend.lockTime ?? 0,
  );
  return Transaction.fromBinary(built.toUint8Array());
};

const refusal = (request: Parameters<typeof checkFunding>[0]): string => {
  const checked = checkFunding(request);
  if (checked.ok) throw new Error('was accepted');
  expect(checked.error.code).toBe('bad-input');
  return checked.error.message;
};

describe('checking a funding transaction', () => {
  it('gives the output to build updates on', () => {
    const tx = funding();
    const output = unwrap(checkFunding({ tx, vout: VOUT, expected: EXPECTED }));
    expect(output).toEqual({
      fundingTxid: tx.id('hex'),
      vout: VOUT,
      lockingScript: channelLockingScript(TERMS),
      capacity: CAPACITY,
    });
  });

  it.each([-1, 0.5, 2, 2 ** 32, Number.NaN])('refuses output %s, which does not exist', (vout) => {
    expect(refusal({ tx: funding(), vout, expected: EXPECTED })).toContain('does not exist');
  });

  it.each([CAPACITY - 1, CAPACITY + 1, 0])('refuses a value of %s', (satoshis) => {
    const tx = funding({ satoshis });
    expect(refusal({ tx, vout: VOUT, expected: EXPECTED })).toContain('capacity');
  });

  it('refuses other terms than the announced ones', () => {
    for (const other of [
      { ...TERMS, payerKey: stranger.publicKey },
      { ...TERMS, payeeKey: stranger.publicKey },
      { ...TERMS, refundAt: TERMS.refundAt - 1 },
      { ...TERMS, payerKey: payee.publicKey, payeeKey: TERMS.payerKey },
    ]) {
      const tx = funding({ script: channelLockingScript(other) });
      expect(refusal({ tx, vout: VOUT, expected: EXPECTED })).toContain('another channel');
    }
  });

  it('refuses an output that is no channel', () => {
    expect(
      refusal({ tx: funding(), vout: 0, expected: { ...EXPECTED, capacity: satoshi(7) } }),
    ).toContain('does not hold a payment channel');
  });

  it('refuses announced keys of the wrong shape as values', () => {
    const expected = { ...EXPECTED, payerKey: new Uint8Array(5), refundAt: Number.NaN };
    expect(refusal({ tx: funding(), vout: VOUT, expected })).toContain('another channel');
  });

  it('refuses a version whose id a third party may change', () => {
    expect(refusal({ tx: funding({ version: 2 }), vout: VOUT, expected: EXPECTED })).toContain(
      'version 1',
    );
  });

  it('refuses a lock time that counts, and takes one that does not', () => {
    const locked = funding({ lockTime: 2e9, sequence: 0xfffffffe });
    expect(refusal({ tx: locked, vout: VOUT, expected: EXPECTED })).toContain('locked');
    for (const tx of [funding({ lockTime: 2e9 }), funding({ sequence: 1 })]) {
      expect(checkFunding({ tx, vout: VOUT, expected: EXPECTED }).ok).toBe(true);
    }
  });

  it('never throws on arbitrary scripts and values', () => {
    const anyFunding = fc.record({
      script: fc.uint8Array({ maxLength: 300 }),
      satoshis: fc.integer({ min: 0, max: 21e14 }),
      version: fc.integer({ min: 0, max: 0xffffffff }),
    });
    fc.assert(
      fc.property(anyFunding, fc.integer(), (bend, vout) => {
        const checked = checkFunding({ tx: funding(bend), vout, expected: EXPECTED });
        expect(checked.ok).toBe(false);
        expect(toHex(bend.script)).not.toBe(toHex(channelLockingScript(TERMS)));
      }),
    );
  });
});
