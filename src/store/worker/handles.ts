import type { OpenFile } from './folder.ts';

/**
 * Keeps the files used last open, and no more than a bounded number: a torrent may have a thousand
 * files, and an open handle is a lock and a file descriptor.
 */
export interface Handles {
  /** Opens unless open, runs `use` without interruption, and counts it as the last use. */
  use<T>(key: string, open: () => Promise<OpenFile>, use: (file: OpenFile) => T): Promise<T>;
  /** The same for `use` that writes: the file is flushed before it is closed. */
  change<T>(key: string, open: () => Promise<OpenFile>, use: (file: OpenFile) => T): Promise<T>;
  /** Flushes every changed file whose key starts with `prefix`. */
  flush(prefix: string): void;
  /** Flushes and closes every file whose key starts with `prefix`, once nobody waits for it. */
  close(prefix: string): Promise<void>;
}

interface Entry {
  file: OpenFile | null;
  opening: Promise<OpenFile>;
  users: number;
  changed: boolean;
}

export const createHandles = (limit: number): Handles => {
  /** In order of last use, the oldest first. */
  const entries = new Map<string, Entry>();

  const flushEntry = (entry: Entry): void => {
    if (!entry.changed || !entry.file) return;
    entry.file.flush();
    entry.changed = false;
  };

  const closeEntry = (key: string, entry: Entry): void => {
    try {
      flushEntry(entry);
    } finally {
      entries.delete(key);
      entry.file?.close();
    }
  };

  const evict = (): void => {
    for (const [key, entry] of entries) {
      if (entries.size <= limit) return;
      if (entry.file && entry.users === 0) closeEntry(key, entry);
    }
  };

  const touch = (key: string, open: () => Promise<OpenFile>): Entry => {
    const known = entries.get(key);
    if (known) {
      entries.delete(key);
      entries.set(key, known);
      return known;
    }
    const entry: Entry = { file: null, opening: open(), users: 0, changed: false };
    entries.set(key, entry);
    return entry;
  };

  const run = async <T>(
    key: string,
    open: () => Promise<OpenFile>,
    use: (file: OpenFile) => T,
    changes: boolean,
  ): Promise<T> => {
    const entry = touch(key, open);
    entry.users += 1;
    try {
      entry.file ??= await entry.opening;
      if (changes) entry.changed = true;
      return use(entry.file);
    } catch (thrown) {
      // A file that could not be opened must not stay: the next use tries again.
      if (!entry.file && entries.get(key) === entry) entries.delete(key);
      throw thrown;
    } finally {
      entry.users -= 1;
      evict();
    }
  };

  const matching = (prefix: string): [string, Entry][] =>
    [...entries].filter(([key]) => key.startsWith(prefix));

  return {
    use: (key, open, use) => run(key, open, use, false),
    change: (key, open, use) => run(key, open, use, true),
    flush(prefix) {
      for (const [, entry] of matching(prefix)) flushEntry(entry);
    },
    async close(prefix) {
      for (const [key, entry] of matching(prefix)) {
        entry.file ??= await entry.opening.catch(() => null);
        // Whoever waited for the same opening runs first, within a few turns of the microtask queue.
        while (entry.users > 0) await Promise.resolve();
        if (entries.get(key) === entry) closeEntry(key, entry);
      }
    },
  };
};
