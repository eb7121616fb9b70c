/** Which files of a torrent the user wants; its number of files may not be known yet. */
export interface Wishes {
  /** Null before the first start, and of all files until they are known. */
  readonly files: ReadonlySet<number> | null;
  /** The same, to begin with another time. */
  readonly started: readonly number[] | 'all' | null;
  /** What to fetch now; `count` files there are, null while that is not known. */
  of(count: number | null): ReadonlySet<number> | null;
  /**
   * Wants these as well, or all. `anew`: instead of what was wanted before, of which some may have
   * been deselected while it was stopped.
   */
  add(files: readonly number[] | undefined, anew: boolean): void;
  /** Before the first start there is nothing to drop, and afterwards it still was not started. */
  drop(file: number): void;
}

const NONE: ReadonlySet<number> = new Set();

export const createWishes = (first: readonly number[] | 'all' | null): Wishes => {
  let all = first === 'all';
  let files: ReadonlySet<number> | null = first === null || first === 'all' ? null : new Set(first);
  return {
    get files() {
      return files;
    },
    get started() {
      return all ? 'all' : files && [...files];
    },
    of(count) {
      if (all && count !== null) files = new Set(Array.from({ length: count }, (_, at) => at));
      return all && files === null ? NONE : files;
    },
    add(more, anew) {
      if (more === undefined) {
        all = true;
        return;
      }
      if (anew) all = false;
      files = new Set([...(anew ? NONE : (files ?? NONE)), ...more]);
    },
    drop(file) {
      if (!all && files === null) return;
      all = false;
      files = new Set([...(files ?? NONE)].filter((other) => other !== file));
    },
  };
};
