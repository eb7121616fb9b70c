import type { Migration } from './migration.ts';

/** The first stores. */
export const createStores: Migration = ({ database }) => {
  database.createObjectStore('heads');
  database.createObjectStore('rows');
  database.createObjectStore('journal');
  database.createObjectStore('totals', { keyPath: 'key' });
  database.createObjectStore('channels', { keyPath: 'cid' });
  database.createObjectStore('fundings');
  database.createObjectStore('accounts', { keyPath: ['role', 'peer'] });
  database.createObjectStore('outbox', { keyPath: 'txid' });
  database.createObjectStore('settings');
};
