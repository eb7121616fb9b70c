import { Transaction } from '@bsv/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../shared/hex.ts';
import { unwrap } from '../shared/result.ts';
import { satoshi } from '../shared/units.ts';
import { feeFor } from './fee.ts';
import { isFinal } from './finality.ts';
import type { ChannelOutput } from './preimage.ts';
import { buildRefund } from './refund.ts';
import { MAX_REFUND_AT, channelLockingScript } from './script.ts';
import { CAPACITY, CHANNEL, PAYOUT, REFUND_AT, TERMS } from './testing/fixtures.ts';
import { channelOf, curve, payee, payer } from './testing/fixtures.ts';
import { ACCEPTED, judge } from './testing/interpreters.ts';

const refund = (output: ChannelOutput = CHANNEL, satoshisPerKb = 100, key = payer.privateKey) =>
  buildRefund(curve, {
    ...output,
    payerPrivateKey: key,
    payoutScript: PAYOUT,
    satoshisPerKb,
  });
const refusal = (...request: Parameters<typeof refund>) => {
  const built = refund(...request);
  if (built.ok) throw new Error('was built');
  return built.error;
};

describe('refund', () => {
  it('gives the payer everything but the fee, at T or moments later', () => {
    const built = unwrap(refund());
    const tx = Transaction.fromBinary(built.rawTx);
    expect(tx.id('hex')).toBe(built.txid);
    expect(tx.version).toBe(1);
    expect(tx.inputs[0]).toMatchObject({
      sourceTXID: CHANNEL.fundingTxid,
      sourceOutputIndex: CHANNEL.vout,
      sequence: 0xfffffffe,
    });
    expect(tx.outputs).toHaveLength(1);
    expect(tx.outputs[0]?.satoshis).toBe(CAPACITY - built.fee);
    expect(tx.outputs[0]?.lockingScript.toHex()).toBe(toHex(PAYOUT));
    expect(tx.lockTime).toBeGreaterThanOrEqual(REFUND_AT);
    expect(tx.lockTime).toBeLessThan(REFUND_AT + 200);
    expect(judge(tx, 0, [CHANNEL])).toEqual(ACCEPTED);
  });

  it('is valid for any funding, time and value, at the fee of its size', () => {
    const anyOutput = fc
      .record({
        name: fc.string(),
        capacity: fc.integer({ min: 10_000, max: 21e14 }),
        refundAt: fc.integer({ min: 1_700_000_000, max: MAX_REFUND_AT }),
      })
      .map(({ name, capacity, refundAt }) => ({
        ...channelOf(name, satoshi(capacity)),
        lockingScript: channelLockingScript({ ...TERMS, refundAt }),
      }));
    fc.assert(
      fc.property(anyOutput, fc.integer({ min: 0, max: 10_000 }), (output, rate) => {
        const { tx, rawTx, fee, payout } = unwrap(refund(output, rate));
        expect(fee + payout).toBe(output.capacity);
        expect(fee).toBeGreaterThanOrEqual(feeFor(rawTx.length, rate));
        expect(fee).toBeLessThanOrEqual(feeFor(rawTx.length + 4, rate));
        expect(judge(tx, 0, [output])).toEqual(ACCEPTED);
      }),
      { numRuns: 40 },
    );
  });

  it('comes out the same each time', () => {
    expect(unwrap(refund()).txid).toBe(unwrap(refund()).txid);
  });

  it('refuses when the fee would eat it, to the satoshi', () => {
    const { fee } = unwrap(refund());
    expect(refusal(channelOf('small', fee)).message).toContain('Not worth a refund');
    expect(unwrap(refund(channelOf('small', satoshi(fee + 1)))).payout).toBe(1);
    expect(refusal(channelOf('empty', satoshi(0)), 0).code).toBe('bad-input');
  });

  it('gives up on a hash that never fits', () => {
    const stuck = { ...curve, hash256: () => new Uint8Array(32) };
    const request = { ...CHANNEL, payerPrivateKey: payer.privateKey, payoutScript: PAYOUT };
    expect(() => buildRefund(stuck, { ...request, satoshisPerKb: 100 })).toThrow('lock time');
  });

  it('refuses a foreign key, a foreign script and an absurd fee rate', () => {
    expect(refusal(CHANNEL, 100, payee.privateKey).message).toContain('payer');
    expect(refusal({ ...CHANNEL, lockingScript: PAYOUT }).message).toContain('payment channel');
    expect(refusal(CHANNEL, Number.NaN).message).toContain('fee rate');
  });
});

describe('finality', () => {
  const { tx } = unwrap(refund());

  it('waits until median time past has gone by the lock time', () => {
    expect(isFinal(tx, tx.lockTime - 1, 900_000)).toBe(false);
    expect(isFinal(tx, tx.lockTime, 900_000)).toBe(false);
    expect(isFinal(tx, tx.lockTime + 1, 900_000)).toBe(true);
  });

  it('reads a small lock time as a height', () => {
    const at = (lockTime: number) => ({ inputs: tx.inputs, lockTime });
    expect(isFinal(at(900_000), 2e9, 900_000)).toBe(false);
    expect(isFinal(at(900_000), 2e9, 900_001)).toBe(true);
    expect(isFinal(at(499_999_999), 2e9, 900_000)).toBe(false);
    expect(isFinal(at(500_000_000), 2e9, 900_000)).toBe(true);
  });

  it('does not wait without a lock time or with final sequences', () => {
    expect(isFinal({ inputs: tx.inputs, lockTime: 0 }, 0, 0)).toBe(true);
    const final = tx.inputs.map((input) => ({ ...input, sequence: 0xffffffff }));
    expect(isFinal({ inputs: final, lockTime: tx.lockTime }, 0, 0)).toBe(true);
    expect(isFinal({ inputs: [...final, ...tx.inputs], lockTime: tx.lockTime }, 0, 0)).toBe(false);
  });
});
