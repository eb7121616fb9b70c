import type { Migration } from './migration.ts';

/**
 * From here on the newest entries of the journal may lie in a file beside the database. No store
 * changes; versions before would overlook that file, so they have to leave the database alone.
 */
export const keepLogBeforeJournal: Migration = () => undefined;
