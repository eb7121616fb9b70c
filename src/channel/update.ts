import { unwrap } from '../shared/result.ts';
import { satoshi, type Satoshi } from '../shared/units.ts';
import { concat, sameBytes, writeU64 } from './bytes.ts';
import type { Curve } from './curve.ts';
import {
  FINAL_SEQUENCE,
  HASH_OUTPUTS_FROM_END,
  NO_HASH,
  UPDATE_SIGHASH,
  outputBytes,
  preimage,
  type ChannelOutput,
} from './preimage.ts';
import { changeScript, parseChannelLockingScript } from './script.ts';

/** Longest update signature: DER and the sighash byte. */
export const MAX_UPDATE_SIGNATURE = 72;

/** Payer's side of the hot path. */
export interface UpdateSigner {
  /**
   * Signs "`paid` satoshi in all are the payee's": DER, low S, and the byte 0xC3; at most
   * {@link MAX_UPDATE_SIGNATURE} bytes. The same `paid` gives the same bytes.
   * @throws RangeError unless at least 1 satoshi of the capacity stays with the payer.
   */
  sign(paid: Satoshi): Uint8Array;
}

/** Payee's side of the hot path. */
export interface UpdateVerifier {
  /** Whether `signature` entitles the payee to `paid`. False, never a throw, on any input. */
  verify(paid: number, signature: Uint8Array): boolean;
}

/** Most that a channel can pay: the payer's change keeps 1 satoshi, since an output must hold something. */
export const maxPaid = (capacity: Satoshi): Satoshi => satoshi(Math.max(0, capacity - 1));

const isPayable = (paid: number, capacity: Satoshi): boolean =>
  Number.isSafeInteger(paid) && paid >= 0 && paid < capacity;

/** Digest of the update that pays `paid`. Only the change and its hash differ between updates. */
const createDigester = (curve: Curve, output: ChannelOutput, payerKey: Uint8Array) => {
  const change = outputBytes(0, changeScript(payerKey));
  const message = preimage(output, {
    hashPrevouts: NO_HASH,
    hashSequence: NO_HASH,
    sequence: FINAL_SEQUENCE,
    hashOutputs: NO_HASH,
    lockTime: 0,
    sighash: UPDATE_SIGHASH,
  });
  const hashOutputsAt = message.length - HASH_OUTPUTS_FROM_END;
  return (paid: number): Uint8Array => {
    writeU64(change, 0, output.capacity - paid);
    message.set(curve.hash256(change), hashOutputsAt);
    return curve.hash256(message);
  };
};

/**
 * Makes the payer's signer of one channel.
 * @throws FailureError `bad-input` unless `output` holds a channel.
 * @throws RangeError unless `privateKey` is the one of its payer.
 */
export const createUpdateSigner = (
  curve: Curve,
  output: ChannelOutput,
  privateKey: Uint8Array,
): UpdateSigner => {
  const { payerKey } = unwrap(parseChannelLockingScript(output.lockingScript));
  if (!sameBytes(curve.publicKey(privateKey), payerKey)) {
    throw new RangeError('the key is not the one of the payer of this channel');
  }
  const digest = createDigester(curve, output, payerKey);
  return {
    sign: (paid) => {
      if (!isPayable(paid, output.capacity)) throw new RangeError('more than the channel can pay');
      return concat(curve.sign(digest(paid), privateKey), [UPDATE_SIGHASH]);
    },
  };
};

/**
 * Makes the payee's verifier of one channel.
 * @throws FailureError `bad-input` unless `output` holds a channel ({@link checkFunding} has seen to that).
 */
export const createUpdateVerifier = (curve: Curve, output: ChannelOutput): UpdateVerifier => {
  const { payerKey } = unwrap(parseChannelLockingScript(output.lockingScript));
  const digest = createDigester(curve, output, payerKey);
  return {
    verify: (paid, signature) =>
      isPayable(paid, output.capacity) &&
      signature.length <= MAX_UPDATE_SIGNATURE &&
      signature.at(-1) === UPDATE_SIGHASH &&
      curve.verify(digest(paid), signature.subarray(0, -1), payerKey),
  };
};
