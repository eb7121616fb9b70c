import { OP } from '@bsv/sdk';
import { fail, ok, type Result } from '../shared/result.ts';
import { satoshi } from '../shared/units.ts';
import { concat, sameBytes, u32 } from './bytes.ts';
import type { Curve } from './curve.ts';
import { buildWithFee, feeFor, isFeeRate } from './fee.ts';
import { WHOLE_SIGHASH, outpoint, preimage, type ChannelOutput } from './preimage.ts';
import { parseChannelLockingScript } from './script.ts';
import { LONGEST_SIGNATURE, assembleTransaction, outputsBytes, type Spending } from './spending.ts';

export interface RefundRequest extends ChannelOutput {
  readonly payerPrivateKey: Uint8Array;
  /** Where the payer wants its money. */
  readonly payoutScript: Uint8Array;
  readonly satoshisPerKb: number;
}

/** Not final, so that nLockTime counts. */
const REFUND_SEQUENCE = 0xfffffffe;
/** One lock time in four fits; that this many in a row do not will not happen. */
const GRIND_LIMIT = 4096;

/**
 * Whether the script can turn this digest h into the signature s = h + 1: the first byte must make s
 * 32 bytes, positive and low; the last one must be a script number that stays one byte when 1 is added.
 */
const isProvable = (digest: Uint8Array): boolean => {
  const first = digest[0] ?? 0;
  const last = digest[31] ?? 0;
  return first >= 0x01 && first <= 0x7e && last >= 0x01 && last <= 0x7e;
};

/** First lock time at or after `from` whose preimage the script can prove. */
const grind = (curve: Curve, from: number, preimageAt: (lockTime: number) => Uint8Array) => {
  for (let lockTime = from; lockTime < from + GRIND_LIMIT; lockTime += 1) {
    const message = preimageAt(lockTime);
    const digest = curve.hash256(message);
    if (isProvable(digest)) return { lockTime, message, digest };
  }
  throw new Error('no provable lock time within reach');
};

/** `<payer> <preimage> 0`: the zero takes the OP_ELSE branch. */
const unlock = (signature: Uint8Array, message: Uint8Array): Uint8Array =>
  concat(
    [signature.length],
    signature,
    [OP.OP_PUSHDATA2, message.length & 0xff, message.length >> 8],
    message,
    [OP.OP_0],
  );

/**
 * Takes the whole capacity back to the payer. The transaction is final once median time past has
 * gone by its nLockTime, a few seconds after T; until then nodes refuse it ({@link isFinal}).
 * @returns `bad-input` when the output is no channel, the key is not its payer's, the fee rate is
 * absurd, or the fee would eat everything.
 * @throws RangeError when the private key is no scalar of the curve.
 */
export const buildRefund = (curve: Curve, request: RefundRequest): Result<Spending> => {
  const { capacity, payerPrivateKey, payoutScript, satoshisPerKb } = request;
  const terms = parseChannelLockingScript(request.lockingScript);
  if (!terms.ok) return terms;
  if (!sameBytes(curve.publicKey(payerPrivateKey), terms.value.payerKey)) {
    return fail('bad-input', 'The key is not the one of the payer of this channel.');
  }
  if (!isFeeRate(satoshisPerKb)) return fail('bad-input', 'The fee rate is out of range.');

  const fields = {
    hashPrevouts: curve.hash256(outpoint(request)),
    hashSequence: curve.hash256(u32(REFUND_SEQUENCE)),
    sequence: REFUND_SEQUENCE,
    sighash: WHOLE_SIGHASH,
  };
  const build = (fee: number) => {
    const payments = [{ satoshis: capacity - fee, script: payoutScript }];
    const hashOutputs = curve.hash256(outputsBytes(payments));
    const found = grind(curve, terms.value.refundAt, (lockTime) =>
      preimage(request, { ...fields, hashOutputs, lockTime }),
    );
    const assemble = (signature: Uint8Array) =>
      assembleTransaction({
        channels: [request],
        unlocking: [unlock(signature, found.message)],
        sequence: REFUND_SEQUENCE,
        payments,
        lockTime: found.lockTime,
      });
    return { found, assemble };
  };

  const maxSize = build(0).assemble(LONGEST_SIGNATURE).rawTx.length;
  const maxFee = feeFor(maxSize, satoshisPerKb);
  if (capacity <= maxFee) {
    return fail('bad-input', `Not worth a refund: ${capacity} sat, and the fee is ${maxFee} sat.`);
  }
  return ok(
    buildWithFee(maxSize, satoshisPerKb, (fee) => {
      const { found, assemble } = build(fee);
      const signature = concat(curve.sign(found.digest, payerPrivateKey), [WHOLE_SIGHASH]);
      return { ...assemble(signature), fee, payout: satoshi(capacity - fee) };
    }),
  );
};
