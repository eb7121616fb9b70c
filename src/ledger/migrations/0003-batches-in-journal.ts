import type { Migration } from './migration.ts';

/**
 * From here on the journal holds batches too. No store changes; versions before would overlook those
 * batches, so they have to leave the database alone.
 */
export const keepBatchesInJournal: Migration = () => undefined;
