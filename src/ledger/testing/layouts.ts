import { openDB, type IDBPDatabase } from 'idb';
import type { Migration } from '../migrations/migration.ts';
import { channelOf, cidOf, hashOf, outboxOf, peerOf } from './records.ts';

/** What the app of each version left on disk, value by value: nothing here follows today's code. */

const totalsOf = (key: string, paid: number, earned: number, upTo: number) => ({
  key,
  paidSat: paid,
  paidBytes: paid > 0 ? 32_768 : 0,
  paidBlocks: paid > 0 ? 2 : 0,
  earnedSat: earned,
  earnedBytes: earned > 0 ? 16_384 : 0,
  earnedBlocks: earned > 0 ? 1 : 0,
  upTo,
});

const accountOf = (role: 'payer' | 'payee', peer: string, sat: number, bytes: number) => ({
  role,
  peer,
  costSat: sat,
  costRemainder: 0,
  bytes,
  paid: sat,
  forgivenSat: 0,
  forgivenBytes: 0,
  updatedAt: 9,
});

/** Two batches; the newer numbers of the second one's channel are still in the journal. */
const fillVersion1 = async (database: IDBPDatabase): Promise<void> => {
  const stores = [...database.objectStoreNames];
  const tx = database.transaction(stores, 'readwrite');
  const { funding, ...paying } = channelOf(0, { role: 'payer' });
  const { funding: theirs, ...earning } = channelOf(5, { role: 'payee', peer: peerOf(2) });
  const at = (name: string) => tx.objectStore(name);
  await Promise.all([
    at('heads').add(
      {
        meta: Float64Array.of(1_000, 34, 32_768, 34, 2, 1),
        ids: cidOf(0) + peerOf(0) + hashOf(1),
      },
      1,
    ),
    at('rows').add(Uint32Array.of(0, 1, 0, 16_384, 16_384, 16_384, 17, 17, 0, 1), 1),
    at('heads').add(
      { meta: Float64Array.of(2_000, 8, 16_384, 8, 1, 0), ids: cidOf(5) + peerOf(2) + hashOf(2) },
      2,
    ),
    at('rows').add(Uint32Array.of(0, 0, 16_384, 8, 0), 2),
    at('channels').add({ ...paying, paid: 34, bytes: 32_768, ackedPaid: 34, entry: 1 }),
    at('channels').add({ ...earning, entry: 1 }),
    at('fundings').add(funding, cidOf(0)),
    at('fundings').add(theirs, cidOf(5)),
    at('accounts').add(accountOf('payer', peerOf(0), 34, 32_768)),
    at('totals').add(totalsOf('all', 34, 0, 1)),
    at('totals').add(totalsOf(hashOf(1), 34, 0, 1)),
    at('outbox').add(outboxOf(7)),
    at('settings').add({ day: 1 }, 'budget'),
    at('journal').add(
      {
        cids: cidOf(5),
        channels: Float64Array.of(8, 16_384, 8, 9, 3),
        signatures: Uint8Array.of(1, 2, 3),
        peers: `e${peerOf(2)}`,
        accounts: Float64Array.of(8, 0, 16_384, 8, 0, 0, 9),
        torrents: 'all'.padEnd(40) + hashOf(2),
        totals: Float64Array.of(34, 32_768, 2, 8, 16_384, 1, 2, 0, 0, 0, 8, 16_384, 1, 2),
      },
      2,
    ),
    tx.done,
  ]);
};

/** The same, with the first batch in a sum of its day. */
const fillVersion2 = async (database: IDBPDatabase): Promise<void> => {
  await fillVersion1(database);
  const tx = database.transaction(['heads', 'rows', 'days'], 'readwrite');
  await Promise.all([
    tx.objectStore('heads').delete(1),
    tx.objectStore('rows').delete(1),
    tx.objectStore('days').add({
      id: 1,
      time: 1_000,
      direction: 'sent',
      cid: cidOf(0),
      peer: peerOf(0),
      infoHash: hashOf(1),
      paidAfter: 34,
      batches: 1,
      blocks: 2,
      bytes: 32_768,
      sat: 34,
    }),
    tx.done,
  ]);
};

/** The same, with the second batch in the journal still, after the beginning of its session. */
const fillVersion3 = async (database: IDBPDatabase): Promise<void> => {
  await fillVersion2(database);
  const tx = database.transaction(['heads', 'rows', 'journal'], 'readwrite');
  const at = (name: string) => tx.objectStore(name);
  const [head, rows, entry] = (await Promise.all([
    at('heads').get(2),
    at('rows').get(2),
    at('journal').get(2),
  ])) as unknown[];
  const none = new Float64Array(0);
  const beginning = {
    ...{ cids: '', channels: none, signatures: new Uint8Array(0) },
    ...{ peers: '', accounts: none, torrents: '', totals: none },
  };
  await Promise.all([
    at('heads').delete(2),
    at('rows').delete(2),
    at('journal').put({ ...(entry as object), slab: { first: 2, head, rows } }, 2),
    at('journal').add(beginning, 1),
    tx.done,
  ]);
};

/** By version; one for every migration. */
const FILLS: Readonly<Record<number, (database: IDBPDatabase) => Promise<void>>> = {
  1: fillVersion1,
  2: fillVersion2,
  3: fillVersion3,
  // What is new lies beside the database.
  4: fillVersion3,
};

/** Leaves the database `name` as the app of that version did. */
export const leaveVersion = async (
  name: string,
  version: number,
  migrations: readonly Migration[],
): Promise<void> => {
  const fill = FILLS[version];
  if (fill === undefined) throw new Error(`Nobody wrote down what version ${version} leaves.`);
  const database = await openDB(name, version, {
    upgrade(opened, _old, _new, transaction) {
      const scene = { database: opened, transaction };
      for (const migration of migrations.slice(0, version)) void migration(scene);
    },
  });
  await fill(database);
  database.close();
};
