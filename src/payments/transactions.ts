import { Transaction } from '@bsv/sdk';
import { sameBytes } from '../channel/bytes.ts';
import { changeScript } from '../channel/script.ts';
import type { ChannelRecord } from '../shared/ports/ledger.ts';
import { isTransaction } from '../shared/transaction-bytes.ts';
import { MAX_SATOSHI, satoshi, txId, type Satoshi, type TxId } from '../shared/units.ts';

/** The funding transaction of a channel with its proofs; null while there is none. */
const fundingOf = ({ funding }: ChannelRecord): Transaction | null =>
  funding === null ? null : Transaction.fromAtomicBEEF(funding);

/** Gives every input that spends one of these channels its source, so that EF and BEEF can be made. */
export const withSources = (tx: Transaction, records: readonly ChannelRecord[]): Transaction => {
  for (const input of tx.inputs) {
    const record = records.find(({ fundingTxid }) => fundingTxid === input.sourceTXID);
    const source = record === undefined ? null : fundingOf(record);
    if (source !== null) input.sourceTransaction = source;
  }
  return tx;
};

/** A transaction that spends a channel, as far as one party can judge it. */
export interface ChannelSpend {
  readonly txid: TxId;
  readonly tx: Transaction;
  readonly vin: number;
  /** What goes back to the payer at the output beside the input; null when nothing does. */
  readonly change: Satoshi | null;
  /** Miner fee; null when other inputs' values are not known. */
  readonly fee: Satoshi | null;
}

/** Reads a stranger's bytes. Null when they are no transaction or do not spend the channel. */
export const readSpend = (rawTx: Uint8Array, record: ChannelRecord): ChannelSpend | null => {
  if (!isTransaction(rawTx)) return null;
  let tx: Transaction;
  try {
    tx = Transaction.fromBinary(rawTx);
  } catch {
    return null;
  }
  const vin = tx.inputs.findIndex(
    ({ sourceTXID, sourceOutputIndex }) =>
      sourceTXID === record.fundingTxid && sourceOutputIndex === record.vout,
  );
  if (vin < 0) return null;
  const output = tx.outputs[vin];
  if (tx.outputs.some(({ satoshis }) => (satoshis ?? 0) > MAX_SATOSHI)) return null;
  const ours =
    output !== undefined &&
    sameBytes(output.lockingScript.toUint8Array(), changeScript(record.payerKey));
  const sent = tx.outputs.reduce((sum, one) => sum + (one.satoshis ?? 0), 0);
  const alone = tx.inputs.length === 1 && sent <= record.capacity;
  return {
    txid: txId(tx.id('hex')),
    tx,
    vin,
    change: ours ? satoshi(output.satoshis ?? 0) : null,
    fee: alone ? satoshi(record.capacity - sent) : null,
  };
};
