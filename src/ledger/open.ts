import type { Clock } from '../shared/clock.ts';
import type { Ledger } from '../shared/ports/ledger.ts';
import { ok, type Result } from '../shared/result.ts';
import { openDatabase } from './database.ts';
import { openFailure } from './failures.ts';
import { openIndexedBackend } from './indexed.ts';
import { createLedger } from './ledger.ts';

/** Name of the database of a profile. */
export const ledgerName = (profile: string): string => `rivulet-${profile}`;

/**
 * Opens the ledger in the IndexedDB database `name` and upgrades it if an older version wrote it.
 * @returns `busy` when a tab with an older version does not let go, `unsupported` when a newer version
 * wrote it, `quota`, or `storage`.
 */
export const openLedger = async (request: {
  readonly name: string;
  readonly clock: Clock;
}): Promise<Result<Ledger>> => {
  const database = await openDatabase(request);
  if (!database.ok) return database;
  try {
    return ok(await createLedger(await openIndexedBackend(database.value)));
  } catch (thrown) {
    database.value.close();
    return { ok: false, error: openFailure(thrown) };
  }
};
