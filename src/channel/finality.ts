import type { Transaction } from '@bsv/sdk';
import { FINAL_SEQUENCE } from './preimage.ts';
import { MIN_REFUND_AT } from './script.ts';

/**
 * Whether a block may hold the transaction (original nLockTime rules, restored by Genesis).
 * @param medianTimePast median of the last 11 block times, Unix seconds; lags the clock by an hour or more.
 * @param height height of the block that would hold it: the tip's plus one.
 */
export const isFinal = (
  tx: Pick<Transaction, 'inputs' | 'lockTime'>,
  medianTimePast: number,
  height: number,
): boolean => {
  if (tx.lockTime === 0) return true;
  if (tx.lockTime < (tx.lockTime < MIN_REFUND_AT ? height : medianTimePast)) return true;
  return tx.inputs.every(({ sequence }) => (sequence ?? FINAL_SEQUENCE) === FINAL_SEQUENCE);
};
