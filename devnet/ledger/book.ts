import type { Block } from './block.ts';
import { createChain, type Chain } from './chain.ts';
import { createCoins, type Coins } from './coins.ts';
import { createFates, type Fates, type TxRecord } from './records.ts';
import { unmined, type TxStatus } from './status.ts';
import { hexOf } from './bytes.ts';
import { bumpOf } from './merkle.ts';
import { outpoint, type Tx } from './transaction.ts';

/** All that the node knows: chain, coins, accepted transactions, and the fate of the others. */
export interface Book {
  readonly chain: Chain;
  readonly coins: Coins;
  readonly fates: Fates;
  readonly records: ReadonlyMap<string, TxRecord>;
  /** Ids of the mempool, parents before children. */
  readonly waiting: ReadonlySet<string>;
  /** Takes in a checked transaction; it waits to be mined. */
  accept(tx: Tx, fee: number, stale?: boolean): void;
  /** Notes that `tx` spends what `competing` spent first. */
  contest(tx: Tx, competing: readonly string[]): void;
  /** Puts a block on top of the chain and its accepted transactions into it. */
  extend(block: Block): void;
  /** Takes the newest `depth` blocks (never the first) off again; their transactions wait, stale. */
  retract(depth: number): readonly Block[];
  /** Takes a waiting transaction and everything built on it out again. */
  forget(txid: string, reason: string): void;
  status(txid: string): TxStatus | undefined;
}

/** An empty book. */
export const createBook = (): Book => {
  const chain = createChain();
  const coins = createCoins();
  const fates = createFates();
  const records = new Map<string, TxRecord>();
  const waiting = new Set<string>();
  const rivals = new Map<string, Set<string>>();
  let order = 0;

  /** `txid` and what was built on it, every transaction after its children. */
  const childrenFirst = (txid: string): TxRecord[] => {
    const family = new Map<string, TxRecord>();
    const pending = [txid];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const record = records.get(next);
      if (record === undefined || family.has(next)) continue;
      family.set(next, record);
      for (const vout of record.tx.outputs.keys()) {
        const child = coins.spender(outpoint(next, vout));
        if (child !== undefined) pending.push(child.txid);
      }
    }
    return [...family.values()].sort((a, b) => b.order - a.order);
  };

  const accepted = (record: TxRecord): TxStatus => {
    const { txid } = record.tx;
    const competing = [...(rivals.get(txid) ?? [])];
    if (record.block !== undefined) {
      const { block, index } = record.block;
      return {
        ...unmined(txid, 'MINED', '', competing),
        blockHash: block.hash,
        blockHeight: block.height,
        merklePath: hexOf(bumpOf(block.tree, block.height, [index])),
      };
    }
    if (competing.length > 0) return unmined(txid, 'DOUBLE_SPEND_ATTEMPTED', '', competing);
    return unmined(txid, record.stale ? 'MINED_IN_STALE_BLOCK' : 'SEEN_ON_NETWORK');
  };

  return {
    chain,
    coins,
    fates,
    records,
    waiting,
    accept: (tx, fee, stale = false) => {
      fates.clear(tx.txid);
      records.set(tx.txid, { tx, order, fee, stale });
      order += 1;
      coins.apply(tx);
      waiting.add(tx.txid);
    },
    contest: (tx, competing) => {
      fates.set(tx.txid, { kind: 'conflict', competing });
      for (const txid of competing) {
        rivals.set(txid, (rivals.get(txid) ?? new Set()).add(tx.txid));
      }
    },
    extend: (block) => {
      chain.push(block);
      for (const [index, txid] of block.txids.entries()) {
        const record = records.get(txid);
        if (record !== undefined) Object.assign(record, { block: { block, index }, stale: false });
        waiting.delete(txid);
      }
    },
    retract: (depth) => {
      const lost: Block[] = [];
      while (lost.length < depth && chain.height() > 0) {
        const block = chain.pop();
        if (block !== undefined) lost.unshift(block);
      }
      // What was mined goes in front: younger transactions may spend it.
      const younger = [...waiting];
      waiting.clear();
      for (const txid of lost.flatMap(({ txids }) => txids)) {
        const record = records.get(txid);
        if (record === undefined) continue;
        delete record.block;
        record.stale = true;
        waiting.add(txid);
      }
      for (const txid of younger) waiting.add(txid);
      return lost;
    },
    forget: (txid, reason) => {
      if (!waiting.has(txid)) return;
      for (const { tx } of childrenFirst(txid)) {
        coins.undo(tx, (source) => records.get(source)?.tx);
        records.delete(tx.txid);
        waiting.delete(tx.txid);
        fates.set(tx.txid, { kind: 'rejected', reason });
      }
    },
    status: (txid) => {
      const record = records.get(txid);
      if (record !== undefined) return accepted(record);
      const fate = fates.get(txid);
      if (fate === undefined) return undefined;
      if (fate.kind === 'orphan') return unmined(txid, 'SEEN_IN_ORPHAN_MEMPOOL');
      if (fate.kind === 'rejected') return unmined(txid, 'REJECTED', fate.reason);
      const lost = fate.competing.some((rival) => records.get(rival)?.block !== undefined);
      const state = lost ? 'REJECTED' : 'DOUBLE_SPEND_ATTEMPTED';
      return unmined(txid, state, 'inputs were spent first by another', fate.competing);
    },
  };
};
