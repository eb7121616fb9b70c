import { MAX_READERS, MAX_WAITING_READERS, READER_IDLE_MS } from './limits.ts';

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

/** One call of a reader. */
export interface Reading {
  /** Whether this is a new place. */
  readonly jumped: boolean;
  /** It waits no longer. */
  settled(): void;
  /** The reader went away. Its place goes too unless it, or another, has moved on from here. */
  left(): boolean;
}

export interface Windows {
  read(reader: Reader, now: number): Reading;
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
  /** Counts calls, so that only the last one can give the place up. */
  call: number;
}

/** A reader that asks this far behind or ahead of its place is the same reader. */
const BEHIND = 1024 * 1024;
const AHEAD = 16 * 1024 * 1024;

export const createWindows = (): Windows => {
  let entries: Entry[] = [];

  /** While someone waits at a place, only what joins on to it belongs there: the rest are others. */
  const find = (file: number, at: number): Entry | undefined =>
    entries.find(
      (entry) =>
        entry.file === file &&
        at >= entry.at - BEHIND &&
        at <= (entry.waiting > 0 ? entry.end : entry.at + AHEAD),
    );

  /** Everyone who waits, up to a bound, and the last places where nobody does just now. */
  const keep = (all: readonly Entry[]): Entry[] => {
    let idle = 0;
    return all
      .filter((entry) => entry.waiting > 0 || (idle += 1) < MAX_READERS)
      .slice(0, MAX_WAITING_READERS);
  };

  return {
    read({ file, at, end }, now) {
      const known = find(file, at);
      const entry: Entry = known ?? { file, at, end, seenAt: now, waiting: 0, call: 0 };
      entry.at = entry.waiting > 0 ? Math.min(entry.at, at) : at;
      entry.end = Math.max(entry.waiting > 0 ? entry.end : 0, end, at + 1);
      entry.seenAt = now;
      entry.waiting += 1;
      entry.call += 1;
      const { call } = entry;
      // Newest first; a jump drops the places of this file where nobody waits.
      const rest = entries.filter(
        (other) =>
          other !== entry && (known !== undefined || other.file !== file || other.waiting > 0),
      );
      entries = keep([entry, ...rest]);
      let open = true;
      const settled = (): void => {
        if (open) entry.waiting -= 1;
        open = false;
      };
      return {
        jumped: known === undefined,
        settled,
        left() {
          settled();
          const isLast = entry.call === call && entry.waiting === 0 && entries.includes(entry);
          if (isLast) entries = entries.filter((other) => other !== entry);
          return isLast;
        },
      };
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
