import {
  DUST,
  LOCK_TIME_THRESHOLD,
  MAX_SATOSHI,
  MAX_SCRIPT_BYTES,
  MAX_TX_BYTES,
  MIN_TX_BYTES,
  feeFor,
} from './policy.ts';
import { isData, isPushOnly } from './scripts.ts';
import {
  FINAL_SEQUENCE,
  NULL_TXID,
  outpoint,
  type TxBody,
  type Tx,
  type TxOutput,
} from './transaction.ts';

/** ARC's error codes that a ledger can give; see its OpenAPI description. */
export type RefusalCode = 460 | 461 | 462 | 463 | 464 | 465 | 466 | 473 | 474;

export interface Refusal {
  readonly code: RefusalCode;
  readonly reason: string;
  /** Ids of transactions that spent the same outputs first. */
  readonly competing?: readonly string[];
}

export const refuse = (code: RefusalCode, reason: string): Refusal => ({ code, reason });

const checkOutputs = (outputs: readonly TxOutput[]): Refusal | undefined => {
  let total = 0;
  for (const [index, { satoshis, script }] of outputs.entries()) {
    if (script.length > MAX_SCRIPT_BYTES) return refuse(464, `output ${index}: script is too long`);
    const data = isData(script);
    if (data ? satoshis !== 0 : satoshis < DUST || satoshis > MAX_SATOSHI) {
      return refuse(464, `output ${index}: ${satoshis} satoshis is invalid`);
    }
    total += satoshis;
  }
  return total > MAX_SATOSHI ? refuse(464, 'output total satoshis is too high') : undefined;
};

const checkInputs = (tx: Tx): Refusal | undefined => {
  const seen = new Set<string>();
  for (const [index, input] of tx.inputs.entries()) {
    if (input.txid === NULL_TXID) return refuse(462, `input ${index} is a coinbase input`);
    const name = outpoint(input.txid, input.vout);
    if (seen.has(name)) return refuse(462, `input ${index} repeats outpoint ${name}`);
    seen.add(name);
  }
  return undefined;
};

/** Everything that can be said of a transaction without knowing what it spends. */
export const checkShape = (tx: Tx): Refusal | undefined => {
  if (tx.inputs.length === 0 || tx.outputs.length === 0) {
    return refuse(462, 'transaction has no inputs or outputs');
  }
  if (tx.raw.length > MAX_TX_BYTES) return refuse(474, 'transaction is too large');
  const fault = checkInputs(tx) ?? checkOutputs(tx.outputs);
  if (fault !== undefined) return fault;
  if (tx.raw.length < MIN_TX_BYTES) return refuse(463, 'transaction is too small');
  if (tx.version < 1) return refuse(463, `version ${tx.version} is not standard`);
  for (const [index, { script }] of tx.inputs.entries()) {
    if (script.length > MAX_SCRIPT_BYTES) return refuse(463, `input ${index}: script is too long`);
    if (tx.version === 1 && !isPushOnly(script)) {
      return refuse(463, `input ${index}: unlocking script is not push only`);
    }
  }
  return undefined;
};

/** Amounts against each other and against the fee rate. */
export const checkFee = (
  tx: Tx,
  spent: readonly TxOutput[],
  satPerKb: number,
): Refusal | { readonly fee: number } => {
  const paidIn = spent.reduce((sum, { satoshis }) => sum + satoshis, 0);
  if (paidIn > MAX_SATOSHI) return refuse(462, 'input total satoshis is too high');
  const paidOut = tx.outputs.reduce((sum, { satoshis }) => sum + satoshis, 0);
  const fee = paidIn - paidOut;
  const least = feeFor(tx.raw.length, satPerKb);
  if (fee < least) {
    return refuse(
      465,
      `transaction fee is too low: minimum expected fee ${least}, actual fee ${fee}`,
    );
  }
  return { fee };
};

/**
 * Whether the next block could hold `tx`: all inputs final, or its lock time has passed, judged by
 * height or by the median time of the last eleven blocks (BIP-113).
 */
export const isFinal = (tx: TxBody, nextHeight: number, medianTime: number): boolean => {
  if (tx.lockTime === 0) return true;
  if (tx.inputs.every(({ sequence }) => sequence === FINAL_SEQUENCE)) return true;
  return tx.lockTime < (tx.lockTime < LOCK_TIME_THRESHOLD ? nextHeight : medianTime);
};
