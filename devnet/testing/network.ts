import { Beef, Transaction } from '@bsv/sdk';
import type { Devnet } from '../devnet.ts';
import { encodeBeef } from '../ledger/beef.ts';
import { scriptHashOf, type Coin } from '../ledger/coins.ts';
import type { CoinKey } from '../ledger/keys.ts';
import type { Tx } from '../ledger/transaction.ts';

/** A fresh coin of `owner`, given by the faucet of a running network. */
export const fundedBy = (devnet: Devnet, owner: CoinKey, satoshis: number): Coin => {
  const { txid } = devnet.faucet.give(owner.script, satoshis);
  const coin = devnet.ledger.coins
    .byScript(scriptHashOf(owner.script))
    .find((other) => other.txid === txid);
  if (coin === undefined) throw new Error('the gift did not arrive');
  return coin;
};

/** Output 0 of a transaction as something to spend. */
export const firstCoin = (tx: Tx): Coin => {
  const [output] = tx.outputs;
  if (output === undefined) throw new Error('there is no output');
  return { ...output, txid: tx.txid, vout: 0, coinbase: false };
};

/** Extended format (BRC-30) as the SDK writes it; `parents` are the transactions it spends. */
export const extendedBySdk = (tx: Tx, parents: readonly Tx[]): Uint8Array<ArrayBuffer> => {
  const sdk = Transaction.fromBinary([...tx.raw]);
  for (const input of sdk.inputs) {
    const parent = parents.find(({ txid }) => txid === input.sourceTXID);
    if (parent !== undefined) input.sourceTransaction = Transaction.fromBinary([...parent.raw]);
  }
  return Uint8Array.from(sdk.toEF());
};

/** BEEF of transactions that the ledger has not seen, on top of the ancestry of a known one. */
export const beefBySdk = (
  devnet: Devnet,
  known: string,
  unsent: readonly Tx[],
  version?: number,
): Beef => {
  const beef = new Beef(version);
  beef.mergeBeef(encodeBeef(devnet.ledger, known) ?? new Uint8Array());
  for (const tx of unsent) beef.mergeRawTx([...tx.raw]);
  return beef;
};
