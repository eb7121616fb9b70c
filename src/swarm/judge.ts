import type { Clock } from '../shared/clock.ts';
import type { InfoHash, WireId } from '../shared/units.ts';
import { createBlame } from './blame.ts';
import type { LibPiece, LibTorrent } from './library.ts';
import type { Report } from './report.ts';
import { createSources, wiresOf, type SourcedPiece } from './sources.ts';

/** Watches the hash checks of one torrent and names who sent what. */
export interface Judge {
  supplied(wire: WireId, piece: LibPiece, index: number, offset: number, data: Uint8Array): void;
  mayRequest(index: number, wire: WireId): boolean;
  released(wire: WireId): void;
}

export interface JudgeParts {
  readonly torrent: LibTorrent;
  readonly infoHash: InfoHash;
  readonly report: Report;
  readonly clock: Clock;
  /** Drop this peer and do not let it in again. */
  readonly convict: (wire: WireId) => void;
}

/**
 * The library emits `verified` for a good piece. For a bad one it puts a new piece object in its
 * list and then warns, so any warning is the moment to look which of ours were replaced: that holds
 * whatever the text of the warning says.
 */
export const createJudge = (parts: JudgeParts): Judge => {
  const { torrent, infoHash, report } = parts;
  const sources = createSources();
  const blame = createBlame(() => parts.clock.now());

  const tell = (piece: number, good: boolean, wires: readonly WireId[]): void => {
    report.post('pieceChecked', { infoHash, piece, good, wires });
  };
  const punish = (piece: number, guilty: readonly WireId[]): void => {
    for (const wire of guilty) {
      tell(piece, false, [wire]);
      parts.convict(wire);
    }
  };
  const onFailed = (index: number, blocks: SourcedPiece): void => {
    const guilty = blame.failed(index, blocks);
    if (guilty.length > 0) punish(index, guilty);
    else tell(index, false, wiresOf(blocks));
  };

  torrent.on('verified', (index) => {
    const blocks = sources.verified(index);
    if (blocks === null) return;
    punish(index, blame.verified(index, blocks));
    tell(index, true, wiresOf(blocks));
  });
  torrent.on('warning', () => {
    for (const { index, blocks } of sources.failed((piece) => torrent.pieces[piece])) {
      onFailed(index, blocks);
    }
  });

  return {
    supplied: (wire, piece, index, offset, data) =>
      sources.supplied(piece, index, offset, wire, data),
    mayRequest: (index, wire) => blame.mayRequest(index, wire),
    released: (wire) => blame.released(wire),
  };
};
