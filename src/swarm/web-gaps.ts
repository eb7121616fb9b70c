import type { FileSpan } from './extent.ts';
import type { LibWebConnection } from './library.ts';

/** Files that a web seed turned out not to have. */
export interface WebGaps {
  /** Takes back all pieces that reach into this file. @returns whether any file is left. */
  lose(file: number): 'some' | 'all';
  /** Whether a piece cannot be had. */
  has(piece: number): boolean;
}

/** @param files one behind the other, as in the torrent. */
export const createWebGaps = (
  files: readonly FileSpan[],
  pieceLength: number,
  connection: Pick<LibWebConnection, 'have' | 'lt_donthave'>,
): WebGaps => {
  const lost = new Set<number>();
  const pieces = new Set<number>();
  const filled = files.filter(({ length }) => length > 0).length;
  const have = connection.have.bind(connection);
  // The library says that it has a piece again some time after a request of it failed.
  connection.have = (index) => {
    if (!pieces.has(index)) have(index);
  };
  return {
    lose(file) {
      const span = files[file];
      if (span !== undefined && span.length > 0 && !lost.has(file)) {
        lost.add(file);
        const last = Math.floor((span.offset + span.length - 1) / pieceLength);
        for (let at = Math.floor(span.offset / pieceLength); at <= last; at += 1) {
          if (pieces.has(at)) continue;
          pieces.add(at);
          connection.lt_donthave.donthave(at);
        }
      }
      return lost.size === filled ? 'all' : 'some';
    },
    has: (piece) => pieces.has(piece),
  };
};
