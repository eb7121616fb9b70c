import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, it, vi } from 'vitest';
import { FailureError, unwrap } from '../../shared/result.ts';
import { infoHash } from '../../shared/units.ts';
import { hasBit } from '../bitfield.ts';
import { writeAll, type Folder } from './folder.ts';
import { createMemoryFolder } from './memory-folder.ts';
import { createStore } from './store.ts';
import {
  CONTENT,
  HASH,
  LENGTHS,
  PIECE,
  createManualClock,
  pieceOf,
  request,
  start,
} from './testing/harness.ts';
import { createHandleBook } from './handle-book.ts';

describe('store under bad conditions', () => {
  it('fails to read what was never written, and to write what does not fit', async () => {
    const { client, stop } = start();
    unwrap(await client.call('open', { profile: 'main' }));
    unwrap(await client.call('create', request));
    const read = await client.call('read', { infoHash: HASH, piece: 0, offset: 0, length: PIECE });
    expect(read).toMatchObject({ ok: false, error: { code: 'not-found' } });
    const cases = [
      { piece: 0, data: new Uint8Array(PIECE - 1) },
      { piece: 4, data: new Uint8Array(PIECE) },
      { piece: -1, data: new Uint8Array(PIECE) },
      { piece: 4, data: new Uint8Array(0) },
    ];
    for (const { piece, data } of cases) {
      const wrote = await client.call('write', { infoHash: HASH, piece, data, verified: true });
      expect(wrote).toMatchObject({ ok: false, error: { code: 'range' } });
    }
    stop();
  });

  it('survives a full disk: the piece is not held, the rest is untouched', async () => {
    let full = false;
    const limited = (folder: Folder): Folder => ({
      ...folder,
      async open(name) {
        const file = await folder.open(name);
        return {
          ...file,
          write(data, at) {
            if (full && name === '3') throw new FailureError({ code: 'quota', message: 'full' });
            file.write(data, at);
          },
        };
      },
      folder: async (name) => limited(await folder.folder(name)),
    });
    const { client, stop } = start(limited(createMemoryFolder()));
    unwrap(await client.call('open', { profile: 'main' }));
    unwrap(await client.call('create', request));
    const write = (piece: number) =>
      client.call('write', { infoHash: HASH, piece, data: pieceOf(piece), verified: true });
    unwrap(await write(0));
    full = true;
    expect(await write(2)).toMatchObject({ ok: false, error: { code: 'quota' } });
    full = false;
    const held = unwrap(await client.call('create', request));
    expect([...held.bitfield]).toEqual([0b1000_0000]);
    unwrap(await write(2));
    expect(hasBit(unwrap(await client.call('create', request)).bitfield, 2)).toBe(true);
    stop();
  });

  it('serves seeded files in place and says when they have changed', async () => {
    const { client, root, stop } = start();
    unwrap(await client.call('open', { profile: 'main' }));
    const blob = (start: number, length: number) =>
      new File([CONTENT.subarray(start, start + length)], 'x');
    const source = [blob(0, 250), blob(0, 0), blob(250, 30), blob(280, 120)];
    const wrong = await client.call('create', { ...request, source: source.slice(1) });
    expect(wrong).toMatchObject({ ok: false, error: { code: 'bad-input' } });
    const { bitfield } = unwrap(await client.call('create', { ...request, source }));
    expect([...bitfield]).toEqual([0b1111_0000]);
    const piece = unwrap(
      await client.call('read', { infoHash: HASH, piece: 2, offset: 0, length: 100 }),
    );
    expect([...piece]).toEqual([...pieceOf(2)]);
    unwrap(await client.call('note', { infoHash: HASH, note: 'mine' }));
    stop();

    const later = start(root);
    const { torrents } = unwrap(await later.client.call('open', { profile: 'main' }));
    expect(torrents).toMatchObject([{ infoHash: HASH, note: 'mine' }]);
    expect([...(torrents[0]?.bitfield ?? [])]).toEqual([0]);
    later.stop();

    // Structured clones of a File keep its blob, so the change is made by a double in this thread.
    class MovedFile extends File {
      override slice(): Blob {
        const blob = new Blob([]);
        blob.arrayBuffer = () => Promise.reject(new DOMException('gone', 'NotReadableError'));
        return blob;
      }
    }
    const store = createStore({
      clock: createManualClock(),
      openRoot: async () => ({ root: createMemoryFolder(), mode: 'memory' }),
      openHandleBook: (profile) => createHandleBook(new IDBFactory(), profile),
      estimate: async () => ({ used: null, quota: null, persisted: false }),
    });
    const signal = new AbortController().signal;
    await store.calls.open({ profile: 'main' }, signal);
    const moved = LENGTHS.map((length) => new MovedFile([new Uint8Array(length)], 'x'));
    await store.calls.create({ ...request, source: moved }, signal);
    const failed = await store.calls.read(
      { infoHash: HASH, piece: 0, offset: 0, length: 1 },
      signal,
    );
    expect(failed).toMatchObject({ ok: false, error: { code: 'storage' } });
  });

  it('repairs a held piece that went bad on disk', async () => {
    const { client, root, stop } = start();
    unwrap(await client.call('open', { profile: 'main' }));
    unwrap(await client.call('create', request));
    const write = () =>
      client.call('write', { infoHash: HASH, piece: 0, data: pieceOf(0), verified: true });
    const read = async () => [
      ...unwrap(await client.call('read', { infoHash: HASH, piece: 0, offset: 0, length: PIECE })),
    ];
    unwrap(await write());
    const file = await (await root.folder(HASH)).open('0');
    file.write(new Uint8Array(PIECE), 0);
    expect(await read()).not.toEqual([...pieceOf(0)]);
    unwrap(await write());
    expect(await read()).toEqual([...pieceOf(0)]);
    stop();
  });

  it('removes a torrent with its data while writes are under way', async () => {
    const { client, root, stop } = start();
    unwrap(await client.call('open', { profile: 'main' }));
    unwrap(await client.call('create', request));
    const wrote = client.call('write', {
      infoHash: HASH,
      piece: 0,
      data: pieceOf(0),
      verified: true,
    });
    const removed = client.call('remove', { infoHash: HASH });
    const late = client.call('write', {
      infoHash: HASH,
      piece: 1,
      data: pieceOf(1),
      verified: true,
    });
    await wrote;
    unwrap(await removed);
    expect(await late).toMatchObject({ ok: false, error: { code: 'not-found' } });
    expect(await root.folders()).toEqual([]);
    const created = unwrap(await client.call('create', request));
    expect([...created.bitfield]).toEqual([0]);
    stop();
  });

  it('clears remains of a creation that was cut off, and leaves what it cannot read', async () => {
    const root = createMemoryFolder();
    await (await root.folder('cd'.repeat(20))).open('torrent');
    const foreign = await (await root.folder('ef'.repeat(20))).open('meta.json');
    foreign.write(new TextEncoder().encode('{"version":99}'), 0);
    const { client, stop } = start(root);
    expect(unwrap(await client.call('open', { profile: 'main' })).torrents).toEqual([]);
    expect(await root.folders()).toEqual(['ef'.repeat(20)]);
    stop();
  });

  it('opens without a title that it cannot read, and writes nothing over that one', async () => {
    const root = createMemoryFolder();
    const earlier = start(root);
    unwrap(await earlier.client.call('open', { profile: 'main' }));
    unwrap(await earlier.client.call('create', request));
    const other = infoHash('cd'.repeat(20));
    unwrap(await earlier.client.call('create', { ...request, infoHash: other }));
    const write = { infoHash: HASH, piece: 0, data: pieceOf(0), verified: true };
    unwrap(await earlier.client.call('write', write));
    unwrap(await earlier.client.call('close', undefined));
    earlier.stop();

    let broken = true;
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const failing = {
      ...root,
      async folder(name: string): Promise<Folder> {
        const folder = await root.folder(name);
        if (name !== HASH) return folder;
        return {
          ...folder,
          readAll: (file) =>
            broken && file === 'bitfield'
              ? Promise.reject(new DOMException('in use', 'NotReadableError'))
              : folder.readAll(file),
        };
      },
    };
    const { client, stop } = start(failing);
    const { torrents } = unwrap(await client.call('open', { profile: 'main' }));
    expect(torrents.map((torrent) => torrent.infoHash)).toEqual([other]);
    expect(warned).toHaveBeenCalledTimes(1);
    const refused = { ok: false, error: { code: 'storage' } };
    expect(await client.call('create', request)).toMatchObject(refused);
    const bits = await (await root.folder(HASH)).readAll('bitfield');
    expect(bits).toEqual(Uint8Array.of(0b1000_0000));
    broken = false;
    const { bitfield } = unwrap(await client.call('create', request));
    expect(bitfield).toEqual(Uint8Array.of(0b1000_0000));
    stop();
  });

  it('leaves a damaged title that holds something until it is removed', async () => {
    const root = createMemoryFolder();
    const folder = await root.folder(HASH);
    await writeAll(folder, 'meta.json', new TextEncoder().encode('{"version":99}'));
    await writeAll(folder, 'bitfield', Uint8Array.of(0b1000_0000));
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { client, stop } = start(root);
    expect(unwrap(await client.call('open', { profile: 'main' })).torrents).toEqual([]);
    const refused = { ok: false, error: { code: 'storage' } };
    expect(await client.call('create', request)).toMatchObject(refused);
    expect(await folder.readAll('torrent')).toBeNull();
    unwrap(await client.call('remove', { infoHash: HASH }));
    const { bitfield } = unwrap(await client.call('create', request));
    expect(bitfield).toEqual(Uint8Array.of(0));
    stop();
  });

  it('answers with codes before it is open and for bad input', async () => {
    const { client, stop } = start();
    expect(await client.call('create', request)).toMatchObject({ error: { code: 'not-ready' } });
    expect(await client.call('open', { profile: '../x' })).toMatchObject({
      error: { code: 'bad-input' },
    });
    unwrap(await client.call('open', { profile: 'main' }));
    expect(await client.call('open', { profile: 'main' })).toMatchObject({
      error: { code: 'busy' },
    });
    expect(await client.call('create', { ...request, length: 1 })).toMatchObject({
      error: { code: 'bad-input' },
    });
    const note = 'x'.repeat(70_000);
    unwrap(await client.call('create', request));
    expect(await client.call('note', { infoHash: HASH, note })).toMatchObject({
      error: { code: 'bad-input' },
    });
    stop();
  });
});
