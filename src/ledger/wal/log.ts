import type { Clock } from '../../shared/clock.ts';
import type { Journaled } from '../session.ts';
import { createByteWriter } from './bytes.ts';
import {
  EPOCH_BYTES,
  isFenceOf,
  slotAt,
  SLOT_BYTES,
  type Half,
  type Mark,
  type WalFile,
} from './file.ts';
import { writeRecord } from './record.ts';

/** How far the log may be ahead of IndexedDB. */
export interface WalLimits {
  /** Entries of a half: they are kept in memory, and go over in one transaction. */
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
  youngAgeMs: 250,
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
  /** Whether appends may still succeed: it has not failed and was this session's at the last one. */
  isOpen(): boolean;
  /** Whether nothing is left of the last hand-over: only then may the next one begin. */
  isHandedOver(): boolean;
  /** What is pending now, to be written into IndexedDB while appends go on. */
  handOver(): readonly Journaled[];
  /** To be told when the last hand-over is in IndexedDB. */
  handedOver(): void;
  /** To be told when all that is pending is in IndexedDB, and nothing was appended meanwhile. */
  stored(): void;
  /** Whether an append returned false of which a reader may find the record all the same. */
  isDoubtful(): boolean;
  close(): void;
}

interface OpenHalf {
  /** Where it is in the file, and how much of it was written ever. */
  readonly start: number;
  filled: number;
  /** What it holds that IndexedDB does not have, and where that ends. */
  waiting: Journaled[];
  position: number;
}

const openHalf = (file: WalFile, mark: Mark, half: Half): OpenHalf => {
  const start = slotAt(mark, half);
  const filled = Math.min(Math.max(file.size() - start, 0), SLOT_BYTES);
  return { start, filled, waiting: [], position: 0 };
};

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
 *
 * None of this depends on the half that a record is in: a reader reads both. A half is written over only
 * when IndexedDB has what it held, and readers tell that by the numbers.
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
  const writer = createByteWriter();
  const fence = new Uint8Array(EPOCH_BYTES);
  const opened = clock.now();
  // A clock that was set back must not keep the log young for ever.
  const settled = Math.min(madeAt, opened) + limits.settlingMs;
  /** Where appends go, and what is on its way into IndexedDB or empty. */
  let active = openHalf(file, mark, 0);
  let other = openHalf(file, mark, 1);
  let over = false;
  let doubtful = false;

  const grow = (half: OpenHalf, end: number): void => {
    if (end <= half.filled) return;
    const to = Math.min(Math.ceil(end / STEP) * STEP, SLOT_BYTES);
    file.write(new Uint8Array(to - half.filled), half.start + half.filled);
    half.filled = to;
  };
  /** What was refused should not be found later. Whether this works changes nothing else. */
  const wipe = ({ start, position }: OpenHalf): void => {
    try {
      file.write(new Uint8Array(4), start + position);
      file.flush();
    } catch {
      // It counts as written right before a crash.
    }
  };
  const clear = (half: OpenHalf): void => {
    half.waiting = [];
    half.position = 0;
  };

  return {
    append(one) {
      const half = active;
      if (over || half.waiting.length >= limits.entries) return false;
      const record = writeRecord(writer, mark.epoch, one);
      const end = half.position + record.length;
      if (end > SLOT_BYTES) return false;
      try {
        over = !isFenceOf(file, mark, fence);
        if (over) return false;
        grow(half, end);
        doubtful = true;
        file.write(record, half.start + half.position);
        file.flush();
        over = !isFenceOf(file, mark, fence);
        if (over) return false;
      } catch {
        over = true;
        wipe(half);
        return false;
      }
      doubtful = false;
      half.waiting.push(one);
      half.position = end;
      return true;
    },
    pending: () => [...other.waiting, ...active.waiting],
    ageMs: () => (clock.now() < settled ? limits.youngAgeMs : limits.ageMs),
    isOpen: () => !over,
    isHandedOver: () => other.waiting.length === 0,
    handOver() {
      [active, other] = [other, active];
      return [...other.waiting];
    },
    handedOver: () => clear(other),
    stored() {
      clear(other);
      clear(active);
    },
    isDoubtful: () => doubtful,
    close() {
      over = true;
      file.close();
    },
  };
};
