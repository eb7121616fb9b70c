import type { LibBitfield } from './library.ts';

/** Geometry of pieces and files, and what of it is held. Pure. */

const POPCOUNT = Uint8Array.from({ length: 256 }, (_, value) => {
  let bits = 0;
  for (let rest = value; rest > 0; rest >>= 1) bits += rest & 1;
  return bits;
});

const bitsSet = (buffer: Uint8Array, count: number): number => {
  let sum = 0;
  for (const value of buffer.subarray(0, Math.ceil(count / 8))) sum += POPCOUNT[value] ?? 0;
  return sum;
};

/** Whether a peer has all of `count` pieces. The buffer is empty for one that has all (BEP-6), and for one that has said nothing yet. */
export const hasAll = (pieces: LibBitfield, count: number): boolean => {
  const { buffer } = pieces;
  if (buffer.length === 0) return pieces.get(0);
  return count > 0 && bitsSet(buffer, count) === count;
};

/** Whether a bit of a bitfield (BEP-3) is set; bits outside are clear. */
export const hasBit = (buffer: Uint8Array, index: number): boolean =>
  ((buffer[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0;

/** A bitfield of `count` bits, all set, its spare bits clear (BEP-3). */
export const fullBitfield = (count: number): Uint8Array => {
  const field = new Uint8Array(Math.ceil(count / 8)).fill(0xff);
  const spare = field.length * 8 - count;
  if (spare > 0) field[field.length - 1] = (0xff << spare) & 0xff;
  return field;
};

/** A file's place in the torrent. */
export interface FileSpan {
  readonly offset: number;
  readonly length: number;
}

export interface PieceRange {
  readonly from: number;
  /** Inclusive. */
  readonly to: number;
}

/** The pieces that hold bytes [start, end) of a file; null when there are none. */
export const piecesOf = (
  file: FileSpan,
  start: number,
  end: number,
  pieceLength: number,
): PieceRange | null => {
  const last = Math.min(end, file.length) - 1;
  if (start > last || start < 0) return null;
  return {
    from: Math.floor((file.offset + start) / pieceLength),
    to: Math.floor((file.offset + last) / pieceLength),
  };
};

/** Bytes of `file` that lie in piece `index`. */
export const overlap = (file: FileSpan, index: number, pieceLength: number): number => {
  const start = Math.max(file.offset, index * pieceLength);
  const end = Math.min(file.offset + file.length, (index + 1) * pieceLength);
  return Math.max(0, end - start);
};

/** Where the held bytes that begin at `offset` of a file end; `offset` itself when that byte is missing. */
export const heldUntil = (
  file: FileSpan,
  offset: number,
  pieceLength: number,
  bitfield: LibBitfield,
): number => {
  if (offset < 0 || offset >= file.length) return offset;
  let index = Math.floor((file.offset + offset) / pieceLength);
  let end = offset;
  while (end < file.length && bitfield.get(index)) {
    index += 1;
    end = Math.min(file.length, index * pieceLength - file.offset);
  }
  return end;
};

/** Held bytes of a file from `offset` on, without a gap. */
export const heldFrom = (
  { files, pieceLength, bitfield }: HeldFiles,
  file: number,
  offset: number,
): number => {
  const span = files[file];
  if (span === undefined || bitfield === undefined) return 0;
  return heldUntil(span, offset, pieceLength, bitfield) - offset;
};

interface HeldFiles {
  readonly files: readonly FileSpan[];
  readonly pieceLength: number;
  /** Undefined until it is known. */
  readonly bitfield: LibBitfield | undefined;
}
