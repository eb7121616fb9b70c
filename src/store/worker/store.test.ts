import { describe, expect, it } from 'vitest';
import { createBridgeClient, serveBridge, type Endpoint } from '../../shared/bridge.ts';
import type { Clock } from '../../shared/clock.ts';
import type { RangeSpec } from '../../shared/ports/range-port.ts';
import { FailureError, unwrap } from '../../shared/result.ts';
import { infoHash } from '../../shared/units.ts';
import { hasBit } from '../bitfield.ts';
import type { StoreSpec } from '../spec.ts';
import type { Folder } from './folder.ts';
import { createMemoryFolder } from './memory-folder.ts';
import { createStore } from './store.ts';

const HASH = infoHash('ab'.repeat(20));
const PIECE = 100;
const LENGTHS = [250, 0, 30, 120];
const LENGTH = 400;
const FILES = LENGTHS.map((length, index) => ({ path: `film/part ${index}.bin`, length }));
const CONTENT = Uint8Array.from({ length: LENGTH }, (_, at) => (at * 7 + 3) % 251);
const TORRENT = Uint8Array.of(1, 2, 3);

/** Timers that fire when the test says so. */
const createManualClock = (): Clock & { fire(): void } => {
  const tasks = new Set<() => void>();
  return {
    now: () => 1_700_000_000_000,
    after(_ms, task) {
      tasks.add(task);
      return () => tasks.delete(task);
    },
    fire() {
      const due = [...tasks];
      tasks.clear();
      for (const task of due) task();
    },
  };
};

const start = (root: Folder = createMemoryFolder()) => {
  const clock = createManualClock();
  const channel = new MessageChannel();
  const server: Endpoint = channel.port1;
  const end: Endpoint = channel.port2;
  const store = createStore({
    clock,
    openRoot: async () => ({ root, mode: 'memory' }),
    estimate: async () => ({ used: 1, quota: 2, persisted: false }),
  });
  serveBridge<StoreSpec>(server, store.calls, store.posts);
  const client = createBridgeClient<StoreSpec>(end);
  const stop = (): void => {
    channel.port1.close();
    channel.port2.close();
  };
  return { client, clock, root, stop };
};

const request = {
  infoHash: HASH,
  torrentFile: TORRENT,
  pieceLength: PIECE,
  length: LENGTH,
  files: FILES,
};
const pieceOf = (piece: number): Uint8Array<ArrayBuffer> =>
  CONTENT.slice(piece * PIECE, (piece + 1) * PIECE);

const connect = async (client: ReturnType<typeof start>['client']) => {
  const { port1, port2 } = new MessageChannel();
  unwrap(await client.call('connect', { port: port1 }, { transfer: [port1] }));
  const end: Endpoint = port2;
  return { ranges: createBridgeClient<RangeSpec>(end), close: () => port2.close() };
};

describe('store', () => {
  it('reads back pieces that run across files', async () => {
    const { client, stop } = start();
    unwrap(await client.call('open', { profile: 'main' }));
    unwrap(await client.call('create', request));
    for (const piece of [3, 1, 0, 2]) {
      unwrap(
        await client.call('write', { infoHash: HASH, piece, data: pieceOf(piece), verified: true }),
      );
    }
    for (const piece of [0, 1, 2, 3]) {
      const read = unwrap(
        await client.call('read', { infoHash: HASH, piece, offset: 5, length: PIECE - 5 }),
      );
      expect([...read]).toEqual([...pieceOf(piece).subarray(5)]);
    }
    stop();
  });

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

  it('resumes with what was verified, and not with what was only written', async () => {
    const first = start();
    unwrap(await first.client.call('open', { profile: 'main' }));
    unwrap(await first.client.call('create', request));
    const write = (piece: number, verified: boolean) =>
      first.client.call('write', { infoHash: HASH, piece, data: pieceOf(piece), verified });
    unwrap(await write(0, true));
    unwrap(await write(1, false));
    unwrap(await write(2, false));
    first.client.post('held', { infoHash: HASH, pieces: [2, 9], held: true });
    unwrap(await first.client.call('note', { infoHash: HASH, note: '{"price":5}' }));
    unwrap(await first.client.call('close', undefined));
    first.stop();

    const second = start(first.root);
    const { torrents, mode } = unwrap(await second.client.call('open', { profile: 'main' }));
    expect(mode).toBe('memory');
    expect(torrents).toHaveLength(1);
    const [torrent] = torrents;
    expect(torrent).toMatchObject({ infoHash: HASH, note: '{"price":5}' });
    expect([...(torrent?.torrentFile ?? [])]).toEqual([...TORRENT]);
    expect([...(torrent?.bitfield ?? [])]).toEqual([0b1010_0000]);
    expect(torrent?.meta.files).toEqual(FILES);
    const again = unwrap(await second.client.call('create', request));
    expect([...again.bitfield]).toEqual([0b1010_0000]);
    second.stop();
  });

  it('never has a bit on disk before its data is flushed', async () => {
    const log: string[] = [];
    const spy = (folder: Folder): Folder => ({
      ...folder,
      async open(name) {
        const file = await folder.open(name);
        return {
          ...file,
          write(data, at) {
            log.push(`write ${name}`);
            file.write(data, at);
          },
          flush: () => void log.push(`flush ${name}`),
        };
      },
      folder: async (name) => spy(await folder.folder(name)),
    });
    const { client, clock, stop } = start(spy(createMemoryFolder()));
    unwrap(await client.call('open', { profile: 'main' }));
    unwrap(await client.call('create', request));
    log.length = 0;
    unwrap(
      await client.call('write', { infoHash: HASH, piece: 2, data: pieceOf(2), verified: true }),
    );
    expect(log).toEqual(['write 0', 'write 2', 'write 3']);
    clock.fire();
    unwrap(await client.call('release', { infoHash: HASH }));
    expect(log.slice(3)).toEqual([
      'flush 0',
      'flush 2',
      'flush 3',
      'write bitfield',
      'flush bitfield',
      'flush bitfield',
    ]);
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

  it('serves held ranges and nothing else on a port', async () => {
    const { client, stop } = start();
    unwrap(await client.call('open', { profile: 'main' }));
    unwrap(await client.call('create', request));
    const { ranges, close } = await connect(client);
    expect(unwrap(await ranges.call('stat', { infoHash: HASH, file: 3 }))).toEqual({
      name: 'part 3.bin',
      length: 120,
    });
    const read = async (file: number, offset: number, length: number) => [
      ...unwrap(await ranges.call('read', { infoHash: HASH, file, offset, length })),
    ];
    expect(await read(0, 0, 250)).toEqual([]);
    for (const piece of [0, 2]) {
      unwrap(
        await client.call('write', { infoHash: HASH, piece, data: pieceOf(piece), verified: true }),
      );
    }
    expect(await read(0, 10, 250)).toEqual([...CONTENT.subarray(10, 100)]);
    expect(await read(0, 150, 10)).toEqual([]);
    expect(await read(0, 200, 500)).toEqual([...CONTENT.subarray(200, 250)]);
    expect(await read(1, 0, 10)).toEqual([]);
    expect(await read(3, 0, 120)).toEqual([...CONTENT.subarray(280, 300)]);
    client.post('held', { infoHash: HASH, pieces: [0], held: false });
    unwrap(await client.call('usage', undefined));
    expect(await read(0, 10, 250)).toEqual([]);
    for (const file of [4, -1, 0.5]) {
      const result = await ranges.call('read', { infoHash: HASH, file, offset: 0, length: 1 });
      expect(result).toMatchObject({ ok: false, error: { code: 'not-found' } });
    }
    const bad = await ranges.call('read', { infoHash: HASH, file: 0, offset: 0.5, length: 1 });
    expect(bad).toMatchObject({ ok: false, error: { code: 'range' } });
    close();
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
