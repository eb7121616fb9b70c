import { openDB, type IDBPDatabase, type IDBPTransaction } from 'idb';
import type { Clock } from '../shared/clock.ts';
import { fail, FailureError, ok, type Result } from '../shared/result.ts';
import { openFailure } from './failures.ts';
import { MIGRATIONS } from './migrations/all.ts';
import type { Migration } from './migrations/migration.ts';
import type { LedgerSchema } from './schema.ts';

/** A tab with an older version lets go within a transaction's time; one that hangs does not. */
const BLOCKED_MS = 5_000;

/** An open database. */
export interface Database {
  /** @throws FailureError `storage` once the connection is gone, with the reason. */
  use(): IDBPDatabase<LedgerSchema>;
  close(): void;
}

/** The upgrade transaction sees the stores of all versions. */
const untyped = (
  database: IDBPDatabase<LedgerSchema>,
  transaction: unknown,
): Parameters<Migration>[0] => ({
  database: database as unknown as IDBPDatabase,
  transaction: transaction as IDBPTransaction<unknown, string[], 'versionchange'>,
});

/**
 * Opens the database `name`, creating or upgrading it. Lets go when a newer version of the app asks
 * for it, after the transaction that is running.
 * @returns `busy` when another tab does not let go, `unsupported` when the database is of a newer
 * version, `quota`, or `storage`.
 */
export const openDatabase = (request: {
  readonly name: string;
  readonly clock: Clock;
  readonly migrations?: readonly Migration[];
}): Promise<Result<Database>> => {
  const { name, clock, migrations = MIGRATIONS } = request;
  let gone: string | null = null;
  let failedMigration: unknown = null;

  const wrap = (connection: IDBPDatabase<LedgerSchema>): Database => ({
    use() {
      if (gone !== null) throw new FailureError({ code: 'storage', message: gone });
      return connection;
    },
    close() {
      gone ??= 'The ledger is closed.';
      connection.close();
    },
  });

  return new Promise((resolve) => {
    let cancelTimer = (): void => undefined;
    let gaveUp = false;
    const settle = (result: Result<Database>): void => {
      cancelTimer();
      resolve(result);
    };
    openDB<LedgerSchema>(name, migrations.length, {
      upgrade(database, oldVersion, _newVersion, transaction) {
        const migrate = async (): Promise<void> => {
          for (const migration of migrations.slice(oldVersion)) {
            await migration(untyped(database, transaction));
          }
        };
        // Nobody awaits what this returns, so a failure ends the transaction here; opening then fails.
        transaction.done.catch(() => undefined);
        migrate().catch((thrown: unknown) => {
          failedMigration = thrown;
          transaction.abort();
        });
      },
      blocked() {
        cancelTimer = clock.after(BLOCKED_MS, () => {
          gaveUp = true;
          resolve(fail('busy', 'Another tab holds an older ledger. Close it and reload.'));
        });
      },
      blocking(_currentVersion, _blockedVersion, event) {
        gone = 'A newer version of the app has taken over the ledger. Reload this tab.';
        (event.target as IDBDatabase).close();
      },
      terminated() {
        gone = 'The browser has closed the ledger. Reload this tab.';
      },
    }).then(
      (connection) => {
        if (gaveUp) connection.close();
        else settle(ok(wrap(connection)));
      },
      (thrown: unknown) => settle({ ok: false, error: openFailure(failedMigration ?? thrown) }),
    );
  });
};
