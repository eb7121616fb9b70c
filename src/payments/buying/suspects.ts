import type { WireId } from '../../shared/units.ts';

/** Who is suspected of the bad pieces of one torrent that came from several peers. */
export interface Suspects {
  /** @returns whether one of these sources is convicted already: then the others are not suspected. */
  failed(piece: number, wires: readonly WireId[]): boolean;
  /** @returns the bad pieces that this wire had a part in: nobody else is suspected of them any more. */
  convict(wire: WireId): readonly number[];
  /** The piece is good now. Whoever spoiled it before is convicted by then, or will not be. */
  good(piece: number): void;
}

export const createSuspects = (): Suspects => {
  const convicted = new Set<WireId>();
  const sources = new Map<number, readonly WireId[]>();
  return {
    failed(piece, wires) {
      if (wires.some((wire) => convicted.has(wire))) return true;
      sources.set(piece, [...new Set([...(sources.get(piece) ?? []), ...wires])]);
      return false;
    },
    convict(wire) {
      convicted.add(wire);
      const pieces = [...sources].flatMap(([piece, wires]) =>
        wires.includes(wire) ? [piece] : [],
      );
      for (const piece of pieces) sources.delete(piece);
      return pieces;
    },
    good: (piece) => void sources.delete(piece),
  };
};
