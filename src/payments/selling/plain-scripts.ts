import type { Transaction, TransactionInput } from '@bsv/sdk';
import { parseChannelLockingScript } from '../../channel/script.ts';

/** A signature and a key, or two signatures, or one and a preimage: never more. */
const MAX_UNLOCKING = 2_048;

/** OP_DUP OP_HASH160 <20 bytes> OP_EQUALVERIFY OP_CHECKSIG */
const isPayToKeyHash = (script: Uint8Array): boolean =>
  script.length === 25 &&
  script[0] === 0x76 &&
  script[1] === 0xa9 &&
  script[2] === 0x14 &&
  script[23] === 0x88 &&
  script[24] === 0xac;

const isPlainInput = ({
  sourceTransaction,
  sourceOutputIndex,
  unlockingScript,
}: TransactionInput): boolean => {
  const locking = sourceTransaction?.outputs[sourceOutputIndex]?.lockingScript.toUint8Array();
  if (locking === undefined || unlockingScript === undefined) return false;
  if (unlockingScript.toUint8Array().length > MAX_UNLOCKING || !unlockingScript.isPushOnly()) {
    return false;
  }
  return isPayToKeyHash(locking) || parseChannelLockingScript(locking).ok;
};

/**
 * Whether every script that a check of `tx` runs is one of a kind that ends at once: a payment to a
 * key, or a channel of this protocol. A stranger may write scripts that take hours, and nobody has to
 * pay for those that are never mined. What a block holds is not run.
 */
export const hasPlainScripts = (tx: Transaction): boolean => {
  const seen = new Set<Transaction>();
  const waiting = [tx];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    if (seen.has(one) || one.merklePath !== undefined) continue;
    seen.add(one);
    if (!one.inputs.every(isPlainInput)) return false;
    for (const { sourceTransaction } of one.inputs) {
      if (sourceTransaction !== undefined) waiting.push(sourceTransaction);
    }
  }
  return true;
};
