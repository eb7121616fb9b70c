import { createHash } from 'node:crypto';
import { hexOf } from './bytes.ts';
import { encodeAtomicBeef } from './beef.ts';
import { scriptHashOf, type Coin } from './coins.ts';
import { UNLOCK_BYTES, coinKey, type CoinKey } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { COINBASE_MATURITY, feeFor } from './policy.ts';
import { FINAL_SEQUENCE, encodeTx, isCoinbase, type Tx, type TxOutput } from './transaction.ts';

/** Most that one request gives: one coin. */
export const MAX_GIFT = 100_000_000;
/** Parts that fresh rewards are split into, so that gifts in a row need not chain on each other. */
const SPLIT = 100;
/** Rewards merged into one split. */
const MERGE = 10;
/** Blocks mined before the first rewards are split: they must mature first. */
const FOUNDING_BLOCKS = COINBASE_MATURITY + MERGE;
/** Blocks mined on top, so that a shallow reorganisation leaves the faucet's stock alone. */
const BURYING_BLOCKS = 11;
/** Seconds between them, as on the main chain, all in the past: median time lags from the start. */
const FOUNDING_SPACING = 600;
/** Below this stock, in satoshi, more rewards are split. */
const LOW_STOCK = 200 * 100_000_000;

/** The faucet's key is no secret: its coins are given to whoever asks. */
export const faucetKey = (): CoinKey =>
  coinKey(createHash('sha256').update('rivulet devnet faucet').digest('hex'));

export interface Gift {
  readonly txid: string;
  readonly vout: number;
  /** Atomic BEEF in hex (BRC-95). */
  readonly beef: string;
}

/** Gives coins away. Everything happens in one synchronous step, so requests cannot collide. */
export interface Faucet {
  /**
   * Pays `satoshis` to `script` in output 0 of a new mempool transaction.
   * @throws Error when the ledger refuses it or the stock is used up.
   */
  give(script: Uint8Array, satoshis: number): Gift;
  /** Splits matured rewards when the stock runs low; called after each block. */
  restock(): void;
}

/** Mines the first blocks of an empty ledger and splits the first rewards. */
export const foundChain = (ledger: Ledger, faucet: Faucet): void => {
  const blocks = FOUNDING_BLOCKS + BURYING_BLOCKS;
  const start = Math.floor(ledger.now() / 1000) - (blocks - 1) * FOUNDING_SPACING;
  for (let i = 0; i < blocks; i += 1) {
    if (i === FOUNDING_BLOCKS) faucet.restock();
    ledger.mine(start + i * FOUNDING_SPACING);
  }
};

/** The faucet of `ledger`; `key` owns the block rewards. */
export const createFaucet = (ledger: Ledger, key: CoinKey): Faucet => {
  const home = scriptHashOf(key.script);
  const heightOf = (coin: Coin): number | undefined =>
    ledger.record(coin.txid)?.block?.block.height;

  const send = (spent: readonly Coin[], outputsFor: (fee: number) => TxOutput[]): Tx => {
    const inputs = spent.map(({ txid, vout }) => ({
      txid,
      vout,
      script: new Uint8Array(UNLOCK_BYTES),
      sequence: FINAL_SEQUENCE,
    }));
    const draft = { version: 1, inputs, outputs: outputsFor(0), lockTime: 0 };
    const fee = feeFor(encodeTx(draft).raw.length, ledger.satPerKb());
    const tx = key.sign({ ...draft, outputs: outputsFor(fee) }, spent);
    const answer = ledger.submit(tx);
    if (!answer.ok) throw new Error(`the faucet was refused: ${answer.refusal.reason}`);
    return tx;
  };

  /** Unconfirmed ancestors that a receiver would have to check, counted up to a few. */
  const depthOf = (txid: string): number => {
    let depth = 0;
    for (let record = ledger.record(txid); record !== undefined;) {
      if (record.block !== undefined) break;
      depth += 1;
      record = ledger.record(record.tx.inputs[0]?.txid ?? '');
    }
    return depth;
  };

  /**
   * Unmined parts of a reward: the SDK's verification takes no proof of a coinbase that is more
   * than a hundred blocks old, so they must be proven themselves before they are given.
   */
  const isRaw = (coin: Coin): boolean => {
    const record = ledger.record(coin.txid);
    if (record === undefined || record.block !== undefined) return false;
    return record.tx.inputs.some(({ txid }) => {
      const parent = ledger.record(txid);
      return parent !== undefined && isCoinbase(parent.tx);
    });
  };

  const search = (least: number): Coin | undefined => {
    let best: { coin: Coin; depth: number } | undefined;
    for (const coin of ledger.coins.byScript(home)) {
      if (coin.coinbase || coin.satoshis < least || isRaw(coin)) continue;
      const depth = depthOf(coin.txid);
      if (depth === 0) return coin;
      if (best === undefined || depth < best.depth) best = { coin, depth };
    }
    return best?.coin;
  };

  const pick = (least: number): Coin => {
    const found = search(least);
    if (found !== undefined) return found;
    // A deep reorganisation took back the proof of the stock; the next block brings it again.
    ledger.mine();
    const again = search(least);
    if (again === undefined) throw new Error('the faucet is empty: mine some blocks');
    return again;
  };

  return {
    give: (script, satoshis) => {
      const reserve = feeFor(script.length + 1_000, ledger.satPerKb());
      const coin = pick(satoshis + reserve);
      const tx = send([coin], (fee) => [
        { satoshis, script },
        { satoshis: coin.satoshis - satoshis - fee, script: key.script },
      ]);
      const beef = encodeAtomicBeef(ledger, tx.txid) ?? new Uint8Array();
      return { txid: tx.txid, vout: 0, beef: hexOf(beef) };
    },
    restock: () => {
      const coins = ledger.coins.byScript(home);
      const stock = coins.reduce((sum, coin) => sum + (coin.coinbase ? 0 : coin.satoshis), 0);
      if (stock >= LOW_STOCK) return;
      const mature = coins
        .filter((coin) => coin.coinbase)
        .filter(
          (coin) => ledger.chain.height() + 1 - (heightOf(coin) ?? Infinity) >= COINBASE_MATURITY,
        )
        .slice(0, MERGE);
      if (mature.length === 0) return;
      const worth = mature.reduce((sum, coin) => sum + coin.satoshis, 0);
      send(mature, (fee) => {
        const part = Math.floor((worth - fee) / SPLIT);
        return Array.from({ length: SPLIT }, () => ({ satoshis: part, script: key.script }));
      });
    },
  };
};
