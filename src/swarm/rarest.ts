import { hasAll, type PieceRange } from './extent.ts';
import type { LibBitfield, LibTorrent } from './library.ts';
import { MAX_COUNTED_BITS, RAREST_BYTES, RAREST_MAX_PIECES, RAREST_MIN_PIECES } from './limits.ts';

/** What is known of the swarm when the rarest pieces are looked for. */
export interface Availability {
  /** How many peers have each piece, those left out that have all or nothing: they make none rarer. */
  readonly counts: Uint16Array;
  /** Whether a peer has all: nothing is out of reach then. */
  readonly isSeeded: boolean;
}

const isEmpty = (pieces: LibBitfield): boolean =>
  pieces.buffer.length === 0 ? !pieces.get(0) : pieces.buffer.every((bits) => bits === 0);

/**
 * Counts who has what. Null when each peer has all of it or nothing: every piece is as rare as any
 * other then. Of a large swarm over a long title some peers stand for all.
 */
export const availabilityOf = (
  peers: readonly LibBitfield[],
  pieceCount: number,
): Availability | null => {
  const seeders = peers.filter((pieces) => hasAll(pieces, pieceCount)).length;
  const partial = peers.filter((pieces) => !isEmpty(pieces) && !hasAll(pieces, pieceCount));
  if (partial.length === 0) return null;
  const counts = new Uint16Array(pieceCount);
  const most = Math.max(1, Math.floor(MAX_COUNTED_BITS / pieceCount));
  for (const { buffer } of partial.slice(0, most)) {
    const length = Math.min(buffer.length, Math.ceil(pieceCount / 8));
    for (let at = 0; at < length; at += 1) {
      let bits = buffer[at] ?? 0;
      for (let piece = 8 * at; bits !== 0; piece += 1) {
        if ((bits & 0x80) !== 0 && piece < pieceCount) counts[piece] = (counts[piece] ?? 0) + 1;
        bits = (bits << 1) & 0xff;
      }
    }
  }
  return { counts, isSeeded: seeders > 0 || partial.length > most };
};

export interface RarestRequest {
  /** Where to look; a later range only once the ones before give no more. */
  readonly ranges: readonly PieceRange[];
  /** Pieces to find. */
  readonly count: number;
  /** Between 0 and 1: where a node begins among pieces that are equally rare, so that two differ. */
  readonly origin: number;
  readonly isHeld: (piece: number) => boolean;
  /** Whether some of its blocks are here or on their way: they were bought, the rest goes with them. */
  readonly isBegun: (piece: number) => boolean;
}

/** Adds to `order` as it goes; pieces that follow each other become one range. */
const append = (order: PieceRange[], piece: number): void => {
  const last = order.at(-1);
  if (last !== undefined && last.to + 1 === piece) order[order.length - 1] = { ...last, to: piece };
  else order.push({ from: piece, to: piece });
};

/**
 * The missing pieces to fetch next, in order: those that were begun, then the rarest. Pure;
 * O(pieces), so it is asked now and then and not for each request.
 */
export const rarestFirst = (
  { counts, isSeeded }: Availability,
  { ranges, count, origin, isHeld, isBegun }: RarestRequest,
): readonly PieceRange[] => {
  const order: PieceRange[] = [];
  const taken = new Set<number>();
  const take = (piece: number): void => {
    taken.add(piece);
    append(order, piece);
  };
  for (const { from, to } of ranges) {
    const length = to - from + 1;
    const first = Math.floor(origin * length);
    /** Missing pieces by how many have them, each list from our own place on and around. */
    const byRarity: number[][] = [];
    for (let step = 0; step < length && taken.size < count; step += 1) {
      const piece = from + ((first + step) % length);
      const rarity = counts[piece] ?? 0;
      if (isHeld(piece) || taken.has(piece) || (rarity === 0 && !isSeeded)) continue;
      if (isBegun(piece)) take(piece);
      else (byRarity[rarity] ??= []).push(piece);
    }
    for (const pieces of byRarity) {
      for (const piece of pieces ?? []) {
        if (taken.size >= count) return order;
        take(piece);
      }
    }
  }
  return order;
};

/**
 * What a torrent should fetch next of `ranges`, the rarest first; nothing when all is equally rare,
 * which is fetched in order. A web seed is no peer that could be sold to: it makes nothing rarer.
 */
export const rarestOf = (
  torrent: Pick<LibTorrent, 'wires' | 'pieces' | 'pieceLength' | 'bitfield'>,
  ranges: readonly PieceRange[],
  origin: number,
): readonly PieceRange[] => {
  const { wires, pieces, pieceLength, bitfield } = torrent;
  const peers = wires.filter(({ type }) => type !== 'webSeed');
  const known = availabilityOf(
    peers.map(({ peerPieces }) => peerPieces),
    pieces.length,
  );
  if (known === null || bitfield === undefined || ranges.length === 0) return [];
  const asked = new Set(wires.flatMap(({ requests }) => requests.map(({ piece }) => piece)));
  const enough = Math.max(RAREST_MIN_PIECES, Math.ceil(RAREST_BYTES / pieceLength));
  return rarestFirst(
    { ...known, isSeeded: known.isSeeded || peers.length < wires.length },
    {
      ranges,
      count: Math.min(RAREST_MAX_PIECES, enough),
      origin,
      isHeld: (piece) => bitfield.get(piece),
      isBegun(piece) {
        const blocks = pieces[piece] ?? null;
        return asked.has(piece) || (blocks !== null && blocks.missing < blocks.length);
      },
    },
  );
};
