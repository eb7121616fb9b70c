import { OP } from '@bsv/sdk';
import { fail, ok, type Result } from '../shared/result.ts';
import { satoshi, type Satoshi } from '../shared/units.ts';
import { concat, sameBytes, u32 } from './bytes.ts';
import type { Curve } from './curve.ts';
import { buildWithFee, feeFor, isFeeRate } from './fee.ts';
import {
  FINAL_SEQUENCE,
  WHOLE_SIGHASH,
  outpoint,
  preimage,
  type ChannelOutput,
} from './preimage.ts';
import { changeScript, parseChannelLockingScript } from './script.ts';
import {
  LONGEST_SIGNATURE,
  assembleTransaction,
  outputsBytes,
  type Payment,
  type Spending,
} from './spending.ts';
import { createUpdateVerifier } from './update.ts';

/** Most channels in one transaction: about 11 kB, and one payer that gets in the way delays no more than these. */
export const MAX_BATCH = 50;

/** The payee's best state of one channel. */
export interface SettleChannel extends ChannelOutput {
  readonly paid: Satoshi;
  /** The payer's update signature for `paid`, sighash byte included. */
  readonly payerSignature: Uint8Array;
  readonly payeePrivateKey: Uint8Array;
}

export interface SettlementRequest {
  readonly channels: readonly SettleChannel[];
  /** Where the payee wants its money. */
  readonly payoutScript: Uint8Array;
  readonly satoshisPerKb: number;
}

/** `0 <payer> <payee> 1`: the leading zero is OP_CHECKMULTISIG's, the last one takes the OP_IF branch. */
const unlock = (payerSignature: Uint8Array, payeeSignature: Uint8Array): Uint8Array =>
  concat(
    [OP.OP_0, payerSignature.length],
    payerSignature,
    [payeeSignature.length],
    payeeSignature,
    [OP.OP_1],
  );

/** Checks one channel's state and gives the payer's change output. */
const changeOf = (curve: Curve, channel: SettleChannel): Result<Payment> => {
  const name = `${channel.fundingTxid}:${channel.vout}`;
  const terms = parseChannelLockingScript(channel.lockingScript);
  if (!terms.ok) return terms;
  const { payerKey, payeeKey } = terms.value;
  if (!sameBytes(curve.publicKey(channel.payeePrivateKey), payeeKey)) {
    return fail('bad-input', `The key is not the one of the payee of channel ${name}.`);
  }
  if (!createUpdateVerifier(curve, channel).verify(channel.paid, channel.payerSignature)) {
    return fail('bad-signature', `The stored update of channel ${name} is not valid.`);
  }
  return ok({ satoshis: channel.capacity - channel.paid, script: changeScript(payerKey) });
};

const changesOf = (curve: Curve, channels: readonly SettleChannel[]): Result<Payment[]> => {
  const changes: Payment[] = [];
  for (const channel of channels) {
    const change = changeOf(curve, channel);
    if (!change.ok) return change;
    changes.push(change.value);
  }
  return ok(changes);
};

const signWhole = (
  curve: Curve,
  channels: readonly SettleChannel[],
  payments: readonly Payment[],
): Uint8Array[] => {
  const fields = {
    hashPrevouts: curve.hash256(concat(...channels.map(outpoint))),
    hashSequence: curve.hash256(concat(...channels.map(() => u32(FINAL_SEQUENCE)))),
    sequence: FINAL_SEQUENCE,
    hashOutputs: curve.hash256(outputsBytes(payments)),
    lockTime: 0,
    sighash: WHOLE_SIGHASH,
  };
  return channels.map((channel) => {
    const digest = curve.hash256(preimage(channel, fields));
    return concat(curve.sign(digest, channel.payeePrivateKey), [WHOLE_SIGHASH]);
  });
};

/**
 * Closes 1 to {@link MAX_BATCH} channels in one final transaction: input i gives output i to its
 * payer as change, and the last output gives the payee all that was paid, less the fee.
 * @returns `bad-input` when the sum does not cover the fee (wait for more), a channel is listed
 * twice or is none, or the fee rate is absurd; `bad-signature` when an update does not verify.
 * @throws RangeError when a private key is no scalar of the curve.
 */
export const buildSettlement = (curve: Curve, request: SettlementRequest): Result<Spending> => {
  const { channels, payoutScript, satoshisPerKb } = request;
  if (channels.length < 1 || channels.length > MAX_BATCH) {
    return fail('bad-input', `A settlement closes 1 to ${MAX_BATCH} channels.`);
  }
  if (new Set(channels.map((one) => `${one.fundingTxid}:${one.vout}`)).size < channels.length) {
    return fail('bad-input', 'A channel is listed twice.');
  }
  if (!isFeeRate(satoshisPerKb)) return fail('bad-input', 'The fee rate is out of range.');
  const changes = changesOf(curve, channels);
  if (!changes.ok) return changes;

  const total = channels.reduce((sum, { paid }) => sum + paid, 0);
  const assemble = (payments: readonly Payment[], payeeSignatures: readonly Uint8Array[]) =>
    assembleTransaction({
      channels,
      unlocking: channels.map((channel, i) =>
        unlock(channel.payerSignature, payeeSignatures[i] ?? LONGEST_SIGNATURE),
      ),
      sequence: FINAL_SEQUENCE,
      payments,
      lockTime: 0,
    });
  const payments = (payout: number): Payment[] => [
    ...changes.value,
    { satoshis: payout, script: payoutScript },
  ];

  const maxSize = assemble(payments(total), []).rawTx.length;
  const maxFee = feeFor(maxSize, satoshisPerKb);
  if (total <= maxFee) {
    return fail(
      'bad-input',
      `Not worth settling yet: ${total} sat are owed and the fee is ${maxFee} sat.`,
    );
  }
  return ok(
    buildWithFee(maxSize, satoshisPerKb, (fee) => {
      const payout = satoshi(total - fee);
      const outputs = payments(payout);
      return { ...assemble(outputs, signWhole(curve, channels, outputs)), fee, payout };
    }),
  );
};
