import { describe, expect, it } from 'vitest';
import { mineBlock, restoreBlock, subsidyAt } from './block.ts';
import { displayOf, hash256 } from './bytes.ts';

const TXIDS = ['11'.repeat(32), '22'.repeat(32), '33'.repeat(32)];

describe('blocks', () => {
  it('have a header of 80 bytes whose hash is below the target', () => {
    const block = mineBlock(7, 'ab'.repeat(32), 1_780_000_000, TXIDS);
    expect(block.header).toHaveLength(80);
    expect(displayOf(hash256(block.header))).toBe(block.hash);
    expect(block.hash < '7fffff'.padEnd(64, 'f')).toBe(true);
    expect(Buffer.from(block.header).readUInt32LE(68)).toBe(1_780_000_000);
  });

  it('come back from header and ids, which must agree', () => {
    const block = mineBlock(7, 'ab'.repeat(32), 1_780_000_000, TXIDS);
    expect(restoreBlock(7, block.header, TXIDS)).toMatchObject({
      hash: block.hash,
      previous: block.previous,
      merkleRoot: block.merkleRoot,
      time: block.time,
      nonce: block.nonce,
    });
    expect(() => restoreBlock(7, block.header, TXIDS.slice(1))).toThrow(/merkle root/);
  });

  it('pay a subsidy that halves and ends below 21 million coins', () => {
    expect(subsidyAt(0)).toBe(5_000_000_000);
    expect(subsidyAt(209_999)).toBe(5_000_000_000);
    expect(subsidyAt(210_000)).toBe(2_500_000_000);
    let total = 0;
    for (let era = 0; era < 60; era += 1) total += 210_000 * subsidyAt(era * 210_000);
    expect(total).toBe(2_099_999_997_690_000);
  });
});
