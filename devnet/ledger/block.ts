import { concatBytes, displayOf, hash256, hashBytes, hexOf, u32 } from './bytes.ts';
import { merkleRoot, merkleTree, type MerkleTree } from './merkle.ts';
import { NULL_TXID, encodeTx, type Tx } from './transaction.ts';

export interface Block {
  readonly height: number;
  readonly hash: string;
  readonly previous: string;
  readonly merkleRoot: string;
  /** Seconds since the Unix epoch, as the header says. */
  readonly time: number;
  readonly nonce: number;
  /** 80 bytes. */
  readonly header: Uint8Array;
  /** In block order, coinbase first. */
  readonly txids: readonly string[];
  readonly tree: MerkleTree;
}

export const BLOCK_VERSION = 0x20000000;
/** Easiest target there is (that of regression-test networks): about two tries per block. */
export const BITS = 0x207fffff;

/** The same in the form of a display-order hash: everything from here up is too high. */
const TOO_HIGH = '8'.padEnd(64, '0');
const FIRST_SUBSIDY = 50 * 100_000_000;
const HALVING = 210_000;

/** New coins of a block, in satoshi: Bitcoin's own schedule. */
export const subsidyAt = (height: number): number =>
  height >= 53 * HALVING ? 0 : Math.floor(FIRST_SUBSIDY / 2 ** Math.floor(height / HALVING));

/** First transaction of the block at `height`: `reward` satoshi to `script`. */
export const coinbaseTx = (
  height: number,
  reward: number,
  script: Uint8Array,
  tag: Uint8Array,
): Tx =>
  encodeTx({
    version: 1,
    // Height first (BIP-34) makes each coinbase unique; the tag tells branches apart.
    inputs: [
      {
        txid: NULL_TXID,
        vout: 0xffffffff,
        script: concatBytes([Uint8Array.of(4), u32(height), Uint8Array.of(tag.length), tag]),
        sequence: 0xffffffff,
      },
    ],
    outputs: [{ satoshis: reward, script }],
    lockTime: 0,
  });

/** Assembles a block and does its (trivial) proof of work. */
export const mineBlock = (
  height: number,
  previous: string,
  time: number,
  txids: readonly string[],
): Block => {
  const tree = merkleTree(txids);
  const root = merkleRoot(tree);
  const head = concatBytes([u32(BLOCK_VERSION), hashBytes(previous), root, u32(time), u32(BITS)]);
  for (let nonce = 0; ; nonce += 1) {
    const header = concatBytes([head, u32(nonce)]);
    const hash = displayOf(hash256(header));
    if (hash >= TOO_HIGH) continue;
    return {
      height,
      hash,
      previous,
      merkleRoot: displayOf(root),
      time,
      nonce,
      header,
      txids,
      tree,
    };
  }
};

/** Rebuilds a block from its header and transaction ids (a saved chain). */
export const restoreBlock = (
  height: number,
  header: Uint8Array,
  txids: readonly string[],
): Block => {
  const at = Buffer.from(header);
  if (at.length !== 80) throw new RangeError('a header has 80 bytes');
  const tree = merkleTree(txids);
  if (hexOf(merkleRoot(tree)) !== at.toString('hex', 36, 68)) {
    throw new RangeError(`block ${height} does not match its merkle root`);
  }
  return {
    height,
    hash: displayOf(hash256(at)),
    previous: displayOf(at.subarray(4, 36)),
    merkleRoot: displayOf(at.subarray(36, 68)),
    time: at.readUInt32LE(68),
    nonce: at.readUInt32LE(76),
    header: at,
    txids,
    tree,
  };
};
