import type { Migration } from './migration.ts';

/** Old batches become sums of their day. */
export const addDayTotals: Migration = ({ database }) => {
  database.createObjectStore('days', { keyPath: 'id' });
};
