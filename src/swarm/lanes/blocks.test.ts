import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PIECE_HEADER, writeBlock } from '../batch.ts';
import { MAX_BLOCK_LENGTH } from '../limits.ts';
import { readBlocks } from './blocks.ts';

const message = (blocks: readonly { index: number; offset: number; data: Uint8Array }[]) => {
  const length = blocks.reduce((sum, { data }) => sum + PIECE_HEADER + data.length, 0);
  const target = new Uint8Array(length);
  let at = 0;
  for (const { index, offset, data } of blocks) {
    at = writeBlock(target, at, { index, offset, length: data.length }, data);
  }
  return target;
};

const u32 = fc.nat(0xffff_ffff);
const block = fc.record({
  index: u32,
  offset: u32,
  data: fc.uint8Array({ minLength: 1, maxLength: 40 }),
});

describe('a message of a lane', () => {
  it('is read as the blocks that it was made of', () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 6 }), (blocks) => {
        expect(readBlocks(message(blocks).buffer)).toEqual(blocks);
      }),
    );
  });

  it('is nothing when it was cut anywhere but between two blocks', () => {
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 4 }), fc.nat(), (blocks, at) => {
        const whole = message(blocks);
        const cut = whole.slice(0, at % whole.length);
        const read = readBlocks(cut.buffer);
        if (read !== null) expect(message(read)).toEqual(cut);
      }),
    );
  });

  it('is read or refused, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (data) => {
        const read = readBlocks(Uint8Array.from(data).buffer);
        if (read !== null) expect(message(read)).toEqual(data);
      }),
    );
  });

  it('carries no other message, no empty block and none that is too long', () => {
    const good = message([{ index: 1, offset: 2, data: new Uint8Array(3) }]);
    const other = good.slice();
    other[4] = 6;
    expect(readBlocks(other.buffer)).toBeNull();
    expect(
      readBlocks(message([{ index: 1, offset: 2, data: new Uint8Array(0) }]).buffer),
    ).toBeNull();
    const long = message([{ index: 1, offset: 2, data: new Uint8Array(MAX_BLOCK_LENGTH + 1) }]);
    expect(readBlocks(long.buffer)).toBeNull();
  });
});
