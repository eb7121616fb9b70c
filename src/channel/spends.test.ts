import { describe, expect, it } from 'vitest';
import { satoshi } from '../shared/units.ts';
import { concat } from './bytes.ts';
import { WHOLE_SIGHASH } from './preimage.ts';
import { changeScript } from './script.ts';
import {
  attemptRefund,
  attemptRefundAt,
  attemptSettlement,
  wholePreimage,
} from './testing/attempts.ts';
import {
  CAPACITY,
  CHANNEL,
  PAYOUT,
  REFUND_AT,
  curve,
  payee,
  payer,
  stranger,
} from './testing/fixtures.ts';
import { ACCEPTED, REFUSED, judge } from './testing/interpreters.ts';
import { createUpdateSigner } from './update.ts';

const signer = createUpdateSigner(curve, CHANNEL, payer.privateKey);
const PAID = satoshi(850);

/** Payer's change and payee's payout once `paid` is settled at a fee of 27 sat. */
const outputs = (paid: number, payout = paid - 27) => [
  { satoshis: CAPACITY - paid, script: changeScript(payer.publicKey) },
  { satoshis: payout, script: PAYOUT },
];
const settle = (bend: Partial<Parameters<typeof attemptSettlement>[0]>) =>
  judge(
    attemptSettlement({ payerSignature: signer.sign(PAID), payments: outputs(PAID), ...bend }),
    0,
    [CHANNEL],
  );
const refund = (bend: Parameters<typeof attemptRefund>[0]) =>
  judge(attemptRefund(bend), 0, [CHANNEL]);

describe('settling a channel', () => {
  it('takes both signatures', () => {
    expect(settle({})).toEqual(ACCEPTED);
  });

  it('leaves payout script, fee and further outputs to the payee', () => {
    const elsewhere = { satoshis: 400, script: changeScript(stranger.publicKey) };
    expect(settle({ payments: [...outputs(PAID, 300), elsewhere] })).toEqual(ACCEPTED);
  });

  it('is refused when the payee lowers the payer’s change', () => {
    expect(settle({ payments: outputs(PAID + 1) })).toEqual(REFUSED);
  });

  it('is refused when the payee sends the payer’s change elsewhere', () => {
    const [change, payout] = outputs(PAID);
    if (change === undefined || payout === undefined) throw new Error('two outputs');
    expect(settle({ payments: [{ ...change, script: PAYOUT }, payout] })).toEqual(REFUSED);
    expect(settle({ payments: [payout, change] })).toEqual(REFUSED);
  });

  it('is refused with a signature for another amount', () => {
    expect(settle({ payerSignature: signer.sign(satoshi(PAID - 1)) })).toEqual(REFUSED);
    expect(settle({ payments: outputs(PAID - 1) })).toEqual(REFUSED);
  });

  it('is refused when a third party holds an update but not the payee’s key', () => {
    expect(settle({ privateKey: stranger.privateKey })).toEqual(REFUSED);
  });

  it('is refused to the payer alone', () => {
    expect(settle({ privateKey: payer.privateKey })).toEqual(REFUSED);
  });

  it('is refused when the update carries another sighash type', () => {
    for (const type of [0x41, 0x43, 0xc1, 0xc2, 0x83]) {
      const payerSignature = concat(signer.sign(PAID).subarray(0, -1), [type]);
      expect(settle({ payerSignature })).toEqual(REFUSED);
    }
  });

  it('is refused with another sequence than the final one', () => {
    expect(settle({ sequence: 0xfffffffe })).toEqual(REFUSED);
  });

  it('is refused with the signatures of another channel', () => {
    const other = createUpdateSigner(curve, { ...CHANNEL, vout: 2 }, payer.privateKey);
    expect(settle({ payerSignature: other.sign(PAID) })).toEqual(REFUSED);
  });

  it('is refused when the payee signs twice', () => {
    const digest = curve.hash256(wholePreimage(outputs(PAID), 0xffffffff, 0));
    const payerSignature = concat(curve.sign(digest, payee.privateKey), [WHOLE_SIGHASH]);
    expect(settle({ payerSignature })).toEqual(REFUSED);
  });
});

describe('refunding a channel', () => {
  /** A lock time at which the digest fits, so that one off is exactly one off. */
  const fitting = attemptRefund({ lockTime: REFUND_AT }).lockTime;

  it('takes the payer alone from T on', () => {
    expect(refund({ lockTime: REFUND_AT })).toEqual(ACCEPTED);
    expect(refund({ lockTime: REFUND_AT + 1_000_000 })).toEqual(ACCEPTED);
    expect(refund({ lockTime: 2 ** 31 + 5 })).toEqual(ACCEPTED);
    expect(refund({ sequence: 0 })).toEqual(ACCEPTED);
  });

  it('is refused before T', () => {
    expect(refund({ lockTime: REFUND_AT - 5000 })).toEqual(REFUSED);
    expect(refund({ lockTime: 0 })).toEqual(REFUSED);
  });

  it('turns at T to the second', () => {
    expect(judge(attemptRefundAt(REFUND_AT - 1), 0, [CHANNEL])).toEqual(REFUSED);
    expect(judge(attemptRefundAt(REFUND_AT), 0, [CHANNEL])).toEqual(ACCEPTED);
    expect(judge(attemptRefundAt(REFUND_AT + 1), 0, [CHANNEL])).toEqual(ACCEPTED);
  });

  it('is refused with a final sequence, which would switch the lock time off', () => {
    expect(refund({ sequence: 0xffffffff })).toEqual(REFUSED);
  });

  it('is refused to the payee and to strangers', () => {
    expect(refund({ privateKey: payee.privateKey })).toEqual(REFUSED);
    expect(refund({ privateKey: stranger.privateKey })).toEqual(REFUSED);
  });

  it('is refused with the preimage of another transaction', () => {
    expect(refund({ lockTime: 0, shownLockTime: REFUND_AT })).toEqual(REFUSED);
    expect(refund({ lockTime: fitting - 1, shownLockTime: fitting })).toEqual(REFUSED);
    expect(refund({ lockTime: fitting, shownLockTime: fitting })).toEqual(ACCEPTED);
  });
});
