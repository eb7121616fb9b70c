import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it } from 'vitest';
import { openDB } from 'idb';
import { infoHash, type InfoHash } from '../../shared/units.ts';
import { createMetadataCache, type MetadataCache } from './metadata-cache.ts';
import { createMetadataShelf, type MetadataShelf } from './metadata-db.ts';

const hashOf = (index: number): InfoHash => infoHash(index.toString(16).padStart(40, '0'));
const listOf = (hash: InfoHash): string => JSON.stringify({ infoHash: hash, name: 'film' });

let now: number;
const clock = { now: () => (now += 1) };
/** As after a restart: nothing in memory. */
const open = (): MetadataCache => createMetadataCache(createMetadataShelf(), clock);

beforeEach(() => {
  now = 1_700_000_000_000;
  indexedDB = new IDBFactory();
});

describe('the metadata cache', () => {
  it('knows after a restart what was put into it', async () => {
    const hash = hashOf(7);
    expect(await open().get(hash)).toBeNull();
    await open().put(hash, listOf(hash));
    expect(await open().get(hash)).toBe(listOf(hash));
    expect(await open().get(hashOf(8))).toBeNull();
  });

  it('keeps 500 lists, the last that were put', async () => {
    const cache = open();
    for (let index = 0; index < 503; index += 1) {
      await cache.put(hashOf(index), listOf(hashOf(index)));
    }
    await cache.put(hashOf(4), listOf(hashOf(4)));
    const reopened = open();
    const known = await Promise.all([2, 3, 4, 502].map((index) => reopened.get(hashOf(index))));
    expect(known.map((text) => text !== null)).toEqual([false, true, true, true]);
    const db = await openDB('rivulet-metadata');
    expect(await db.count('lists')).toBe(500);
    db.close();
  });

  it.each([
    ['nothing', { json: undefined }],
    ['no text', { json: 5 }],
    ['half a list', { json: '{"infoHash":"' }],
    ['no list', { json: 'null' }],
    ['the list of another torrent', { json: listOf(hashOf(2)) }],
  ])('takes no notice of a row that holds %s', async (_what, row) => {
    const hash = hashOf(1);
    await open().put(hash, listOf(hash));
    const db = await openDB('rivulet-metadata');
    await db.put('lists', { infoHash: hash, at: 1, ...row });
    db.close();
    const cache = open();
    expect(await cache.get(hash)).toBeNull();
    await cache.put(hash, listOf(hash));
    expect(await open().get(hash)).toBe(listOf(hash));
  });

  it('takes in no list of another torrent', async () => {
    const cache = open();
    await cache.put(hashOf(1), listOf(hashOf(2)));
    await cache.put(hashOf(1), 'no list');
    expect([await cache.get(hashOf(1)), await open().get(hashOf(1))]).toEqual([null, null]);
  });

  it('answers from memory where nothing can be kept', async () => {
    const broken: MetadataShelf = {
      read: () => Promise.reject(new DOMException('no', 'InvalidStateError')),
      write: () => Promise.reject(new DOMException('full', 'QuotaExceededError')),
    };
    const cache = createMetadataCache(broken, clock);
    const hash = hashOf(3);
    expect(await cache.get(hash)).toBeNull();
    await cache.put(hash, listOf(hash));
    expect(await cache.get(hash)).toBe(listOf(hash));
  });

  it('looks at the disk once for a list', async () => {
    const hash = hashOf(9);
    let looks = 0;
    const shelf: MetadataShelf = {
      async read() {
        looks += 1;
        return { infoHash: hash, json: listOf(hash), at: 1 };
      },
      write: () => Promise.resolve(),
    };
    const cache = createMetadataCache(shelf, clock);
    for (let user = 0; user < 15; user += 1) expect(await cache.get(hash)).toBe(listOf(hash));
    expect(looks).toBe(1);
  });
});
