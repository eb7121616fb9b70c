import type { FileView } from '../../shared/ports/torrents.ts';

/** Piece indexes from `first` up to, not including, `end`. */
export interface PieceRange {
  readonly first: number;
  readonly end: number;
}

/** Whether bit `index` of a BEP-3 bitfield (most significant bit first) is set. */
export const hasPiece = (pieces: Uint8Array, index: number): boolean =>
  (((pieces[index >> 3] ?? 0) >> (7 - (index & 7))) & 1) === 1;

/**
 * The pieces that hold file `index`. Files lie behind each other in the order of the list (BEP-3),
 * so a piece at a border belongs to both neighbours.
 */
export const pieceRange = (
  files: readonly FileView[],
  index: number,
  pieceLength: number,
): PieceRange => {
  let offset = 0;
  for (const file of files) {
    if (file.index === index) {
      const first = Math.floor(offset / pieceLength);
      if (file.length === 0) return { first, end: first };
      return { first, end: Math.floor((offset + file.length - 1) / pieceLength) + 1 };
    }
    offset += file.length;
  }
  return { first: 0, end: 0 };
};

/** What a bucket of pieces shows. Partial: some, not all, of its pieces are held. */
export type PieceLook = 'missing' | 'partial' | 'held' | 'paid';

/**
 * Reduces a range of pieces to at most `buckets` looks, in order. A bucket is only as good as its
 * worst piece, so the map never promises what is not there.
 */
export const reducePieces = (
  pieces: Uint8Array,
  paid: Uint8Array,
  range: PieceRange,
  buckets: number,
): readonly PieceLook[] => {
  const count = range.end - range.first;
  const shown = Math.min(count, Math.max(1, buckets));
  const looks: PieceLook[] = [];
  for (let bucket = 0; bucket < shown; bucket += 1) {
    const from = range.first + Math.floor((bucket * count) / shown);
    const to = range.first + Math.floor(((bucket + 1) * count) / shown);
    let held = 0;
    let bought = 0;
    for (let piece = from; piece < to; piece += 1) {
      if (!hasPiece(pieces, piece)) continue;
      held += 1;
      if (hasPiece(paid, piece)) bought += 1;
    }
    const all = to - from;
    looks.push(held === 0 ? 'missing' : held < all ? 'partial' : bought === all ? 'paid' : 'held');
  }
  return looks;
};

/** Neighbours of the same look as one run; `from` and `to` are shares of the whole, 0 to 1. */
export interface PieceRun {
  readonly look: PieceLook;
  readonly from: number;
  readonly to: number;
}

export const runsOf = (looks: readonly PieceLook[]): readonly PieceRun[] => {
  const runs: PieceRun[] = [];
  let start = 0;
  looks.forEach((look, index) => {
    if (looks[index + 1] === look) return;
    runs.push({ look, from: start / looks.length, to: (index + 1) / looks.length });
    start = index + 1;
  });
  return runs;
};
