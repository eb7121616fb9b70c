import { describe, expect, it } from 'vitest';
import { countBlocks } from './block-count.ts';

const BLOCK = 16_384;
const row = (piece: number, offset: number, length = BLOCK) => ({
  infoHash: '',
  peer: '',
  cid: '',
  direction: 'sent' as const,
  piece,
  offset,
  length,
  sat: 17,
  time: 0,
  age: 0,
  paidAfter: 0,
});

describe('blocks in the books', () => {
  it('are counted once, whole or in parts, the short last one too', () => {
    const length = 16 * BLOCK + 100;
    const all = Array.from({ length: 16 }, (_, at) => row(0, at * BLOCK));
    expect(countBlocks([...all, row(1, 0, 100)], length)).toEqual({
      distinct: 17,
      lost: 0,
      doubled: 0,
    });
    const parted = [...all.slice(1), row(0, 0, 1_000), row(0, 1_000, BLOCK - 1_000)];
    expect(countBlocks([...parted, row(1, 0, 100)], length).lost).toBe(0);
  });

  it('that are missing or there twice are found', () => {
    const rows = [row(0, 0), row(0, 0), row(0, 2 * BLOCK), row(0, 3 * BLOCK, 10)];
    expect(countBlocks(rows, 4 * BLOCK)).toEqual({ distinct: 3, lost: 2, doubled: 1 });
    expect(countBlocks([row(0xffff_ffff, 0)], BLOCK)).toEqual({ distinct: 0, lost: 1, doubled: 0 });
  });
});
