/** A block that a peer asked for. */
export interface BlockRequest {
  readonly index: number;
  readonly offset: number;
  readonly length: number;
}

/** Neighbouring blocks of one piece and their data. */
export interface Run {
  readonly requests: readonly BlockRequest[];
  /** Where the data starts in the piece. */
  readonly offset: number;
  readonly data: Uint8Array;
}

/** Length, message id 7, piece index and offset before the data of a block (BEP-3). */
export const PIECE_HEADER = 4 + 1 + 4 + 4;
const PIECE_MESSAGE = 7;

/**
 * The first requests of `queue` that fit one message of `maxBytes` and that `allows` (their bytes
 * together), as runs of neighbours that one read of the store answers. Takes at least one block
 * when the first is allowed.
 */
export const planBatch = (
  queue: readonly BlockRequest[],
  maxBytes: number,
  allows: (bytes: number) => boolean,
): { readonly runs: readonly (readonly BlockRequest[])[]; readonly taken: number } => {
  const runs: BlockRequest[][] = [];
  let messageBytes = 0;
  let dataBytes = 0;
  let taken = 0;
  for (const request of queue) {
    messageBytes += PIECE_HEADER + request.length;
    dataBytes += request.length;
    if ((taken > 0 && messageBytes > maxBytes) || !allows(dataBytes)) break;
    const run = runs.at(-1);
    const last = run?.at(-1);
    const isNext = last?.index === request.index && last.offset + last.length === request.offset;
    if (run !== undefined && isNext) run.push(request);
    else runs.push([request]);
    taken += 1;
  }
  return { runs, taken };
};

/** Writes one piece message into `target` at `at`; where the next begins. */
export const writeBlock = (
  target: Uint8Array,
  at: number,
  { index, offset, length }: BlockRequest,
  data: Uint8Array,
): number => {
  const header = new DataView(target.buffer, target.byteOffset + at, PIECE_HEADER);
  header.setUint32(0, PIECE_HEADER - 4 + length);
  header.setUint8(4, PIECE_MESSAGE);
  header.setUint32(5, index);
  header.setUint32(9, offset);
  target.set(data, at + PIECE_HEADER);
  return at + PIECE_HEADER + length;
};
