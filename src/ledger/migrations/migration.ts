import type { IDBPDatabase, IDBPTransaction } from 'idb';

/** What a migration may use. Untyped on purpose: the schema of its day is not today's. */
export interface MigrationScene {
  readonly database: IDBPDatabase;
  readonly transaction: IDBPTransaction<unknown, string[], 'versionchange'>;
}

/**
 * Takes the database from the version before to its own. Runs inside the upgrade transaction: it may
 * await nothing but requests of that transaction. When it throws, the database stays as it was.
 */
export type Migration = (scene: MigrationScene) => void | Promise<void>;
