import type { PaidRow } from '../pages/ledger-rows.ts';

/** In place of a piece index, for bytes whose block is not remembered (src/payments/batcher/cut.ts). */
const UNKNOWN_PIECE = 0xffff_ffff;

export interface BlockCount {
  /** Blocks of the file that are in the books at least once, whole or in parts. */
  readonly distinct: number;
  /** Blocks of which any byte is missing from the books. */
  readonly lost: number;
  /** Blocks of which any byte is in the books more than once. */
  readonly doubled: number;
}

const BLOCK = 16_384;

/** Counts the blocks of one file of `length` bytes in the rows of one ledger. */
export const countBlocks = (
  rows: readonly PaidRow[],
  length: number,
  pieceLength = 262_144,
): BlockCount => {
  const count = Math.ceil(length / BLOCK);
  const booked = new Float64Array(count);
  for (const row of rows) {
    if (row.piece === UNKNOWN_PIECE) continue;
    const at = Math.floor((row.piece * pieceLength + row.offset) / BLOCK);
    booked[at] = (booked[at] ?? 0) + row.length;
  }
  const whole = (at: number): number => Math.min(BLOCK, length - at * BLOCK);
  return {
    distinct: booked.filter((bytes) => bytes > 0).length,
    lost: booked.filter((bytes, at) => bytes < whole(at)).length,
    doubled: booked.filter((bytes, at) => bytes > whole(at)).length,
  };
};
