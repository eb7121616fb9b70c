import { fail, FailureError, ok, type Failure, type Result } from '../shared/result.ts';
import type { CheckProgress, RecheckReport } from '../shared/ports/torrents.ts';
import type { LibTorrent } from './library.ts';
import { CHECKING_AT_ONCE } from './limits.ts';

interface RecheckParts {
  readonly torrent: LibTorrent;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (checked: number, total: number) => void;
  /** What is stored of this piece is not what its hash says: it is missing again. */
  readonly onBad: (piece: number) => void;
}

/**
 * Reads every piece that is held and hashes it again, a few at a time. Pieces that are bad or cannot
 * be read are missing afterwards; also those that were found before it was cancelled.
 */
const recheckPieces = async (parts: RecheckParts): Promise<Result<RecheckReport>> => {
  const { torrent, signal, onProgress, onBad } = parts;
  const { bitfield } = torrent;
  if (!torrent.ready || bitfield === undefined) {
    return fail('not-ready', 'The files of this torrent are not known yet.');
  }
  const held = [...torrent.pieces.keys()].filter((index) => bitfield.get(index));
  let next = 0;
  let checked = 0;
  let bad = 0;
  const isOver = (): boolean => signal?.aborted === true || torrent.destroyed;
  const verify = (index: number): Promise<boolean | null> =>
    new Promise((resolve) => {
      torrent._verifyPiece(index, (error, good) => resolve(error ? null : (good ?? false)));
    });

  const work = async (): Promise<void> => {
    for (let index = held[next]; index !== undefined && !isOver(); index = held[next]) {
      next += 1;
      const good = await verify(index);
      if (good === null) return;
      if (!good) {
        bad += 1;
        torrent._markUnverified(index);
        onBad(index);
      }
      checked += 1;
      onProgress(checked, held.length);
    }
  };
  onProgress(0, held.length);
  await Promise.all(Array.from({ length: CHECKING_AT_ONCE }, work));
  if (signal?.aborted === true) return fail('aborted', 'Cancelled; what was found is noted.');
  if (torrent.destroyed) return fail('not-found', 'This torrent was removed.');
  return ok({ checked, bad });
};

/** The full check of one torrent, one at a time. */
export interface Checker {
  /** Null while none is under way. */
  readonly progress: CheckProgress | null;
  run(signal?: AbortSignal): Promise<Result<RecheckReport>>;
}

export interface CheckerParts {
  readonly torrent: LibTorrent;
  /** Own files are not repaired: when they were changed the torrent fails. */
  readonly isOwn: boolean;
  readonly onBad: (piece: number) => void;
  readonly onChange: () => void;
  readonly onOver: () => void;
}

const CHANGED: Failure = {
  code: 'storage',
  message:
    'Your files were changed since they were seeded, so they are not shared any more. Remove this title and seed them as a new one.',
};

export const createChecker = ({ torrent, isOwn, ...told }: CheckerParts): Checker => {
  let progress: CheckProgress | null = null;
  return {
    get progress() {
      return progress;
    },
    async run(signal) {
      if (progress !== null) return fail('busy', 'This title is being checked already.');
      const report = await recheckPieces({
        torrent,
        signal,
        onProgress(checked, total) {
          progress = { checked, total };
          told.onChange();
        },
        onBad: told.onBad,
      });
      progress = null;
      if (!torrent.destroyed) told.onOver();
      told.onChange();
      const isChanged = report.ok && report.value.bad > 0 && isOwn;
      if (isChanged && !torrent.destroyed) torrent._destroy(new FailureError(CHANGED));
      return report;
    },
  };
};
