import type { Transaction } from '@bsv/sdk';
import { fail, ok, type Result } from '../shared/result.ts';
import { txId, type Satoshi } from '../shared/units.ts';
import { sameBytes } from './bytes.ts';
import { FINAL_SEQUENCE, TX_VERSION, type ChannelOutput } from './preimage.ts';
import { parseChannelLockingScript, type ChannelTerms } from './script.ts';

/** What the payee was told and what it derived itself. */
export interface ExpectedFunding extends ChannelTerms {
  readonly capacity: Satoshi;
}

const sameTerms = (a: ChannelTerms, b: ChannelTerms): boolean =>
  sameBytes(a.payerKey, b.payerKey) &&
  sameBytes(a.payeeKey, b.payeeKey) &&
  a.refundAt === b.refundAt;

/** Whether neither time nor height can keep the transaction out of the next block. */
const isFinalAtOnce = (tx: Transaction): boolean =>
  tx.lockTime === 0 ||
  tx.inputs.every(({ sequence }) => (sequence ?? FINAL_SEQUENCE) === FINAL_SEQUENCE);

/**
 * Checks a stranger's funding transaction against what its `open` message said: output `vout` is the
 * exact channel script with the exact value, and nothing keeps the transaction from being mined now.
 * Says nothing about its inputs: proofs, fees and broadcast are the caller's.
 * @returns the output to build updates on, or `bad-input`.
 */
export const checkFunding = (request: {
  readonly tx: Transaction;
  readonly vout: number;
  readonly expected: ExpectedFunding;
}): Result<ChannelOutput> => {
  const { tx, vout, expected } = request;
  const output = tx.outputs[vout];
  if (output === undefined) return fail('bad-input', 'The funding output does not exist.');
  if (tx.version !== TX_VERSION) {
    return fail('bad-input', 'The funding transaction is not of version 1.');
  }
  if (!isFinalAtOnce(tx))
    return fail('bad-input', 'The funding transaction is locked until later.');
  if (output.satoshis !== expected.capacity) {
    return fail('bad-input', 'The funding output does not hold the announced capacity.');
  }
  const lockingScript = output.lockingScript.toUint8Array().slice();
  const terms = parseChannelLockingScript(lockingScript);
  if (!terms.ok) return terms;
  if (!sameTerms(terms.value, expected)) {
    return fail('bad-input', 'The funding output holds another channel than the announced one.');
  }
  return ok({ fundingTxid: txId(tx.id('hex')), vout, lockingScript, capacity: expected.capacity });
};
