import type { Transaction } from '@bsv/sdk';
import { concat, u32 } from '../bytes.ts';
import { FINAL_SEQUENCE, WHOLE_SIGHASH, outpoint, preimage } from '../preimage.ts';
import { assembleTransaction, outputsBytes, type Payment } from '../spending.ts';
import { CHANNEL, PAYOUT, REFUND_AT, curve, payee, payer } from './fixtures.ts';

/** Hand-made spends of one channel, honest by default, so that each test bends one thing. */

const OP_1 = 0x51;
const OP_PUSHDATA2 = 0x4d;

const push = (data: Uint8Array): Uint8Array =>
  data.length > 255
    ? concat([OP_PUSHDATA2, data.length & 0xff, data.length >> 8], data)
    : concat([data.length], data);

const refundOutputs = (fee: number): Payment[] => [
  { satoshis: CHANNEL.capacity - fee, script: PAYOUT },
];

/** Preimage of a whole-transaction signature over a spend of {@link CHANNEL}. */
export const wholePreimage = (
  payments: readonly Payment[],
  sequence: number,
  lockTime: number,
): Uint8Array =>
  preimage(CHANNEL, {
    hashPrevouts: curve.hash256(outpoint(CHANNEL)),
    hashSequence: curve.hash256(u32(sequence)),
    sequence,
    hashOutputs: curve.hash256(outputsBytes(payments)),
    lockTime,
    sighash: WHOLE_SIGHASH,
  });

const isProvable = (message: Uint8Array): boolean => {
  const [first = 0, ...rest] = curve.hash256(message);
  const last = rest.at(-1) ?? 0;
  return first > 0 && first < 0x7f && last > 0 && last < 0x7f;
};

/** A spend through the refund branch. The lock time is raised until the digest fits. */
export const attemptRefund = (bend: {
  readonly lockTime?: number;
  readonly sequence?: number;
  readonly privateKey?: Uint8Array;
  /** Shows the preimage of this lock time instead of the transaction's own. */
  readonly shownLockTime?: number;
  readonly fee?: number;
}): Transaction => {
  const { sequence = 0xfffffffe, privateKey = payer.privateKey } = bend;
  const payments = refundOutputs(bend.fee ?? 60);
  let lockTime = bend.lockTime ?? REFUND_AT;
  let shown = bend.shownLockTime ?? lockTime;
  while (!isProvable(wholePreimage(payments, sequence, shown))) {
    shown += 1;
    if (bend.shownLockTime === undefined) lockTime = shown;
  }
  const digest = curve.hash256(wholePreimage(payments, sequence, lockTime));
  const signature = concat(curve.sign(digest, privateKey), [WHOLE_SIGHASH]);
  const unlocking = concat(push(signature), push(wholePreimage(payments, sequence, shown)), [0]);
  return assembleTransaction({
    channels: [CHANNEL],
    unlocking: [unlocking],
    sequence,
    payments,
    lockTime,
  }).tx;
};

/** A refund with just this lock time: the fee is raised until the digest fits. */
export const attemptRefundAt = (lockTime: number): Transaction => {
  for (let fee = 60; ; fee += 1) {
    const tx = attemptRefund({ lockTime, fee });
    if (tx.lockTime === lockTime) return tx;
  }
};

/** A spend through the settlement branch with the given payer signature. */
export const attemptSettlement = (bend: {
  readonly payerSignature: Uint8Array;
  readonly payments: readonly Payment[];
  readonly privateKey?: Uint8Array;
  readonly sequence?: number;
}): Transaction => {
  const { payments, privateKey = payee.privateKey, sequence = FINAL_SEQUENCE } = bend;
  const digest = curve.hash256(wholePreimage(payments, sequence, 0));
  const signature = concat(curve.sign(digest, privateKey), [WHOLE_SIGHASH]);
  return assembleTransaction({
    channels: [CHANNEL],
    unlocking: [concat([0], push(bend.payerSignature), push(signature), [OP_1])],
    sequence,
    payments,
    lockTime: 0,
  }).tx;
};
