import { PIECE_HEADER, PIECE_MESSAGE } from '../batch.ts';
import { MAX_BLOCK_LENGTH } from '../limits.ts';

/** A block as it stands in a message; `data` is a part of it, not a copy. */
export interface LaneBlock {
  readonly index: number;
  readonly offset: number;
  readonly data: Uint8Array;
}

/**
 * Reads a message of a lane: whole `piece` messages (BEP-3), one after the other, and nothing else.
 * Null when it is anything else.
 */
export const readBlocks = (message: ArrayBuffer): readonly LaneBlock[] | null => {
  const view = new DataView(message);
  const blocks: LaneBlock[] = [];
  for (let at = 0; at < message.byteLength;) {
    if (at + PIECE_HEADER > message.byteLength) return null;
    const length = view.getUint32(at) - (PIECE_HEADER - 4);
    const start = at + PIECE_HEADER;
    if (view.getUint8(at + 4) !== PIECE_MESSAGE || length <= 0 || length > MAX_BLOCK_LENGTH) {
      return null;
    }
    if (start + length > message.byteLength) return null;
    blocks.push({
      index: view.getUint32(at + 5),
      offset: view.getUint32(at + 9),
      data: new Uint8Array(message, start, length),
    });
    at = start + length;
  }
  return blocks;
};
