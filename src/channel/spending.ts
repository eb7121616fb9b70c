import { LockingScript, Transaction, UnlockingScript } from '@bsv/sdk';
import { txId, type Satoshi, type TxId } from '../shared/units.ts';
import { concat } from './bytes.ts';
import { MAX_DER_LENGTH } from './der.ts';
import { TX_VERSION, outputBytes, type ChannelOutput } from './preimage.ts';

/** A signed transaction that spends channels. */
export interface Spending {
  readonly tx: Transaction;
  readonly rawTx: Uint8Array;
  readonly txid: TxId;
  readonly fee: Satoshi;
  /** What the one who built it receives. */
  readonly payout: Satoshi;
}

/** An output to be. */
export interface Payment {
  readonly satoshis: number;
  readonly script: Uint8Array;
}

/** As long as a signature with its sighash byte can get; stands in while a size is reckoned. */
export const LONGEST_SIGNATURE = new Uint8Array(MAX_DER_LENGTH + 1);

/** All outputs as a signature of the whole transaction commits to them. */
export const outputsBytes = (payments: readonly Payment[]): Uint8Array =>
  concat(...payments.map(({ satoshis, script }) => outputBytes(satoshis, script)));

/** Puts a version-1 transaction together; `unlocking[i]` opens `channels[i]`. */
export const assembleTransaction = (parts: {
  readonly channels: readonly ChannelOutput[];
  readonly unlocking: readonly Uint8Array[];
  readonly sequence: number;
  readonly payments: readonly Payment[];
  readonly lockTime: number;
}): { readonly tx: Transaction; readonly rawTx: Uint8Array; readonly txid: TxId } => {
  const tx = new Transaction(
    TX_VERSION,
    parts.channels.map((channel, i) => ({
      sourceTXID: channel.fundingTxid,
      sourceOutputIndex: channel.vout,
      unlockingScript: UnlockingScript.fromBinary([...(parts.unlocking[i] ?? [])]),
      sequence: parts.sequence,
    })),
    parts.payments.map(({ satoshis, script }) => ({
      satoshis,
      lockingScript: LockingScript.fromBinary([...script]),
    })),
    parts.lockTime,
  );
  return { tx, rawTx: tx.toUint8Array(), txid: txId(tx.id('hex')) };
};
