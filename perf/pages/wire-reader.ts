/**
 * Reads the BitTorrent stream of one data channel as it comes (BEP-3): a handshake of 68 bytes, then
 * messages `length u32 | id u8 | …`; id 7 is a block, `piece u32 | offset u32 | data`.
 */
export interface WireReader {
  push(data: Uint8Array): void;
}

const HANDSHAKE = 68;
/** Length, id, piece, offset. */
const HEADER = 13;
const PIECE = 7;

/** `onBlock` is called with each block when its last byte is there. */
export const createWireReader = (
  onBlock: (piece: number, offset: number, length: number) => void,
): WireReader => {
  const header = new Uint8Array(HEADER);
  const view = new DataView(header.buffer);
  let skip = HANDSHAKE;
  let filled = 0;
  let block: (() => void) | null = null;

  const finish = (): void => {
    block?.();
    block = null;
  };

  /** What the header says so far; a short message is over before its header is full. */
  const read = (): void => {
    if (filled < 4) return;
    const length = view.getUint32(0);
    const isPiece = filled >= 5 && length >= 9 && header[4] === PIECE;
    if (length === 0) {
      filled = 0;
    } else if (isPiece && filled === HEADER) {
      const [piece, offset] = [view.getUint32(5), view.getUint32(9)];
      block = () => onBlock(piece, offset, length - 9);
      skip = length - 9;
      filled = 0;
      if (skip === 0) finish();
    } else if (!isPiece && filled === 5) {
      skip = length - 1;
      filled = 0;
    }
  };

  return {
    push(data) {
      for (let at = 0; at < data.length;) {
        if (skip > 0) {
          const passed = Math.min(skip, data.length - at);
          skip -= passed;
          at += passed;
          if (skip === 0) finish();
          continue;
        }
        header[filled] = data[at] ?? 0;
        filled += 1;
        at += 1;
        read();
      }
    },
  };
};
