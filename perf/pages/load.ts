import { BLOCK_COLUMNS, type WirePayments } from '../../src/shared/ports/wire-payments.ts';
import { BLOCK_LENGTH, wireId, type InfoHash } from '../../src/shared/units.ts';
import type { Backlog } from './backlog.ts';

/** One wire of the load: the blocks of its pieces come in order, and each piece passes its check. */
interface LoadWire {
  readonly wire: number;
  readonly infoHash: InfoHash;
  /** Piece under way; every wire has pieces of its own. */
  piece: number;
  block: number;
}

/** Everything that comes from one peer. */
export interface LoadAccount {
  readonly backlog: Backlog;
  readonly wires: readonly LoadWire[];
  /** The wire that the next block comes on: they take turns, a piece each. */
  turn: number;
}

export const loadWire = (wire: number, infoHash: InfoHash, firstPiece: number): LoadWire => ({
  wire,
  infoHash,
  piece: firstPiece,
  block: 0,
});

export interface Load {
  /** Reports the next blocks of these accounts, one for each mention, in one post. */
  report(accounts: readonly LoadAccount[]): void;
}

/** Plays the page: reports blocks, and that a piece is good once its last block has come. */
export const createLoad = (
  payments: Pick<WirePayments, 'post'>,
  options: { readonly blocksInPiece: number },
): Load => {
  const { blocksInPiece } = options;
  return {
    report(accounts) {
      const rows = new Uint32Array(accounts.length * BLOCK_COLUMNS);
      const complete: LoadWire[] = [];
      const pieces: number[] = [];
      const now = performance.now();
      accounts.forEach((account, at) => {
        const wire = account.wires[account.turn];
        if (wire === undefined) throw new Error('An account has no wire.');
        rows.set(
          [wire.wire, wire.piece, wire.block * BLOCK_LENGTH, BLOCK_LENGTH],
          at * BLOCK_COLUMNS,
        );
        account.backlog.add(now);
        wire.block += 1;
        if (wire.block < blocksInPiece) return;
        complete.push(wire);
        pieces.push(wire.piece);
        wire.block = 0;
        wire.piece += 1;
        account.turn = (account.turn + 1) % account.wires.length;
      });
      payments.post('blocksReceived', { rows }, [rows.buffer]);
      complete.forEach(({ wire, infoHash }, at) => {
        const piece = pieces[at] ?? 0;
        const wires = [wireId(wire)];
        payments.post('pieceChecked', { infoHash, piece, good: true, wires });
      });
    },
  };
};
