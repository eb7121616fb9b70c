import { concatBytes, displayOf, hash256, hashBytes, varInt } from './bytes.ts';

/** All levels of a block's merkle tree, leaves first; the last level is the root alone. */
export type MerkleTree = readonly (readonly Uint8Array[])[];

/** Builds the tree over transaction ids in block order; an odd node is paired with itself. */
export const merkleTree = (txids: readonly string[]): MerkleTree => {
  let level = txids.map(hashBytes);
  const levels = [level];
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const left = level[i] ?? new Uint8Array(32);
      above.push(hash256(concatBytes([left, level[i + 1] ?? left])));
    }
    level = above;
    levels.push(level);
  }
  return levels;
};

/** Root of the tree as it stands in a header, in byte order. */
export const merkleRoot = (tree: MerkleTree): Uint8Array => tree.at(-1)?.[0] ?? new Uint8Array(32);

interface Leaf {
  readonly offset: number;
  /** Absent: this place repeats its left neighbour. */
  readonly hash?: Uint8Array;
  readonly txid: boolean;
}

const siblingOf = (level: readonly Uint8Array[], offset: number): Leaf => {
  const hash = level[offset];
  return hash === undefined ? { offset, txid: false } : { offset, hash, txid: false };
};

const encodeLeaf = (leaf: Leaf): Uint8Array =>
  leaf.hash === undefined
    ? concatBytes([varInt(leaf.offset), Uint8Array.of(1)])
    : concatBytes([varInt(leaf.offset), Uint8Array.of(leaf.txid ? 2 : 0), leaf.hash]);

/**
 * Merkle path in BUMP format (BRC-74) that proves the transactions at `indexes` of the block at
 * `height`. Several transactions of one block share one path.
 */
export const bumpOf = (
  tree: MerkleTree,
  height: number,
  indexes: readonly number[],
): Uint8Array => {
  const levels = tree.slice(0, Math.max(1, tree.length - 1));
  const encoded = levels.map((level, depth) => {
    const leaves = new Map<number, Leaf>();
    for (const index of indexes) {
      const offset = (index >> depth) ^ 1;
      if (tree.length > 1 && !leaves.has(offset)) leaves.set(offset, siblingOf(level, offset));
    }
    if (depth === 0) {
      for (const index of indexes) leaves.set(index, { ...siblingOf(level, index), txid: true });
    }
    const sorted = [...leaves.values()].sort((a, b) => a.offset - b.offset);
    return concatBytes([varInt(sorted.length), ...sorted.map(encodeLeaf)]);
  });
  return concatBytes([varInt(height), Uint8Array.of(levels.length), ...encoded]);
};

/** Sibling hashes of one leaf from the bottom up, `*` where it pairs with itself (TSC proof format). */
export const proofNodes = (tree: MerkleTree, index: number): string[] =>
  tree.slice(0, -1).map((level, depth) => {
    const hash = level[(index >> depth) ^ 1];
    return hash === undefined ? '*' : displayOf(hash);
  });
