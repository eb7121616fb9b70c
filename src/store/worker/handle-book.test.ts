import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, it } from 'vitest';
import type { KeptFile } from '../../shared/ports/own-files.ts';
import { infoHash } from '../../shared/units.ts';
import { createHandleBook } from './handle-book.ts';

const FILM = infoHash('ab'.repeat(20));
const OTHER = infoHash('cd'.repeat(20));
/** What a clone of a handle keeps; the functions are the browser's. */
const handle = (name: string): KeptFile => ({ kind: 'file', name }) as KeptFile;

describe('the handle book', () => {
  it('finds handles again in a later session, in their order, for their profile only', async () => {
    const factory = new IDBFactory();
    await createHandleBook(factory, 'main').keep(FILM, [handle('b.mp4'), handle('a.srt')]);
    const later = createHandleBook(factory, 'main');
    expect((await later.find(FILM)).map(({ name }) => name)).toEqual(['b.mp4', 'a.srt']);
    expect(await later.find(OTHER)).toEqual([]);
    expect(await createHandleBook(factory, 'second').find(FILM)).toEqual([]);
  });

  it('forgets', async () => {
    const book = createHandleBook(new IDBFactory(), 'main');
    await book.keep(FILM, [handle('a')]);
    await book.keep(OTHER, [handle('b')]);
    await book.forget(FILM);
    await book.forget(FILM);
    expect(await book.find(FILM)).toEqual([]);
    expect(await book.find(OTHER)).toHaveLength(1);
  });
});
