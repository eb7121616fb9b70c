import { LockingScript, Spend, UnlockingScript, type Transaction } from '@bsv/sdk';
import { createVirtualMachineBCH2023, decodeTransactionBCH } from '@bitauth/libauth';
import type { ChannelOutput } from '../preimage.ts';

/** Rules that miners apply to a version-1 transaction after Genesis. */
const STRICT = [
  ...['STRICTENC', 'DERSIG', 'LOW_S', 'NULLDUMMY', 'NULLFAIL', 'MINIMALDATA', 'MINIMALIF'],
  ...['CLEANSTACK', 'SIGPUSHONLY', 'SIGHASH_FORKID', 'GENESIS', 'UTXO_AFTER_GENESIS'],
];
const CHRONICLE = [...STRICT, 'UTXO_AFTER_CHRONICLE'];

/** What each interpreter thinks of one input. */
export interface Verdicts {
  readonly sdk: boolean;
  readonly strict: boolean;
  readonly chronicle: boolean;
  /** Another implementation: libauth's machine for the BCH rules of 2023, same opcodes and digest. */
  readonly independent: boolean;
}

export const ACCEPTED: Verdicts = { sdk: true, strict: true, chronicle: true, independent: true };
export const REFUSED: Verdicts = {
  sdk: false,
  strict: false,
  chronicle: false,
  independent: false,
};

const runSpend = (
  tx: Transaction,
  index: number,
  source: ChannelOutput,
  flags: readonly string[] | undefined,
): boolean => {
  const input = tx.inputs[index];
  if (input?.unlockingScript === undefined) throw new Error('unsigned input');
  const spend = new Spend({
    sourceTXID: source.fundingTxid,
    sourceOutputIndex: source.vout,
    sourceSatoshis: source.capacity,
    lockingScript: LockingScript.fromBinary([...source.lockingScript]),
    transactionVersion: tx.version,
    otherInputs: tx.inputs.filter((_, other) => other !== index),
    outputs: tx.outputs,
    inputIndex: index,
    unlockingScript: UnlockingScript.fromBinary([...input.unlockingScript.toUint8Array()]),
    inputSequence: input.sequence ?? 0xffffffff,
    lockTime: tx.lockTime,
    ...(flags === undefined ? {} : { verifyFlags: [...flags] }),
  });
  try {
    return spend.validate();
  } catch {
    return false; // the interpreter reports a failed script by throwing
  }
};

const machine = createVirtualMachineBCH2023(false);

const runIndependent = (
  tx: Transaction,
  index: number,
  sources: readonly ChannelOutput[],
): boolean => {
  const transaction = decodeTransactionBCH(tx.toUint8Array());
  if (typeof transaction === 'string') throw new Error(transaction);
  const state = machine.evaluate({
    inputIndex: index,
    transaction,
    sourceOutputs: sources.map((source) => ({
      lockingBytecode: source.lockingScript,
      valueSatoshis: BigInt(source.capacity),
    })),
  });
  return machine.stateSuccess(state) === true;
};

/** Runs input `index` of `tx`, whose inputs spend `sources` in order, through every interpreter. */
export const judge = (
  tx: Transaction,
  index: number,
  sources: readonly ChannelOutput[],
): Verdicts => {
  const source = sources[index];
  if (source === undefined) throw new Error('no such input');
  return {
    sdk: runSpend(tx, index, source, undefined),
    strict: runSpend(tx, index, source, STRICT),
    chronicle: runSpend(tx, index, source, CHRONICLE),
    independent: runIndependent(tx, index, sources),
  };
};
