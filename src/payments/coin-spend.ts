import { LockingScript, Spend, type Transaction } from '@bsv/sdk';

/** An output that a transaction is said to spend. */
export interface Coin {
  readonly txid: string;
  readonly vout: number;
  readonly satoshis: number;
  readonly lockingScript: ArrayLike<number>;
}

const FINAL = 0xffffffff;
/** Two signatures, a key and a choice take some 200 bytes; what is longer than this is none of ours. */
const MAX_UNLOCKING_BYTES = 1_000;

/**
 * Whether input `vin` of `tx` spends `coin` with signatures that satisfy its script. What a look-up
 * service or a peer says of a spend is not enough: believing a lie would make us forget money. Runs
 * only what pushes data into our own script, so a stranger's bytes cost no time.
 */
export const isSpend = (tx: Transaction, vin: number, coin: Coin): boolean => {
  const input = tx.inputs[vin];
  if (input?.sourceTXID !== coin.txid || input.sourceOutputIndex !== coin.vout) return false;
  const { unlockingScript } = input;
  if (unlockingScript === undefined) return false;
  try {
    if (unlockingScript.toUint8Array().length > MAX_UNLOCKING_BYTES) return false;
    return new Spend({
      sourceTXID: coin.txid,
      sourceOutputIndex: coin.vout,
      sourceSatoshis: coin.satoshis,
      lockingScript: LockingScript.fromBinary(Array.from(coin.lockingScript)),
      transactionVersion: tx.version,
      otherInputs: tx.inputs.filter((_, index) => index !== vin),
      inputIndex: vin,
      unlockingScript,
      inputSequence: input.sequence ?? FINAL,
      outputs: tx.outputs,
      lockTime: tx.lockTime,
    }).validate();
  } catch {
    return false;
  }
};
