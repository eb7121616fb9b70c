import { webRandom, type Clock } from '../shared/clock.ts';
import type { Ledger } from '../shared/ports/ledger.ts';
import { ok, type Result } from '../shared/result.ts';
import { openDatabase } from './database.ts';
import { openFailure } from './failures.ts';
import { openIndexedBackend } from './indexed.ts';
import { createLedger } from './ledger.ts';
import { JOURNAL_LIMITS } from './session.ts';
import type { WalFile } from './wal/file.ts';
import { WAL_LIMITS } from './wal/log.ts';
import { openOpfsFile } from './wal/opfs.ts';

/** Name of the database of a profile. */
export const ledgerName = (profile: string): string => `rivulet-${profile}`;

/**
 * Opens the ledger in the IndexedDB database `name`, with its log in the private file system, and
 * upgrades it if an older version wrote it.
 * @returns `busy` when a tab with an older version does not let go, `unsupported` when a newer version
 * wrote it, `quota`, or `storage`, also when the last session's log is there and cannot be read.
 */
export const openLedger = async (request: {
  readonly name: string;
  readonly clock: Clock;
  /** Opens the file of the log; answers null where there is none. */
  readonly openLog?: (name: string) => Promise<WalFile | null>;
}): Promise<Result<Ledger>> => {
  const { name, clock, openLog = openOpfsFile } = request;
  const wal = { openFile: () => openLog(name), clock, random: webRandom, limits: WAL_LIMITS };
  const database = await openDatabase(request);
  if (!database.ok) return database;
  try {
    return ok(await createLedger(await openIndexedBackend(database.value, JOURNAL_LIMITS, wal)));
  } catch (thrown) {
    database.value.close();
    return { ok: false, error: openFailure(thrown) };
  }
};
