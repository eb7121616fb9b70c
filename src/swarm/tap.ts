import type { Clock } from '../shared/clock.ts';
import { createAsked } from './asked.ts';
import type { LibPiece, LibTorrent, LibWire } from './library.ts';
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
}

export interface TapParts {
  readonly wire: LibWire;
  readonly torrent: LibTorrent;
  readonly clock: Clock;
  /** A block that was asked for came: it is owed for. */
  readonly onBlock: (index: number, offset: number, length: number) => void;
  /** The library takes this block for this piece. */
  readonly onUsed: (piece: LibPiece, index: number, offset: number, block: Uint8Array) => void;
}

interface Pending {
  readonly index: number;
  readonly offset: number;
  readonly length: number;
  silent: boolean;
}

export const createTap = ({ wire, torrent, clock, onBlock, onUsed }: TapParts): Tap => {
  const asked = createAsked();
  const pending = new Set<Pending>();
  let received = 0;
  let unsolicited = 0;
  let refusals = 0;

  const request = wire.request.bind(wire);
  const cancel = wire.cancel.bind(wire);

  wire.request = (index, offset, length, callback) => {
    const piece = torrent.pieces[index] ?? null;
    const entry: Pending = { index, offset, length, silent: false };
    let settled = false;
    request(index, offset, length, (error, block) => {
      settled = true;
      pending.delete(entry);
      if (entry.silent) return;
      const isData = error === null && block !== null && block !== undefined;
      // A piece that failed meanwhile was replaced, and the library drops the block.
      if (isData && piece !== null && torrent.pieces[index] === piece) {
        onUsed(piece, index, offset, block);
      }
      callback(error, block);
    });
    // Answered at once means refused: the wire is closed or the peer chokes us. Nothing was asked.
    if (settled) return;
    pending.add(entry);
    asked.ask(index, offset, length);
  };

  wire.cancel = (index, offset, length) => {
    asked.cancel(index, offset, length, clock.now());
    cancel(index, offset, length);
  };

  wire.on('piece', (index, offset, block) => {
    if (asked.answer(index, offset, block.length, clock.now())) {
      received += block.length;
      refusals = 0;
      onBlock(index, offset, block.length);
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
  };
};
