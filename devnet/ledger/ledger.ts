import type { Clock } from '../../src/shared/clock.ts';
import { coinbaseTx, mineBlock, subsidyAt, type Block } from './block.ts';
import { createBook } from './book.ts';
import { u32 } from './bytes.ts';
import type { Chain } from './chain.ts';
import type { Coins } from './coins.ts';
import { createJudge, type Verdict } from './judge.ts';
import { DEFAULT_SAT_PER_KB } from './policy.ts';
import type { TxRecord } from './records.ts';
import type { Refusal } from './rules.ts';
import { unmined, type TxStatus } from './status.ts';
import { NULL_TXID, type Tx } from './transaction.ts';

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
  /** Mines the mempool into a block; `time` (seconds) is the clock's unless given. */
  mine(time?: number): Block;
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
  const book = createBook();
  const { chain, coins, fates, records } = book;
  const listeners = new Set<() => void>();
  const { saved } = options;
  let satPerKb = saved?.satPerKb ?? options.satPerKb ?? DEFAULT_SAT_PER_KB;
  let offset = saved?.clockOffset ?? 0;
  let branches = saved?.branches ?? 0;

  const now = (): number => options.clock.now() + offset;
  const changed = (): void => listeners.forEach((listener) => listener());
  const judge = createJudge({
    chain,
    coins,
    record: (txid) => records.get(txid),
    satPerKb: () => satPerKb,
  });

  const settle = (tx: Tx, verdict: Verdict): Refusal | undefined => {
    if (verdict.kind === 'valid') {
      book.accept(tx, verdict.fee);
      return undefined;
    }
    if (verdict.kind === 'orphan') fates.set(tx.txid, { kind: 'orphan', tx });
    else if (verdict.kind === 'rejected') fates.set(tx.txid, verdict);
    else if (verdict.refusal.competing !== undefined) {
      book.contest(tx, verdict.refusal.competing);
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

  const statusOf = (txid: string): TxStatus =>
    book.status(txid) ?? unmined(txid, 'SEEN_ON_NETWORK');

  const submit = (tx: Tx): Submission => {
    const known = records.get(tx.txid);
    if (known !== undefined) {
      // Whoever sends it again has made it travel again.
      known.stale = false;
      return { ok: true, status: statusOf(tx.txid) };
    }
    const refusal = settle(tx, judge(tx));
    if (refusal === undefined) adoptOrphans();
    changed();
    if (refusal !== undefined) return { ok: false, refusal };
    return { ok: true, status: statusOf(tx.txid) };
  };

  const connect = (txids: readonly string[], wanted = Math.floor(now() / 1000)): Block => {
    const height = chain.height() + 1;
    // Headers must be later than the median of those before them.
    const time = Math.max(chain.medianTime() + 1, wanted);
    const fees = txids.reduce((sum, txid) => sum + (records.get(txid)?.fee ?? 0), 0);
    const reward = coinbaseTx(height, subsidyAt(height) + fees, options.minerScript, u32(branches));
    book.accept(reward, 0);
    const all = [reward.txid, ...txids];
    const block = mineBlock(height, chain.tip()?.hash ?? NULL_TXID, time, all);
    book.extend(block);
    return block;
  };

  const reorg = (depth: number, evict: readonly string[] = []): void => {
    const lost = book.retract(depth);
    for (const { txids } of lost) book.forget(txids[0] ?? '', 'coinbase of a lost block');
    for (const txid of evict) book.forget(txid, 'evicted by a reorganisation');
    branches += 1;
    for (let i = 0; i <= lost.length; i += 1) connect([]);
    // An earlier median time may have made some of them too early.
    for (const txid of [...book.waiting]) {
      const record = records.get(txid);
      if (record !== undefined && !judge.isFinal(record.tx)) {
        book.forget(txid, 'not final after a reorganisation');
      }
    }
    changed();
  };

  for (const { tx, fee, stale } of saved?.records ?? []) book.accept(tx, fee, stale);
  for (const block of saved?.blocks ?? []) book.extend(block);

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
    status: (txid) => book.status(txid),
    record: (txid) => records.get(txid),
    records: () => [...records.values()],
    mempool: () => [...book.waiting].flatMap((txid) => records.get(txid) ?? []),
    mine: (time) => {
      const block = connect([...book.waiting], time);
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
