import type { StoredFile } from './spec.ts';

/** Where the bytes of a torrent lie: pieces run across the files as if those were joined (BEP-3). */

/** A run of bytes inside one file. */
export interface Span {
  readonly file: number;
  /** From the start of the file. */
  readonly offset: number;
  readonly length: number;
}

export interface Layout {
  readonly pieceLength: number;
  readonly length: number;
  readonly pieceCount: number;
  /** Length of one piece: the last may be short. 0 for a piece that does not exist. */
  pieceSize(piece: number): number;
  /** Offset of a file in the torrent and its length; null for a file that does not exist. */
  file(index: number): { readonly start: number; readonly length: number } | null;
  /** The spans that make up `length` bytes from `offset` in the torrent, in order, none empty. */
  spans(offset: number, length: number): Span[];
}

/** Limits that keep arithmetic exact and a hostile torrent from filling memory with file records. */
export const MAX_FILES = 100_000;
const MAX_PIECE_LENGTH = 2 ** 28;

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;

/** Null when the numbers contradict each other or exceed the limits. */
export const createLayout = (
  pieceLength: number,
  length: number,
  files: readonly StoredFile[],
): Layout | null => {
  if (!isCount(pieceLength) || pieceLength < 1 || pieceLength > MAX_PIECE_LENGTH) return null;
  if (!isCount(length) || files.length < 1 || files.length > MAX_FILES) return null;
  const starts: number[] = [];
  let total = 0;
  for (const file of files) {
    if (!isCount(file.length)) return null;
    starts.push(total);
    total += file.length;
    if (!isCount(total)) return null;
  }
  if (total !== length) return null;

  /** Index of the last file that starts at or before `offset`: the one that holds it. */
  const fileAt = (offset: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };

  const pieceCount = Math.ceil(length / pieceLength);
  return {
    pieceLength,
    length,
    pieceCount,
    pieceSize(piece) {
      if (!isCount(piece) || piece >= pieceCount) return 0;
      return Math.min(pieceLength, length - piece * pieceLength);
    },
    file(index) {
      const start = starts[index];
      const file = files[index];
      return start === undefined || file === undefined ? null : { start, length: file.length };
    },
    spans(offset, size) {
      const spans: Span[] = [];
      const end = Math.min(offset + size, length);
      let at = offset;
      let file = fileAt(offset);
      while (at < end) {
        const start = starts[file] ?? 0;
        const inFile = at - start;
        const take = Math.min((files[file]?.length ?? 0) - inFile, end - at);
        if (take > 0) spans.push({ file, offset: inFile, length: take });
        at += Math.max(take, 0);
        file += 1;
      }
      return spans;
    },
  };
};
