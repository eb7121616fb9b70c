import { displayOf, sha256 } from './bytes.ts';
import { isData } from './scripts.ts';
import { isCoinbase, outpoint, type Tx } from './transaction.ts';

export interface Coin {
  readonly txid: string;
  readonly vout: number;
  readonly satoshis: number;
  readonly script: Uint8Array;
  readonly coinbase: boolean;
}

export interface Spender {
  readonly txid: string;
  readonly vin: number;
}

/** Hash by which look-up services name a locking script: SHA-256, shown reversed. */
export const scriptHashOf = (script: Uint8Array): string => displayOf(sha256(script));

/** All unspent outputs of chain and mempool together, and who spent the others. */
export interface Coins {
  get(name: string): Coin | undefined;
  spender(name: string): Spender | undefined;
  byScript(scriptHash: string): Coin[];
  /** Sum of all unspent outputs, in satoshi. */
  total(): number;
  count(): number;
  /** Spends the inputs and adds the outputs of a checked transaction. */
  apply(tx: Tx): void;
  /** Takes back the newest application of `tx`; `source` finds the transactions it spent. */
  undo(tx: Tx, source: (txid: string) => Tx | undefined): void;
}

const coinOf = (tx: Tx, vout: number): Coin | undefined => {
  const output = tx.outputs[vout];
  if (output === undefined || isData(output.script)) return undefined;
  return { txid: tx.txid, vout, ...output, coinbase: isCoinbase(tx) };
};

/** An empty set of coins. */
export const createCoins = (): Coins => {
  const coins = new Map<string, Coin>();
  const spends = new Map<string, Spender>();
  const scripts = new Map<string, Set<string>>();
  let total = 0;

  const add = (coin: Coin | undefined): void => {
    if (coin === undefined) return;
    const name = outpoint(coin.txid, coin.vout);
    const hash = scriptHashOf(coin.script);
    coins.set(name, coin);
    total += coin.satoshis;
    const names = scripts.get(hash) ?? new Set();
    scripts.set(hash, names.add(name));
  };

  const remove = (name: string): void => {
    const coin = coins.get(name);
    if (coin === undefined) return;
    const hash = scriptHashOf(coin.script);
    coins.delete(name);
    total -= coin.satoshis;
    const names = scripts.get(hash);
    names?.delete(name);
    if (names?.size === 0) scripts.delete(hash);
  };

  return {
    get: (name) => coins.get(name),
    spender: (name) => spends.get(name),
    byScript: (scriptHash) =>
      [...(scripts.get(scriptHash) ?? [])].flatMap((name) => coins.get(name) ?? []),
    total: () => total,
    count: () => coins.size,
    apply: (tx) => {
      if (!isCoinbase(tx)) {
        for (const [vin, input] of tx.inputs.entries()) {
          const name = outpoint(input.txid, input.vout);
          remove(name);
          spends.set(name, { txid: tx.txid, vin });
        }
      }
      for (const vout of tx.outputs.keys()) add(coinOf(tx, vout));
    },
    undo: (tx, source) => {
      for (const vout of tx.outputs.keys()) remove(outpoint(tx.txid, vout));
      if (isCoinbase(tx)) return;
      for (const input of tx.inputs) {
        spends.delete(outpoint(input.txid, input.vout));
        const parent = source(input.txid);
        if (parent !== undefined) add(coinOf(parent, input.vout));
      }
    },
  };
};
