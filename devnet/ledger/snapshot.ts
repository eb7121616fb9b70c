import { restoreBlock } from './block.ts';
import { bytesOf, hexOf } from './bytes.ts';
import { decodeTx } from './transaction.ts';
import type { Ledger, Saved } from './ledger.ts';

/** A ledger as it lies on disk. */
export interface Snapshot {
  readonly version: 1;
  readonly clockOffset: number;
  readonly satPerKb: number;
  readonly branches: number;
  readonly blocks: readonly { readonly header: string; readonly txids: readonly string[] }[];
  /** In order of acceptance. */
  readonly txs: readonly { readonly raw: string; readonly fee: number; readonly stale: boolean }[];
}

/** Everything that is needed to go on later; orphans and refused transactions are not kept. */
export const takeSnapshot = (ledger: Ledger): Snapshot => {
  const saved = ledger.save();
  return {
    version: 1,
    clockOffset: saved.clockOffset,
    satPerKb: saved.satPerKb,
    branches: saved.branches,
    blocks: saved.blocks.map(({ header, txids }) => ({ header: hexOf(header), txids })),
    txs: saved.records.map(({ tx, fee, stale }) => ({ raw: hexOf(tx.raw), fee, stale })),
  };
};

/** @throws Error when `text` is not a snapshot or contradicts itself. */
export const readSnapshot = (text: string): Saved => {
  const from = JSON.parse(text) as Snapshot;
  if (from.version !== 1) throw new Error('the saved ledger has an unknown version');
  return {
    clockOffset: from.clockOffset,
    satPerKb: from.satPerKb,
    branches: from.branches,
    blocks: from.blocks.map(({ header, txids }, height) =>
      restoreBlock(height, bytesOf(header), txids),
    ),
    records: from.txs.map(({ raw, fee, stale }, order) => ({
      tx: decodeTx(bytesOf(raw)),
      order,
      fee,
      stale,
    })),
  };
};
