import { scriptHashOf, type Coin } from '../ledger/coins.ts';
import { createFaucet, faucetKey, foundChain, type Faucet } from '../ledger/faucet.ts';
import { coinKey, type CoinKey } from '../ledger/keys.ts';
import { createLedger, type Ledger } from '../ledger/ledger.ts';
import { FINAL_SEQUENCE, type Tx, type TxBody, type TxOutput } from '../ledger/transaction.ts';
import { manualClock, type ManualClock } from './clock.ts';

/** A key that is the same in every run. */
export const keyOf = (number: number): CoinKey => coinKey(number.toString(16).padStart(64, '0'));

export const alice = keyOf(0xa11ce);
export const bob = keyOf(0xb0b);

/** A founded ledger with coins to play with. */
export interface Workbench {
  readonly clock: ManualClock;
  readonly ledger: Ledger;
  readonly faucet: Faucet;
  /** A fresh coin of `owner` in the mempool. */
  fund(owner: CoinKey, satoshis: number): Coin;
}

/** Ledger, clock and faucet on the founding chain. */
export const workbench = (): Workbench => {
  const clock = manualClock();
  const key = faucetKey();
  const ledger = createLedger({ clock, minerScript: key.script });
  const faucet = createFaucet(ledger, key);
  foundChain(ledger, faucet);
  return {
    clock,
    ledger,
    faucet,
    fund: (owner, satoshis) => {
      const { txid, vout } = faucet.give(owner.script, satoshis);
      const coin = ledger.coins
        .byScript(scriptHashOf(owner.script))
        .find((other) => other.txid === txid && other.vout === vout);
      if (coin === undefined) throw new Error('the gift did not arrive');
      return coin;
    },
  };
};

/** A signed transaction of `owner` that spends `coins`; `change` overrides any of its fields. */
export const payment = (
  owner: CoinKey,
  coins: readonly Coin[],
  outputs: readonly TxOutput[],
  change: Partial<TxBody> & { readonly sequence?: number } = {},
): Tx => {
  const { sequence = FINAL_SEQUENCE, ...fields } = change;
  const inputs = coins.map(({ txid, vout }) => ({
    txid,
    vout,
    script: new Uint8Array(),
    sequence,
  }));
  return owner.sign({ version: 1, inputs, outputs, lockTime: 0, ...fields }, coins);
};
