import { MerklePath } from '@bsv/sdk';
import {
  byteReader,
  bytesOf,
  concatBytes,
  displayOf,
  hashBytes,
  hexOf,
  varInt,
  type ByteReader,
} from './bytes.ts';
import type { Ledger } from './ledger.ts';
import { bumpOf } from './merkle.ts';
import { readTx, type Tx } from './transaction.ts';

const ATOMIC = '01010101';
const BEEF_V1 = '0100beef';
const BEEF_V2 = '0200beef';
/** No block has 2^32 transactions. */
const MAX_TREE_HEIGHT = 32;

/** One transaction of a BEEF, oldest first. */
export interface BeefTx {
  readonly tx: Tx;
  /** Index of the merkle path that proves it; absent for unmined ones. */
  readonly bump?: number;
}

export interface BeefParts {
  readonly bumps: readonly MerklePath[];
  readonly txs: readonly BeefTx[];
  /** Ids that the sender left out because the receiver knows them (BRC-96). */
  readonly known: readonly string[];
  /** Id of the transaction that all this is about: the named one (BRC-95), else the last. */
  readonly subject: string;
}

/** Whether the bytes start like a BEEF of any kind. */
export const isBeef = (data: Uint8Array): boolean =>
  [ATOMIC, BEEF_V1, BEEF_V2].includes(hexOf(data.subarray(0, 4)));

const readBump = (reader: ByteReader): MerklePath => {
  const start = reader.offset;
  reader.varInt();
  const height = reader.u8();
  if (height > MAX_TREE_HEIGHT) throw new RangeError('merkle path is too high');
  for (let level = 0; level < height; level += 1) {
    for (let left = reader.count(2); left > 0; left -= 1) {
      reader.varInt();
      if ((reader.u8() & 1) === 0) reader.take(32);
    }
  }
  return MerklePath.fromBinary(Uint8Array.from(reader.slice(start)));
};

/**
 * Reads a BEEF: BRC-62, BRC-96 or BRC-95 (atomic).
 * @throws Error when the bytes are not one.
 */
export const readBeef = (reader: ByteReader): BeefParts => {
  let magic = hexOf(reader.take(4));
  const named = magic === ATOMIC ? displayOf(reader.take(32)) : undefined;
  if (named !== undefined) magic = hexOf(reader.take(4));
  if (magic !== BEEF_V1 && magic !== BEEF_V2) throw new RangeError('not a BEEF');
  const bumps = Array.from({ length: reader.count(4) }, () => readBump(reader));
  const txs: BeefTx[] = [];
  const known: string[] = [];
  const proofOf = (): { bump?: number } => {
    const bump = reader.varInt();
    if (bumps[bump] === undefined) throw new RangeError('merkle path index is out of range');
    return { bump };
  };
  for (let left = reader.count(11); left > 0; left -= 1) {
    if (magic === BEEF_V1) {
      const tx = readTx(reader);
      txs.push({ tx, ...(reader.u8() === 0 ? {} : proofOf()) });
      continue;
    }
    const format = reader.u8();
    if (format > 2) throw new RangeError('unknown transaction format');
    if (format === 2) known.push(displayOf(reader.take(32)));
    else {
      const proof = format === 1 ? proofOf() : {};
      txs.push({ tx: readTx(reader), ...proof });
    }
  }
  const subject = named ?? txs.at(-1)?.tx.txid;
  if (subject === undefined || !txs.some(({ tx }) => tx.txid === subject)) {
    throw new RangeError('BEEF lacks its subject');
  }
  return { bumps, txs, known, subject };
};

/** @throws Error unless `data` is exactly one BEEF. */
export const decodeBeef = (data: Uint8Array): BeefParts => {
  const reader = byteReader(data);
  const parts = readBeef(reader);
  if (reader.left !== 0) throw new RangeError('bytes follow the BEEF');
  return parts;
};

/**
 * BEEF (BRC-62) of an accepted transaction with its ancestry down to mined ones.
 * @returns undefined when the transaction is not known.
 */
export const encodeBeef = (ledger: Ledger, txid: string): Uint8Array | undefined => {
  if (ledger.record(txid) === undefined) return undefined;
  const ordered: string[] = [];
  const seen = new Set<string>();
  const proven = new Map<number, Set<number>>();
  // Depth first without recursion: a transaction is placed when all its parents are.
  const pending = [{ txid, ready: false }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.ready) {
      ordered.push(next.txid);
      continue;
    }
    const record = ledger.record(next.txid);
    if (record === undefined || seen.has(next.txid)) continue;
    seen.add(next.txid);
    pending.push({ txid: next.txid, ready: true });
    if (record.block === undefined) {
      for (const input of record.tx.inputs) pending.push({ txid: input.txid, ready: false });
    } else {
      const { block, index } = record.block;
      proven.set(block.height, (proven.get(block.height) ?? new Set()).add(index));
    }
  }
  const heights = [...proven.keys()];
  const bumps = heights.flatMap((height) => {
    const block = ledger.chain.at(height);
    return block === undefined ? [] : [bumpOf(block.tree, height, [...(proven.get(height) ?? [])])];
  });
  const bodies = ordered.flatMap((id) => {
    const record = ledger.record(id);
    if (record === undefined) return [];
    const proof =
      record.block === undefined
        ? Uint8Array.of(0)
        : concatBytes([Uint8Array.of(1), varInt(heights.indexOf(record.block.block.height))]);
    return [record.tx.raw, proof];
  });
  return concatBytes([
    bytesOf(BEEF_V1),
    varInt(bumps.length),
    ...bumps,
    varInt(ordered.length),
    ...bodies,
  ]);
};

/** The same as an atomic BEEF (BRC-95), which names its subject. */
export const encodeAtomicBeef = (ledger: Ledger, txid: string): Uint8Array | undefined => {
  const beef = encodeBeef(ledger, txid);
  return beef && concatBytes([bytesOf(ATOMIC), hashBytes(txid), beef]);
};
