import { CRITICAL_BYTES, MAX_READERS, READER_IDLE_MS } from './limits.ts';

/**
 * Where players read in one torrent: one place for each reader, which moves on with it. Pure but for
 * the clock it is given.
 */
export interface Place {
  /** Number that no other reader has; a later one is greater. */
  readonly reader: number;
  readonly file: number;
  /** Byte of the file that is read now. */
  readonly at: number;
  /** Byte that the reader asked for up to, exclusive. */
  readonly end: number;
}

export interface Reader extends Place {
  /** Byte of the file that it began with. */
  readonly from: number;
}

/** One call of a reader. */
export interface Reading {
  /** Whether a new reader asks for what nobody was about to get. */
  readonly jumped: boolean;
  /** It waits no longer. */
  settled(): void;
  /** The reader went away. Its place goes too unless it has asked again since; whether it did. */
  left(): boolean;
}

export interface Windows {
  read(place: Place, now: number): Reading;
  /** Drops readers that have not asked for long; whether any was. */
  expire(now: number): boolean;
  /** The most urgent first: those who wait before those who do not, each in the order they asked. */
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

/** A reader that begins this far behind the place of another needs what that one needs. */
const BEHIND = 1024 * 1024;

const byUrgency = (a: Entry, b: Entry): number => Number(b.waiting > 0) - Number(a.waiting > 0);

/** All up to a bound; beyond it one goes that does not wait just now, or the one that asked first. */
const keep = (all: Entry[]): Entry[] => {
  if (all.length <= MAX_READERS) return all;
  const victim = all.find(({ waiting }) => waiting === 0) ?? all[0];
  return all.filter((entry) => entry !== victim);
};

/**
 * A response is read in order, so a reader that is known goes on, however far: it has read what lies
 * between. How far it asked tells nothing: a player asks for all up to the end of the film, and goes
 * elsewhere before it gives that request up.
 */
export const createWindows = (): Windows => {
  /** In the order of their last call. */
  let entries: Entry[] = [];

  const isAwaited = (file: number, at: number): boolean =>
    entries.some(
      (entry) => entry.file === file && at >= entry.at - BEHIND && at < entry.at + CRITICAL_BYTES,
    );

  return {
    read({ reader, file, at, end }, now) {
      const known = entries.find((entry) => entry.reader === reader);
      const jumped = known === undefined && !isAwaited(file, at);
      const entry: Entry = known ?? {
        reader,
        file,
        from: at,
        at,
        end,
        seenAt: now,
        waiting: 0,
        call: 0,
      };
      entry.at = at;
      entry.end = Math.max(end, at + 1);
      entry.seenAt = now;
      entry.waiting += 1;
      entry.call += 1;
      const { call } = entry;
      entries = keep([...entries.filter((other) => other !== entry), entry]);
      let open = true;
      const settled = (): void => {
        if (open) entry.waiting -= 1;
        open = false;
      };
      return {
        jumped,
        settled,
        left() {
          settled();
          const isLast = entry.call === call && entries.includes(entry);
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
      return [...entries].sort(byUrgency);
    },
  };
};
