import type { Clock } from '../../shared/clock.ts';
import type { Journaled } from '../session.ts';
import { createByteWriter } from './bytes.ts';
import { EPOCH_BYTES, isFenceOf, slotAt, SLOT_BYTES, type Mark, type WalFile } from './file.ts';
import { writeRecord } from './record.ts';

/** How far the log may be ahead of IndexedDB. */
export interface WalLimits {
  /** Entries: they are kept in memory, and go over in one transaction. */
  readonly entries: number;
  /** Age of the oldest one, in ms. */
  readonly ageMs: number;
  /**
   * How long after the file was made, in ms, a power cut may still lose it. Flushing a file makes its
   * bytes outlive one, but not its name: Chromium keeps names in a database that it does not flush, and
   * the system writes such things within 30 s, looked at every 5 s, to a disk that takes its time.
   */
  readonly settlingMs: number;
  /** Age of the oldest one until then: what a power cut in the first minute of a profile may cost. */
  readonly youngAgeMs: number;
}
export const WAL_LIMITS: WalLimits = {
  entries: 512,
  ageMs: 500,
  settlingMs: 45_000,
  youngAgeMs: 100,
};

/** Bytes by which the file grows: written with zeros, so that appends change nothing but bytes. */
const STEP = 65_536;

/** The log of one session: entries of the journal that IndexedDB does not have yet. */
export interface WalLog {
  /**
   * Appends an entry, whose number follows that of the one before.
   * @returns true once it is durable and nobody had opened the ledger by then; false when IndexedDB
   * has to decide, together with what is pending: the log is full, has failed or is not this
   * session's any more. From the latter two on it takes nothing.
   */
  append(one: Journaled): boolean;
  /** What was appended and is not in IndexedDB, oldest first: as it is now, also later. */
  pending(): readonly Journaled[];
  /** How long the oldest entry may wait for IndexedDB now, in ms. */
  ageMs(): number;
  /** To be told when all that is pending is in IndexedDB. */
  stored(): void;
  /** Whether an append returned false of which a reader may find the record all the same. */
  isDoubtful(): boolean;
  close(): void;
}

/**
 * Why an append that returned true cannot be lost to a rival. The writer appends and flushes (1), then
 * reads the fence (2) and finds its own epoch. Whoever opens the ledger raises the fence (3), flushes,
 * then reads this log (4), all within one transaction. As 2 saw nothing of 3, 3 ended after 2 began:
 * so 1 < 2 < 3 < 4, and 4 sees the entry. Each side's flush stands between its write and its read, and
 * keeps processors from swapping them. A fence that was read half written counts as another's. Of
 * several who open at a time IndexedDB runs one transaction after the other, and so they raise the
 * fence in the order in which they take numbers in the journal: who has the fence is who began last.
 *
 * An append that finds another's epoch at 2 may or may not have been seen at 4. It is tried again as a
 * transaction, which fails unless that opening did (transaction.ts, `takeTurns`), and then the heir may
 * have it although the writer was told that it failed: as if it had been killed right after writing.
 */
export const createLog = (parts: {
  readonly file: WalFile;
  readonly mark: Mark;
  /** When the file was made, ms since the Unix epoch. */
  readonly madeAt: number;
  readonly clock: Clock;
  readonly limits: WalLimits;
}): WalLog => {
  const { file, mark, madeAt, clock, limits } = parts;
  const start = slotAt(mark);
  const writer = createByteWriter();
  const fence = new Uint8Array(EPOCH_BYTES);
  const opened = clock.now();
  // A clock that was set back must not keep the log young for ever.
  const settled = Math.min(madeAt, opened) + limits.settlingMs;
  let waiting: Journaled[] = [];
  let position = 0;
  let filled = Math.min(Math.max(file.size() - start, 0), SLOT_BYTES);
  let over = false;
  let doubtful = false;

  const grow = (end: number): void => {
    if (end <= filled) return;
    const to = Math.min(Math.ceil(end / STEP) * STEP, SLOT_BYTES);
    file.write(new Uint8Array(to - filled), start + filled);
    filled = to;
  };
  /** What was refused should not be found later. Whether this works changes nothing else. */
  const wipe = (): void => {
    try {
      file.write(new Uint8Array(4), start + position);
      file.flush();
    } catch {
      // It counts as written right before a crash.
    }
  };

  return {
    append(one) {
      if (over || waiting.length >= limits.entries) return false;
      const record = writeRecord(writer, mark.epoch, one);
      if (position + record.length > SLOT_BYTES) return false;
      try {
        over = !isFenceOf(file, mark, fence);
        if (over) return false;
        grow(position + record.length);
        doubtful = true;
        file.write(record, start + position);
        file.flush();
        over = !isFenceOf(file, mark, fence);
        if (over) return false;
      } catch {
        over = true;
        wipe();
        return false;
      }
      doubtful = false;
      waiting.push(one);
      position += record.length;
      return true;
    },
    pending: () => [...waiting],
    ageMs: () => (clock.now() < settled ? limits.youngAgeMs : limits.ageMs),
    stored() {
      waiting = [];
      position = 0;
    },
    isDoubtful: () => doubtful,
    close() {
      over = true;
      file.close();
    },
  };
};
