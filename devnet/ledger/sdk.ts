import { LockingScript } from '@bsv/sdk';
import type { TxBody } from './transaction.ts';

/** The SDK's shapes of a transaction's parts, for its interpreter and its signature digests. */
export const lockOf = (script: Uint8Array): LockingScript => LockingScript.fromBinary([...script]);

export const toSdkInputs = (body: TxBody) =>
  body.inputs.map(({ txid, vout, sequence }) => ({
    sourceTXID: txid,
    sourceOutputIndex: vout,
    sequence,
  }));

export const toSdkOutputs = (body: TxBody) =>
  body.outputs.map(({ satoshis, script }) => ({ satoshis, lockingScript: lockOf(script) }));
