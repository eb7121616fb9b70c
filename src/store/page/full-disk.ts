import type { Clock } from '../../shared/clock.ts';
import type { Failure } from '../../shared/result.ts';
import type { InfoHash } from '../../shared/units.ts';

/** What becomes of pieces that were bought and find no room: they wait in memory, nothing is lost. */
export interface FullDisk {
  /** A piece of this torrent found no room; resolves when it makes sense to try again. */
  full(infoHash: InfoHash, failure: Failure): Promise<void>;
  /** A piece was written. */
  written(infoHash: InfoHash): void;
  /** Nothing of this torrent waits any more; the next time it is told anew. */
  gone(infoHash: InfoHash): void;
}

/** A person frees space in seconds at best; a refused write costs next to nothing. */
const TRY_AGAIN_MS = 2_000;

/** `onChange` is told when a torrent begins to wait for room, and with null when it goes on. */
export const createFullDisk = (
  clock: Clock,
  onChange: (infoHash: InfoHash, failure: Failure | null) => void,
): FullDisk => {
  const waiting = new Set<InfoHash>();
  return {
    full(infoHash, failure) {
      if (!waiting.has(infoHash)) {
        waiting.add(infoHash);
        onChange(infoHash, failure);
      }
      return new Promise((resolve) => {
        clock.after(TRY_AGAIN_MS, resolve);
      });
    },
    written(infoHash) {
      if (waiting.delete(infoHash)) onChange(infoHash, null);
    },
    gone: (infoHash) => void waiting.delete(infoHash),
  };
};
