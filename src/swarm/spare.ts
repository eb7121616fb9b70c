import type { WireId } from '../shared/units.ts';
import { MAX_SPARE } from './limits.ts';

/**
 * Blocks that came after their request was withdrawn. They were on their way and are paid, so they
 * answer the next request for the same block instead of being bought again. `piece` is the library's
 * piece object: once it was replaced (a failed hash), what came for it is of no use.
 */
export interface SpareBlocks {
  keep(spare: Spare): void;
  /** A block that may stand in for this request; `mayUse`: whether one of that wire is allowed. */
  take(place: BlockPlace, mayUse: (wire: WireId) => boolean): Spare | null;
  /** The piece is whole: what is left of it here was paid in vain. */
  drop(index: number): void;
}

export interface BlockPlace {
  readonly piece: object;
  readonly index: number;
  readonly offset: number;
  readonly length: number;
}

export interface Spare {
  readonly place: BlockPlace;
  readonly wire: WireId;
  readonly data: Uint8Array;
  /** The block is used after all. */
  readonly onUsed: () => void;
  /** It never will be. */
  readonly onWasted: () => void;
}

export const createSpareBlocks = (): SpareBlocks => {
  /** By piece index and offset; a map keeps them in the order they came. */
  const spares = new Map<string, Spare>();
  let size = 0;

  const keyOf = ({ index, offset, length }: BlockPlace): string => `${index}/${offset}/${length}`;

  const remove = (key: string): Spare | null => {
    const spare = spares.get(key);
    if (spare === undefined) return null;
    spares.delete(key);
    size -= spare.data.length;
    return spare;
  };

  return {
    keep(spare) {
      const key = keyOf(spare.place);
      remove(key)?.onWasted();
      spares.set(key, spare);
      size += spare.data.length;
      for (const oldest of spares.keys()) {
        if (size <= MAX_SPARE) break;
        remove(oldest)?.onWasted();
      }
    },
    take(place, mayUse) {
      const spare = remove(keyOf(place));
      if (spare === null) return null;
      if (spare.place.piece === place.piece && mayUse(spare.wire)) {
        spare.onUsed();
        return spare;
      }
      spare.onWasted();
      return null;
    },
    drop(index) {
      const prefix = `${index}/`;
      for (const key of [...spares.keys()]) {
        if (key.startsWith(prefix)) remove(key)?.onWasted();
      }
    },
  };
};
