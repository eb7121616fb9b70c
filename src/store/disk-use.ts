import { hasBit } from './bitfield.ts';
import type { Layout } from './layout.ts';

/**
 * Bytes that the data files of a torrent count for. A browser counts a file up to its last byte,
 * so a file of which only the end is held counts whole.
 */
export const diskUse = (layout: Layout, files: number, bits: Uint8Array): number => {
  let bytes = 0;
  /** The last held piece before this one; runs down through the torrent once. */
  let piece = layout.pieceCount - 1;
  for (let file = files - 1; file >= 0; file -= 1) {
    const place = layout.file(file);
    if (!place || place.length === 0) continue;
    const end = place.start + place.length;
    piece = Math.min(piece, Math.ceil(end / layout.pieceLength) - 1);
    while (piece >= 0 && !hasBit(bits, piece)) piece -= 1;
    const heldEnd = Math.min(end, (piece + 1) * layout.pieceLength);
    bytes += Math.max(0, heldEnd - place.start);
  }
  return bytes;
};
