import { BLOCK_LENGTH, type WireId } from '../shared/units.ts';

/** One block of a piece: who sent it, and the data until the piece is judged. */
export interface SourcedBlock {
  readonly wire: WireId;
  readonly data: Uint8Array;
}
/** Blocks of a piece by their number in it. */
export type SourcedPiece = ReadonlyMap<number, SourcedBlock>;

/**
 * Who supplied the blocks of pieces under way. The library forgets its own list before it knows
 * whether the hash is right. `piece` is the library's piece object: a failed one is replaced.
 */
export interface Sources {
  supplied(piece: object, index: number, offset: number, wire: WireId, data: Uint8Array): void;
  /** Takes the blocks of a piece that was verified. */
  verified(index: number): SourcedPiece | null;
  /** Takes the pieces whose object was replaced by another: they failed. */
  failed(current: (index: number) => object | null | undefined): readonly FailedPiece[];
}

export interface FailedPiece {
  readonly index: number;
  readonly blocks: SourcedPiece;
}

interface Entry {
  readonly piece: object;
  readonly blocks: Map<number, SourcedBlock>;
}

export const createSources = (): Sources => {
  const entries = new Map<number, Entry>();
  return {
    supplied(piece, index, offset, wire, data) {
      let entry = entries.get(index);
      if (entry?.piece !== piece) {
        entry = { piece, blocks: new Map() };
        entries.set(index, entry);
      }
      // The library keeps the first copy of a block.
      const number = Math.floor(offset / BLOCK_LENGTH);
      if (!entry.blocks.has(number)) entry.blocks.set(number, { wire, data });
    },
    verified(index) {
      const entry = entries.get(index);
      entries.delete(index);
      return entry?.blocks ?? null;
    },
    failed(current) {
      const failures: FailedPiece[] = [];
      for (const [index, { piece, blocks }] of entries) {
        const now = current(index);
        if (now === piece || now === null || now === undefined) continue;
        entries.delete(index);
        failures.push({ index, blocks });
      }
      return failures;
    },
  };
};

/** The wires of these blocks, each once. */
export const wiresOf = (blocks: SourcedPiece): WireId[] => [
  ...new Set([...blocks.values()].map(({ wire }) => wire)),
];
