import { Spend, UnlockingScript } from '@bsv/sdk';
import { lockOf, toSdkInputs, toSdkOutputs } from './sdk.ts';
import type { Tx, TxOutput } from './transaction.ts';

const RULES = [
  'UTXO_AFTER_GENESIS',
  'UTXO_AFTER_CHRONICLE',
  'STRICTENC',
  'DERSIG',
  'SIGHASH_FORKID',
];
/** What keeps a third party from changing a transaction's id; version 2 and above opt out (Chronicle). */
const MALLEABILITY = ['LOW_S', 'NULLFAIL', 'NULLDUMMY', 'MINIMALDATA', 'CLEANSTACK', 'SIGPUSHONLY'];

const OP_PUSHDATA1 = 0x4c;
const OP_PUSHDATA2 = 0x4d;
const OP_PUSHDATA4 = 0x4e;
const OP_16 = 0x60;
const OP_RETURN = 0x6a;

/** Data outputs, which can never be spent: `OP_RETURN …` or `OP_FALSE OP_RETURN …`. */
export const isData = (script: Uint8Array): boolean =>
  script[0] === OP_RETURN || (script[0] === 0 && script[1] === OP_RETURN);

/** Whether a script does nothing but push values. */
export const isPushOnly = (script: Uint8Array): boolean => {
  let at = 0;
  while (at < script.length) {
    const op = script[at] ?? 0;
    if (op > OP_16) return false;
    at += 1;
    if (op < OP_PUSHDATA1) {
      at += op;
      continue;
    }
    const width = op === OP_PUSHDATA1 ? 1 : op === OP_PUSHDATA2 ? 2 : op === OP_PUSHDATA4 ? 4 : 0;
    let length = 0;
    for (let i = width - 1; i >= 0; i -= 1) length = length * 256 + (script[at + i] ?? 0);
    at += width + length;
  }
  return at === script.length;
};

/**
 * Runs every input's scripts through the SDK's interpreter under the rules of today's nodes.
 * @returns what failed, or undefined when all inputs may be spent.
 */
export const checkScripts = (tx: Tx, spent: readonly TxOutput[]): string | undefined => {
  const verifyFlags = tx.version > 1 ? RULES : [...RULES, ...MALLEABILITY];
  const others = toSdkInputs(tx);
  const outputs = toSdkOutputs(tx);
  for (const [inputIndex, input] of tx.inputs.entries()) {
    const source = spent[inputIndex];
    if (source === undefined) return `input ${inputIndex} has no source`;
    try {
      const spend = new Spend({
        sourceTXID: input.txid,
        sourceOutputIndex: input.vout,
        sourceSatoshis: source.satoshis,
        lockingScript: lockOf(source.script),
        transactionVersion: tx.version,
        otherInputs: others.filter((_, index) => index !== inputIndex),
        outputs,
        inputIndex,
        unlockingScript: UnlockingScript.fromBinary([...input.script]),
        inputSequence: input.sequence,
        lockTime: tx.lockTime,
        verifyFlags,
      });
      if (!spend.validate()) return `input ${inputIndex}: script is false`;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return `input ${inputIndex}: ${reason.slice(0, 300)}`;
    }
  }
  return undefined;
};
