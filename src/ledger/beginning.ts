import type { Clock, RandomBytes } from '../shared/clock.ts';
import { FailureError } from '../shared/result.ts';
import type { Database } from './database.ts';
import { SLAB_BATCHES } from './filing.ts';
import { emptyEntry, isEmptyEntry } from './journal.ts';
import { bringUpToDate, firstUnfiled, readStored, slabsFrom, type Stored } from './reading.ts';
import type { Journaled, Writes } from './session.ts';
import { joinSlabs } from './slab.ts';
import { readAndWrite } from './transaction.ts';
import {
  EPOCH_BYTES,
  nextMark,
  packMark,
  prepareFile,
  raiseFence,
  readMark,
  readLog,
  type Mark,
  type WalFile,
} from './wal/file.ts';
import { createLog, type WalLimits, type WalLog } from './wal/log.ts';

/** Beginnings of earlier sessions that are remembered: none of those still writes. */
const SESSIONS = 32;

/** What a ledger with a log in front of it needs. */
export interface WalTools {
  /** Opens its file; null where there are no such files. May reject. */
  readonly openFile: () => Promise<WalFile | null>;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly limits: WalLimits;
}

interface Opened {
  readonly file: WalFile;
  readonly madeAt: number;
}

/** What a person is told when there was a file and there is none, or none that opens. */
const unreadable = (cause: string): FailureError =>
  new FailureError({
    code: 'storage',
    message: `The newest payments cannot be read (${cause}). Nothing is lost; close all tabs of this app and open it again.`,
  });

/** The file, or why there is none. */
const openWal = async (wal: WalTools | null): Promise<Opened | FailureError> => {
  let file: WalFile | null = null;
  try {
    file = (await wal?.openFile()) ?? null;
    if (wal === null || file === null) return unreadable('this browser opens no such file now');
    return { file, madeAt: prepareFile(file, wal.clock.now()) };
  } catch (thrown) {
    file?.close();
    if (thrown instanceof FailureError) return thrown;
    return unreadable(thrown instanceof Error ? thrown.message : String(thrown));
  }
};

/** What the last session that had a log is known by. */
const lastMark = (entries: readonly Journaled[]): Mark | null =>
  entries
    .filter(({ entry }) => isEmptyEntry(entry))
    .map(({ entry }) => readMark(entry.signatures))
    .findLast((mark) => mark !== null) ?? null;

/**
 * Files what earlier sessions left in the journal and the last one in its log, and begins the next one:
 * its first entry takes the number of what a writer that is still at it would add, whose next write
 * fails. One transaction, so that what such a writer has under way is either filed with the rest or
 * refused; the log is shut and read within it (wal/log.ts says why nothing is lost that way).
 * @returns the number of the entry after it, and the log of the session if it has one
 * @throws when the last session had a log that cannot be read: without it payments would be missing
 */
export const beginSession = async (
  database: Database,
  wal: WalTools | null,
): Promise<{ readonly next: number; readonly log: WalLog | null }> => {
  const opened = await openWal(wal);
  const own = opened instanceof FailureError || wal === null ? null : { ...opened, ...wal };
  let mark: Mark | null = null;
  let number = 0;

  /** Shuts the last session's log, which is what was kept of it from then on. */
  const takeOver = ({ entries }: Stored): readonly Journaled[] => {
    const last = lastMark(entries);
    if (own === null) {
      if (last !== null && opened instanceof FailureError) throw opened;
      return [];
    }
    mark = nextMark(last, Uint8Array.from(own.random(EPOCH_BYTES)));
    raiseFence(own.file, mark);
    return last === null ? [] : readLog(own.file, last);
  };

  try {
    await readAndWrite(
      database,
      (tx) => Promise.all([readStored(tx), firstUnfiled(tx)]),
      ([stored, from]): Writes => {
        const { rows, entries } = bringUpToDate(stored, takeOver(stored));
        const unfiled = slabsFrom(entries, from);
        const beginnings = entries.filter(({ entry }) => isEmptyEntry(entry)).slice(-SESSIONS);
        number = (entries.at(-1)?.number ?? 0) + 1;
        const entry = emptyEntry(mark === null ? undefined : packMark(mark));
        return {
          slabs: joinSlabs(unfiled, SLAB_BATCHES),
          journal: { forget: [0, number], add: [...beginnings, { number, entry }] },
          channels: [...rows.channels.values()],
          fundings: [],
          accounts: [...rows.accounts.values()],
          totals: [...rows.totals.values()],
          outbox: [],
          settings: [],
          fold: null,
        };
      },
    );
  } catch (thrown) {
    own?.file.close();
    throw thrown;
  }
  return {
    next: number + 1,
    log: own === null || mark === null ? null : createLog({ ...own, mark }),
  };
};
