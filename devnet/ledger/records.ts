import type { Block } from './block.ts';
import { MAX_ORPHANS, MAX_REMEMBERED } from './policy.ts';
import type { Tx } from './transaction.ts';

/** An accepted transaction. */
export interface TxRecord {
  readonly tx: Tx;
  /** Order of acceptance. */
  readonly order: number;
  /** Paid to the miner, in satoshi. */
  readonly fee: number;
  /** Where it was mined; absent while it waits in the mempool. */
  block?: { readonly block: Block; readonly index: number };
  /** Its block was lost to a reorganisation, and it has not been mined again. */
  stale: boolean;
}

/** Why a transaction that was sent here is neither in the mempool nor in a block. */
export type Fate =
  | { readonly kind: 'orphan'; readonly tx: Tx }
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'conflict'; readonly competing: readonly string[] };

/** A map that forgets its oldest entries. */
const bounded = <V>(limit: number) => {
  const map = new Map<string, V>();
  return {
    map,
    set: (key: string, value: V) => {
      map.delete(key);
      map.set(key, value);
      for (const oldest of map.keys()) {
        if (map.size <= limit) break;
        map.delete(oldest);
      }
    },
  };
};

/** What became of the transactions that were not accepted. */
export interface Fates {
  get(txid: string): Fate | undefined;
  set(txid: string, fate: Fate): void;
  clear(txid: string): void;
  orphans(): Tx[];
}

export const createFates = (): Fates => {
  const orphans = bounded<Fate & { kind: 'orphan' }>(MAX_ORPHANS);
  const others = bounded<Fate>(MAX_REMEMBERED);
  const clear = (txid: string): void => {
    orphans.map.delete(txid);
    others.map.delete(txid);
  };
  return {
    get: (txid) => orphans.map.get(txid) ?? others.map.get(txid),
    set: (txid, fate) => {
      clear(txid);
      if (fate.kind === 'orphan') orphans.set(txid, fate);
      else others.set(txid, fate);
    },
    clear,
    orphans: () => [...orphans.map.values()].map(({ tx }) => tx),
  };
};
