import type { Clock } from '../shared/clock.ts';
import type { WireId } from '../shared/units.ts';
import { createAsked } from './asked.ts';
import type { Bucket } from './bucket.ts';
import type { LibPiece, LibTorrent, LibWire } from './library.ts';
import type { SpareBlocks } from './spare.ts';
import { MAX_REFUSALS, MAX_UNSOLICITED } from './limits.ts';

/** Listens to what one peer is asked and what it sends. */
export interface Tap {
  /** Withdraws outstanding requests that `which` picks, oldest first. */
  cancel(which: (piece: number, place: number) => boolean): void;
  /**
   * Withdraws those of a piece whose reservations the library has passed on to another peer (its
   * `hotswap`), without telling it: it would free them twice.
   */
  cancelTaken(piece: number): void;
  /** Payload bytes that were asked for and came. */
  readonly received: number;
  /** Requests that are not answered yet, oldest first. */
  readonly waiting: readonly Waiting[];
}

export interface Waiting {
  readonly index: number;
  readonly askedAt: number;
}

export interface TapParts {
  readonly id: WireId;
  readonly wire: LibWire;
  readonly torrent: LibTorrent;
  readonly clock: Clock;
  /** The download limit. */
  readonly speed: Bucket;
  /** A block that was asked for came: it is owed for. */
  readonly onBlock: (index: number, offset: number, length: number) => void;
  /** Blocks that came too late, of all wires of the torrent, and whether one may be used here. */
  readonly spare: SpareBlocks;
  readonly mayUse: (wire: WireId, index: number) => boolean;
  /** A block that was asked for and came will never be used. */
  readonly onWasted: (length: number) => void;
  /** The library takes this block for this piece. */
  readonly onUsed: (piece: LibPiece, index: number, offset: number, block: Uint8Array) => void;
}

interface Pending extends Waiting {
  readonly offset: number;
  readonly length: number;
  silent: boolean;
}

export const createTap = (parts: TapParts): Tap => {
  const { wire, torrent, clock, speed, spare, onBlock, onUsed } = parts;
  const asked = createAsked();
  const pending = new Set<Pending>();
  let received = 0;
  let unsolicited = 0;
  let refusals = 0;
  /** The block that a request was answered with just now. */
  let answered: Uint8Array | null = null;

  const request = wire.request.bind(wire);
  const cancel = wire.cancel.bind(wire);

  const takeSpare = (
    piece: LibPiece,
    index: number,
    offset: number,
    length: number,
  ): Uint8Array | null =>
    spare.take({ piece, index, offset, length }, (origin) => parts.mayUse(origin, index))?.data ??
    null;

  /** It was withdrawn before it came. */
  const keepSpare = (index: number, offset: number, block: Uint8Array): void => {
    const piece = torrent.pieces[index] ?? null;
    if (piece === null) {
      parts.onWasted(block.length);
      return;
    }
    // The block is part of a receive buffer that holds more.
    const data = block.slice();
    spare.keep({
      place: { piece, index, offset, length: data.length },
      wire: parts.id,
      data,
      onUsed: () => onUsed(piece, index, offset, data),
      onWasted: () => parts.onWasted(data.length),
    });
  };

  wire.request = (index, offset, length, callback) => {
    const piece = torrent.pieces[index] ?? null;
    const late = piece && takeSpare(piece, index, offset, length);
    if (late !== null) {
      // Not at once: the library is still at its plan.
      queueMicrotask(() => callback(null, late));
      return;
    }
    const entry: Pending = { index, offset, length, askedAt: clock.now(), silent: false };
    let settled = false;
    request(index, offset, length, (error, block) => {
      settled = true;
      if (pending.delete(entry)) speed.settle(length);
      if (entry.silent) return;
      const isData = error === null && block !== null && block !== undefined;
      if (isData) answered = block;
      // A piece that failed meanwhile was replaced, and the library drops the block.
      if (isData && piece !== null && torrent.pieces[index] === piece) {
        onUsed(piece, index, offset, block);
      } else if (isData) parts.onWasted(length);
      callback(error, block);
    });
    // Answered at once means refused: the wire is closed or the peer chokes us. Nothing was asked.
    if (settled) return;
    pending.add(entry);
    speed.promise(length);
    asked.ask(index, offset, length);
  };

  wire.cancel = (index, offset, length) => {
    asked.cancel(index, offset, length, clock.now());
    cancel(index, offset, length);
  };

  wire.on('piece', (index, offset, block) => {
    speed.spend(block.length);
    if (asked.answer(index, offset, block.length, clock.now())) {
      received += block.length;
      refusals = 0;
      onBlock(index, offset, block.length);
      if (answered !== block) keepSpare(index, offset, block);
    } else {
      unsolicited += 1;
      if (unsolicited > MAX_UNSOLICITED) wire.destroy();
    }
  });
  wire.on('reject', (index, offset, length) => {
    asked.reject(index, offset, length);
    refusals += wire.peerChoking ? 0 : 1;
    if (refusals > MAX_REFUSALS) wire.destroy();
  });
  wire.on('choke', () => {
    if (!wire.hasFast) asked.clear();
  });

  return {
    cancel(which) {
      [...pending].forEach((entry, place) => {
        if (which(entry.index, place)) wire.cancel(entry.index, entry.offset, entry.length);
      });
    },
    cancelTaken(piece) {
      for (const entry of [...pending]) {
        if (entry.index !== piece) continue;
        entry.silent = true;
        wire.cancel(entry.index, entry.offset, entry.length);
      }
    },
    get received() {
      return received;
    },
    get waiting() {
      return [...pending];
    },
  };
};
