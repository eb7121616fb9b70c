import { MerklePath } from '@bsv/sdk';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { concatBytes, displayOf, hash256, hashBytes, sha256, u32 } from './bytes.ts';
import { bumpOf, merkleRoot, merkleTree, proofNodes } from './merkle.ts';

// All of it is computed for real, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const idsOf = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => displayOf(sha256(u32(index))));

const block = fc
  .integer({ min: 1, max: 70 })
  .chain((count) =>
    fc.tuple(
      fc.constant(idsOf(count)),
      fc.uniqueArray(fc.nat({ max: count - 1 }), { minLength: 1, maxLength: 6 }),
    ),
  );

describe('merkle paths', () => {
  it('lead the SDK from every proven transaction to the root of the block', () => {
    fc.assert(
      fc.property(block, ([txids, indexes]) => {
        const tree = merkleTree(txids);
        const path = MerklePath.fromBinary([...bumpOf(tree, 812, indexes)]);
        expect(path.blockHeight).toBe(812);
        for (const index of indexes) {
          expect(path.computeRoot(txids[index] ?? '')).toBe(displayOf(merkleRoot(tree)));
        }
      }),
    );
  });

  it('give TSC nodes that hash up to the root', () => {
    fc.assert(
      fc.property(block, ([txids, [index = 0]]) => {
        const tree = merkleTree(txids);
        let at = index;
        let hash = hashBytes(txids[index] ?? '');
        for (const node of proofNodes(tree, index)) {
          const sibling = node === '*' ? hash : hashBytes(node);
          hash = hash256(concatBytes(at % 2 === 0 ? [hash, sibling] : [sibling, hash]));
          at >>= 1;
        }
        expect(displayOf(hash)).toBe(displayOf(merkleRoot(tree)));
      }),
    );
  });

  it('prove nothing else', () => {
    const txids = idsOf(5);
    const path = MerklePath.fromBinary([...bumpOf(merkleTree(txids), 1, [2])]);
    expect(() => path.computeRoot(txids[0])).toThrow();
  });
});
