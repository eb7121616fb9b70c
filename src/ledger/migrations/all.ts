import { createStores } from './0001-create-stores.ts';
import { addDayTotals } from './0002-day-totals.ts';
import { keepBatchesInJournal } from './0003-batches-in-journal.ts';
import { keepLogBeforeJournal } from './0004-log-before-journal.ts';
import type { Migration } from './migration.ts';

/** In order; the version of the database is how many have run. Append, never edit or reorder. */
export const MIGRATIONS: readonly Migration[] = [
  createStores,
  addDayTotals,
  keepBatchesInJournal,
  keepLogBeforeJournal,
];
