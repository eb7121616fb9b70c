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
  /** It was taken for missing, and is stored as its hash says: it is held from now on. */
  readonly onFound: (piece: number) => void;
}

/**
 * Reads every piece and hashes it again, a few at a time. Of those that are held, what is bad or
 * cannot be read is missing afterwards; of the others, what turns out to be there (the note of what is
 * held was lost, or not written in time) is held. All of it also when it is cancelled later.
 */
const recheckPieces = async (parts: RecheckParts): Promise<Result<RecheckReport>> => {
  const { torrent, signal, onProgress, onBad, onFound } = parts;
  const { bitfield } = torrent;
  if (!torrent.ready || bitfield === undefined) {
    return fail('not-ready', 'The files of this torrent are not known yet.');
  }
  const held = [...torrent.pieces.keys()].filter((index) => bitfield.get(index));
  const absent = [...torrent.pieces.keys()].filter((index) => !bitfield.get(index));
  // What is served to others comes first.
  const all = [...held, ...absent];
  let next = 0;
  let done = 0;
  let checked = 0;
  let bad = 0;
  const isOver = (): boolean => signal?.aborted === true || torrent.destroyed;
  const verify = (index: number): Promise<boolean | null> =>
    new Promise((resolve) => {
      torrent._verifyPiece(index, (error, good) => resolve(error ? null : (good ?? false)));
    });

  const work = async (): Promise<void> => {
    for (let index = all[next]; index !== undefined && !isOver(); index = all[next]) {
      const wasHeld = next < held.length;
      next += 1;
      const good = await verify(index);
      if (good === null) return;
      if (wasHeld && !good) {
        bad += 1;
        torrent._markUnverified(index);
        onBad(index);
      }
      // It may have come from a peer meanwhile.
      if (!wasHeld && good && !bitfield.get(index)) {
        torrent._markVerified(index);
        onFound(index);
      }
      if (wasHeld || good) checked += 1;
      done += 1;
      onProgress(done, all.length);
    }
  };
  onProgress(0, all.length);
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
  readonly onFound: (piece: number) => void;
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
        onFound: told.onFound,
      });
      progress = null;
      // What was found may have been the last of a file.
      if (!torrent.destroyed && torrent.ready) torrent._checkDone();
      if (!torrent.destroyed) told.onOver();
      told.onChange();
      const isChanged = report.ok && report.value.bad > 0 && isOwn;
      if (isChanged && !torrent.destroyed) torrent._destroy(new FailureError(CHANGED));
      return report;
    },
  };
};
