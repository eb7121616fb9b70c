import type { Clock } from '../../src/shared/clock.ts';
import { coinbaseTx, mineBlock, subsidyAt, type Block } from './block.ts';
import { hexOf, u32 } from './bytes.ts';
import { createChain, type Chain } from './chain.ts';
import { createCoins, type Coins } from './coins.ts';
import { createJudge, type Verdict } from './judge.ts';
import { bumpOf } from './merkle.ts';
import { DEFAULT_SAT_PER_KB } from './policy.ts';
import { createFates, type TxRecord } from './records.ts';
import type { Refusal } from './rules.ts';
import { unmined, type TxStatus } from './status.ts';
import { NULL_TXID, outpoint, type Tx } from './transaction.ts';

export interface LedgerOptions {
  readonly clock: Clock;
  /** Locking script that block rewards are paid to. */
  readonly minerScript: Uint8Array;
  readonly satPerKb?: number;
  /** A saved ledger to go on from; trusted. */
  readonly saved?: Saved | undefined;
}

/** What the node says to a transaction that was sent to it. */
export type Submission =
  | { readonly ok: true; readonly status: TxStatus }
  | { readonly ok: false; readonly refusal: Refusal };

/** Everything that a stopped ledger needs to go on. */
export interface Saved {
  readonly clockOffset: number;
  readonly satPerKb: number;
  /** Reorganisations so far: it goes into coinbases, so that branches differ. */
  readonly branches: number;
  readonly blocks: readonly Block[];
  readonly records: readonly TxRecord[];
}

/** A node of a chain with one miner: pure state, no I/O; time comes from the injected clock. */
export interface Ledger {
  readonly chain: Chain;
  readonly coins: Coins;
  /** Milliseconds since the Unix epoch, moved by {@link Ledger.advance}. */
  now(): number;
  /** Moves the clock forward by whole seconds; the chain's median time follows with new blocks. */
  advance(seconds: number): void;
  satPerKb(): number;
  setSatPerKb(rate: number): void;
  /** Validates `tx` and takes it into the mempool; a known one answers its present status. */
  submit(tx: Tx): Submission;
  /** Undefined when the transaction was never sent here. */
  status(txid: string): TxStatus | undefined;
  record(txid: string): TxRecord | undefined;
  /** Accepted transactions in order of acceptance. */
  records(): readonly TxRecord[];
  mempool(): readonly TxRecord[];
  /** Mines the mempool into a block. */
  mine(): Block;
  /**
   * Replaces the newest `depth` blocks by `depth` + 1 empty ones: their transactions return to the
   * mempool, except those in `evict` and their descendants, which are forgotten.
   */
  reorg(depth: number, evict?: readonly string[]): void;
  save(): Saved;
  /** Calls `listener` after every change; returns a function that ends it. */
  onChange(listener: () => void): () => void;
}

/** Starts a ledger: empty (no blocks, no coins) or from what was saved. */
export const createLedger = (options: LedgerOptions): Ledger => {
  const chain = createChain();
  const coins = createCoins();
  const fates = createFates();
  const records = new Map<string, TxRecord>();
  const waiting = new Set<string>();
  const rivals = new Map<string, Set<string>>();
  const listeners = new Set<() => void>();
  const { saved } = options;
  let satPerKb = saved?.satPerKb ?? options.satPerKb ?? DEFAULT_SAT_PER_KB;
  let offset = saved?.clockOffset ?? 0;
  let branches = saved?.branches ?? 0;
  let order = 0;

  const now = (): number => options.clock.now() + offset;
  const changed = (): void => listeners.forEach((listener) => listener());
  const sourceTx = (txid: string): Tx | undefined => records.get(txid)?.tx;
  const judge = createJudge({
    chain,
    coins,
    record: (txid) => records.get(txid),
    satPerKb: () => satPerKb,
  });

  const accept = (tx: Tx, fee: number): TxRecord => {
    const record: TxRecord = { tx, order, fee, stale: false };
    order += 1;
    fates.clear(tx.txid);
    records.set(tx.txid, record);
    coins.apply(tx);
    return record;
  };

  const rememberConflict = (tx: Tx, competing: readonly string[]): void => {
    fates.set(tx.txid, { kind: 'conflict', competing });
    for (const txid of competing) {
      rivals.set(txid, (rivals.get(txid) ?? new Set()).add(tx.txid));
    }
  };

  const settle = (tx: Tx, verdict: Verdict): Refusal | undefined => {
    if (verdict.kind === 'valid') {
      accept(tx, verdict.fee);
      waiting.add(tx.txid);
      return undefined;
    }
    if (verdict.kind === 'orphan') fates.set(tx.txid, { kind: 'orphan', tx });
    else if (verdict.kind === 'rejected') fates.set(tx.txid, verdict);
    else if (verdict.refusal.competing !== undefined) {
      rememberConflict(tx, verdict.refusal.competing);
    }
    return verdict.kind === 'refused' ? verdict.refusal : undefined;
  };

  /** Orphans whose parents have come are judged again, until nothing more moves. */
  const adoptOrphans = (): void => {
    for (let moved = true; moved;) {
      moved = false;
      for (const tx of fates.orphans()) {
        if (!tx.inputs.every(({ txid }) => records.has(txid))) continue;
        const verdict = judge(tx);
        if (verdict.kind === 'orphan') continue;
        fates.clear(tx.txid);
        const refusal = settle(tx, verdict);
        if (refusal !== undefined && refusal.competing === undefined) {
          fates.set(tx.txid, { kind: 'rejected', reason: refusal.reason });
        }
        moved = true;
      }
    }
  };

  const statusOfRecord = (record: TxRecord): TxStatus => {
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

  const status = (txid: string): TxStatus | undefined => {
    const record = records.get(txid);
    if (record !== undefined) return statusOfRecord(record);
    const fate = fates.get(txid);
    if (fate === undefined) return undefined;
    if (fate.kind === 'orphan') return unmined(txid, 'SEEN_IN_ORPHAN_MEMPOOL');
    if (fate.kind === 'rejected') return unmined(txid, 'REJECTED', fate.reason);
    const lost = fate.competing.some((rival) => records.get(rival)?.block !== undefined);
    return unmined(
      txid,
      lost ? 'REJECTED' : 'DOUBLE_SPEND_ATTEMPTED',
      'double spend',
      fate.competing,
    );
  };

  const submit = (tx: Tx): Submission => {
    const known = records.get(tx.txid);
    if (known !== undefined) {
      // Whoever sends it again has made it travel again.
      known.stale = false;
      return { ok: true, status: statusOfRecord(known) };
    }
    const refusal = settle(tx, judge(tx));
    if (refusal === undefined) adoptOrphans();
    changed();
    if (refusal !== undefined) return { ok: false, refusal };
    return { ok: true, status: status(tx.txid) ?? unmined(tx.txid, 'SEEN_ON_NETWORK') };
  };

  /** Puts a block on top and its transactions into it. */
  const extend = (block: Block): void => {
    chain.push(block);
    for (const [index, txid] of block.txids.entries()) {
      const record = records.get(txid);
      if (record !== undefined) Object.assign(record, { block: { block, index }, stale: false });
      waiting.delete(txid);
    }
  };

  const connect = (txids: readonly string[]): Block => {
    const height = chain.height() + 1;
    const time = Math.max(chain.medianTime() + 1, Math.floor(now() / 1000));
    const fees = txids.reduce((sum, txid) => sum + (records.get(txid)?.fee ?? 0), 0);
    const reward = coinbaseTx(height, subsidyAt(height) + fees, options.minerScript, u32(branches));
    accept(reward, 0);
    const all = [reward.txid, ...txids];
    const block = mineBlock(height, chain.tip()?.hash ?? NULL_TXID, time, all);
    extend(block);
    return block;
  };

  /** Takes a transaction and everything built on it out of the mempool, children first. */
  const forget = (txid: string, reason: string): void => {
    const record = records.get(txid);
    if (record === undefined) return;
    for (const vout of record.tx.outputs.keys()) {
      const child = coins.spender(outpoint(txid, vout));
      if (child !== undefined) forget(child.txid, reason);
    }
    coins.undo(record.tx, sourceTx);
    records.delete(txid);
    waiting.delete(txid);
    fates.set(txid, { kind: 'rejected', reason });
  };

  const reorg = (depth: number, evict: readonly string[] = []): void => {
    const lost: Block[] = [];
    while (lost.length < depth && chain.height() > 0) {
      const block = chain.pop();
      if (block !== undefined) lost.unshift(block);
    }
    const returning = [...waiting];
    waiting.clear();
    for (const txid of lost.flatMap(({ txids }) => txids.slice(1))) {
      const record = records.get(txid);
      if (record !== undefined) {
        delete record.block;
        record.stale = true;
      }
      waiting.add(txid);
    }
    returning.forEach((txid) => waiting.add(txid));
    for (const { txids } of lost) forget(txids[0] ?? '', 'coinbase of a lost block');
    for (const txid of evict) if (waiting.has(txid)) forget(txid, 'evicted by a reorganisation');
    branches += 1;
    for (let i = 0; i <= lost.length; i += 1) connect([]);
    // A lower height or an earlier median time may have made some of them too early.
    for (const txid of [...waiting]) {
      const record = records.get(txid);
      if (record !== undefined && !judge.fits(record.tx))
        forget(txid, 'not final after a reorganisation');
    }
    changed();
  };

  for (const record of saved?.records ?? []) {
    Object.assign(accept(record.tx, record.fee), { stale: record.stale });
    waiting.add(record.tx.txid);
  }
  for (const block of saved?.blocks ?? []) extend(block);

  return {
    chain,
    coins,
    now,
    advance: (seconds) => {
      offset += seconds * 1000;
      changed();
    },
    satPerKb: () => satPerKb,
    setSatPerKb: (rate) => {
      satPerKb = rate;
      changed();
    },
    submit,
    status,
    record: (txid) => records.get(txid),
    records: () => [...records.values()],
    mempool: () => [...waiting].flatMap((txid) => records.get(txid) ?? []),
    mine: () => {
      const block = connect([...waiting]);
      adoptOrphans();
      changed();
      return block;
    },
    reorg,
    save: () => ({
      clockOffset: offset,
      satPerKb,
      branches,
      blocks: Array.from({ length: chain.height() + 1 }, (_, at) => chain.at(at)).flatMap(
        (block) => block ?? [],
      ),
      records: [...records.values()],
    }),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
