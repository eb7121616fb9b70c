import { MAX_READERS, READER_IDLE_MS } from './limits.ts';

/**
 * Where players read in one torrent. A reader that moves on keeps its window; one that jumps makes a
 * new one, and the old is dropped unless someone still waits there. Pure but for the clock it is given.
 */
export interface Reader {
  readonly file: number;
  /** Byte of the file that is read now. */
  readonly at: number;
  /** Byte that the reader asked for up to, exclusive. */
  readonly end: number;
}

export interface Windows {
  /**
   * A reader asks for [at, end) of a file. Returns whether this is a new place, and a function that
   * is called when it waits no longer.
   */
  read(reader: Reader, now: number): { readonly jumped: boolean; readonly settled: () => void };
  /** A reader went away: its place is worth nothing any more. */
  leave(file: number, at: number): void;
  /** Drops readers that have not asked for long; whether any was. */
  expire(now: number): boolean;
  /** Newest first. */
  readonly readers: readonly Reader[];
}

interface Entry extends Reader {
  at: number;
  end: number;
  seenAt: number;
  waiting: number;
}

/** A reader that asks this far behind or ahead of its place is the same reader. */
const BEHIND = 1024 * 1024;
const AHEAD = 16 * 1024 * 1024;

export const createWindows = (): Windows => {
  let entries: Entry[] = [];

  const find = (file: number, at: number): Entry | undefined =>
    entries.find(
      (entry) => entry.file === file && at >= entry.at - BEHIND && at <= entry.at + AHEAD,
    );

  return {
    read({ file, at, end }, now) {
      const known = find(file, at);
      const entry: Entry = known ?? { file, at, end, seenAt: now, waiting: 0 };
      entry.at = at;
      entry.end = Math.max(end, at + 1);
      entry.seenAt = now;
      entry.waiting += 1;
      // Newest first; a jump drops the places of this file where nobody waits.
      const rest = entries.filter(
        (other) =>
          other !== entry && (known !== undefined || other.file !== file || other.waiting > 0),
      );
      entries = [entry, ...rest].slice(0, MAX_READERS);
      let open = true;
      return {
        jumped: known === undefined,
        settled() {
          if (open) entry.waiting -= 1;
          open = false;
        },
      };
    },
    leave(file, at) {
      entries = entries.filter(
        (entry) => entry.file !== file || entry.at !== at || entry.waiting > 0,
      );
    },
    expire(now) {
      const before = entries.length;
      entries = entries.filter((entry) => entry.waiting > 0 || now - entry.seenAt < READER_IDLE_MS);
      return entries.length < before;
    },
    get readers() {
      return entries;
    },
  };
};
