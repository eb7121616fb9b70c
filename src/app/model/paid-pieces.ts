import { hasPiece } from './pieces.ts';

/**
 * Which held pieces are paid for. The ledger tells sums, not pieces, and pays in the order in which
 * data came; so the bytes paid are laid over the pieces in the order of their arrival (by index for
 * those held when the view opened). Pieces from free peers stay "held": nothing is over-stated.
 */
export interface PaidPieces {
  /** Bitfields, most significant bit first. */
  readonly seen: Uint8Array;
  readonly paid: Uint8Array;
  /** Held pieces not yet covered by payments, oldest first. */
  readonly waiting: readonly number[];
  readonly coveredBytes: number;
}

export interface PieceSizes {
  readonly length: number;
  readonly pieceLength: number;
  readonly pieceCount: number;
}

export const noPaidPieces = (pieceCount: number): PaidPieces => ({
  seen: new Uint8Array(Math.ceil(pieceCount / 8)),
  paid: new Uint8Array(Math.ceil(pieceCount / 8)),
  waiting: [],
  coveredBytes: 0,
});

const bytesOf = (sizes: PieceSizes, piece: number): number =>
  Math.min(sizes.pieceLength, sizes.length - piece * sizes.pieceLength);

const mark = (bits: Uint8Array, index: number): void => {
  bits[index >> 3] = (bits[index >> 3] ?? 0) | (0x80 >> (index & 7));
};

/** The next state, given the bitfield of held pieces and the bytes paid for so far. */
export const advancePaidPieces = (
  state: PaidPieces,
  held: Uint8Array,
  paidBytes: number,
  sizes: PieceSizes,
): PaidPieces => {
  const seen = state.seen.slice();
  const paid = state.paid.slice();
  const waiting = [...state.waiting];
  for (let byte = 0; byte < seen.length; byte += 1) {
    // Most bytes do not change between two samples; only the others are looked at bit by bit.
    if (((held[byte] ?? 0) & ~(seen[byte] ?? 0)) === 0) continue;
    for (let piece = byte * 8; piece < Math.min(byte * 8 + 8, sizes.pieceCount); piece += 1) {
      if (!hasPiece(held, piece) || hasPiece(seen, piece)) continue;
      mark(seen, piece);
      waiting.push(piece);
    }
  }
  let coveredBytes = state.coveredBytes;
  let covered = 0;
  for (const piece of waiting) {
    const next = coveredBytes + bytesOf(sizes, piece);
    if (next > paidBytes) break;
    mark(paid, piece);
    coveredBytes = next;
    covered += 1;
  }
  return { seen, paid, waiting: waiting.slice(covered), coveredBytes };
};
