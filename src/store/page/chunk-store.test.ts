import { IDBFactory } from 'fake-indexeddb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBridgeClient, serveBridge, type Endpoint } from '../../shared/bridge.ts';
import { systemClock } from '../../shared/clock.ts';
import type { ChunkStore } from '../../shared/ports/chunk-store.ts';
import { FailureError, unwrap, type Failure } from '../../shared/result.ts';
import type { StoreSpec } from '../spec.ts';
import { createMemoryFolder } from '../worker/memory-folder.ts';
import { createStore } from '../worker/store.ts';
import { createChunkStore, type ChunkStoreSettings } from './chunk-store.ts';
import { createFullDisk } from './full-disk.ts';
import { createHandleBook } from '../worker/handle-book.ts';

/** The store worker in this thread, over memory, behind a real message channel. */
const startStore = async (space: { used: number; quota: number } | null = null) => {
  const { port1, port2 } = new MessageChannel();
  const root = createMemoryFolder();
  const { calls, posts } = createStore({
    clock: systemClock,
    openRoot: async () => ({ root, mode: 'memory' }),
    openHandleBook: (profile) => createHandleBook(new IDBFactory(), profile),
    estimate: async () => ({
      used: space?.used ?? null,
      quota: space?.quota ?? null,
      persisted: false,
    }),
  });
  const server: Endpoint = port1;
  const end: Endpoint = port2;
  serveBridge<StoreSpec>(server, calls, posts);
  const client = createBridgeClient<StoreSpec>(end);
  unwrap(await client.call('open', { profile: 'main' }));
  return { client, root, stop: () => port2.close() };
};

const HASH = '0f'.repeat(20);

const build = (
  client: Awaited<ReturnType<typeof startStore>>['client'],
  chunkLength: number,
  lengths: readonly number[],
  settings?: ChunkStoreSettings,
): ChunkStore => {
  let offset = 0;
  const files = lengths.map((length, index) => {
    offset += length;
    return { path: `a\\${index}`, length, offset: offset - length };
  });
  const Store = createChunkStore(client, settings);
  return new Store(chunkLength, {
    length: offset,
    files,
    torrent: { infoHash: HASH, torrentFile: Uint8Array.of(9) },
  });
};

const put = (store: ChunkStore, index: number, chunk: Uint8Array): Promise<Error | null> =>
  new Promise((resolve) => store.put(index, chunk, resolve));

const get = (
  store: ChunkStore,
  index: number,
  options?: { offset?: number; length?: number } | null,
): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    const done = (error: Error | null, chunk?: Uint8Array): void => {
      if (error || !chunk) reject(error ?? new Error('no chunk'));
      else resolve(chunk);
    };
    if (options === undefined) store.get(index, done);
    else store.get(index, options, done);
  });

describe('chunk store', () => {
  it('keeps the abstract-chunk-store contract on any layout', async () => {
    const cases = fc.record({
      chunkLength: fc.integer({ min: 1, max: 40 }),
      lengths: fc
        .array(fc.nat(60), { minLength: 1, maxLength: 6 })
        .filter((lengths) => lengths.some((length) => length > 0)),
      seed: fc.nat(250),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ chunkLength, lengths, seed }) => {
        const { client, stop } = await startStore();
        const store = build(client, chunkLength, lengths);
        const total = lengths.reduce((sum, each) => sum + each, 0);
        const content = Uint8Array.from({ length: total }, (_, at) => (at + seed) % 256);
        const pieces = Math.ceil(total / chunkLength);
        expect(store.chunkLength).toBe(chunkLength);
        const chunk = (index: number) =>
          content.slice(index * chunkLength, (index + 1) * chunkLength);
        for (let index = pieces - 1; index >= 0; index -= 1) {
          expect(await put(store, index, chunk(index))).toBeNull();
        }
        for (let index = 0; index < pieces; index += 1) {
          const whole = chunk(index);
          expect([...(await get(store, index))]).toEqual([...whole]);
          expect([...(await get(store, index, null))]).toEqual([...whole]);
          const offset = seed % whole.length;
          expect([...(await get(store, index, { offset }))]).toEqual([...whole.subarray(offset)]);
          const length = whole.length - offset;
          expect([...(await get(store, index, { offset, length }))]).toEqual([
            ...whole.subarray(offset),
          ]);
        }
        await expect(get(store, pieces)).rejects.toThrow(FailureError);
        stop();
      }),
      { numRuns: 25 },
    );
  });

  it('moves a copy: a chunk that aliases a receive buffer stays whole', async () => {
    const { client, stop } = await startStore();
    const store = build(client, 4, [8]);
    const received = Uint8Array.of(9, 9, 1, 2, 3, 4, 9, 9);
    const written = put(store, 0, received.subarray(2, 6));
    expect(received.byteLength).toBe(8);
    await written;
    expect([...received]).toEqual([9, 9, 1, 2, 3, 4, 9, 9]);
    expect([...(await get(store, 0))]).toEqual([1, 2, 3, 4]);
    stop();
  });

  it('serves seeded files without a put', async () => {
    const { client, stop } = await startStore();
    const source = [new File([Uint8Array.of(1, 2, 3)], 'a'), new File([Uint8Array.of(4, 5)], 'b')];
    const store = build(client, 4, [3, 2], { source });
    expect([...(await get(store, 0))]).toEqual([1, 2, 3, 4]);
    expect([...(await get(store, 1))]).toEqual([5]);
    stop();
  });

  it('tells of failures by code, before the library hears of them', async () => {
    const { client, stop } = await startStore();
    const heard: Failure[] = [];
    const onFailure = (failure: Failure): void => void heard.push(failure);
    const store = build(client, 4, [8], { source: [new File([], 'wrong')], onFailure });
    const error = await put(store, 0, new Uint8Array(4));
    expect(error).toMatchObject({ code: 'bad-input' });
    expect(heard.map((failure) => failure.code)).toEqual(['bad-input']);
    stop();
  });

  it('keeps what was put before it was closed, also what waits its turn', async () => {
    const { client, stop } = await startStore();
    const pieces = 5;
    const length = 8 * 2 ** 20;
    const store = build(client, length, [pieces * length]);
    const writes = Array.from({ length: pieces }, (_, index) =>
      put(store, index, new Uint8Array(length).fill(index + 1)),
    );
    await new Promise((resolve) => store.close(resolve));
    expect(await Promise.all(writes)).toEqual(writes.map(() => null));
    const again = build(client, length, [pieces * length]);
    for (let index = 0; index < pieces; index += 1) {
      expect(await get(again, index, { offset: 7, length: 1 })).toEqual(Uint8Array.of(index + 1));
    }
    stop();
  });

  it('lets a piece outlive a crash once what is owed for it is noted, and not before', async () => {
    const { client, root, stop } = await startStore();
    const questions: (() => void)[] = [];
    const noted = (): Promise<void> => new Promise((resolve) => questions.push(resolve));
    const store = build(client, 4, [28], { noted });
    const bitfield = async (): Promise<number> => {
      const folder = await root.folder(HASH);
      return (await folder.readAll('bitfield'))?.[0] ?? 0;
    };
    const pieces = [0, 1, 2, 3, 4, 5];
    for (const piece of pieces) await put(store, piece, new Uint8Array(4).fill(piece));
    expect([...(await get(store, 5))]).toEqual([5, 5, 5, 5]);
    expect(await bitfield()).toBe(0);
    // Four at a time: the last two pieces have one question together.
    expect(questions).toHaveLength(4);
    questions[1]?.();
    await expect.poll(bitfield).toBe(0b0100_0000);
    expect(questions).toHaveLength(5);
    questions[4]?.();
    await expect.poll(bitfield).toBe(0b0100_1100);
    questions[0]?.();
    await expect.poll(bitfield).toBe(0b1100_1100);
    await put(store, 6, new Uint8Array(4).fill(6));
    expect(questions).toHaveLength(6);
    await new Promise((resolve) => store.close(resolve));
    expect(await bitfield()).toBe(0b1111_1110);
    stop();
  });

  it('keeps a piece that finds no room until there is some', async () => {
    const space = { used: 995, quota: 1_000 };
    const { client, stop } = await startStore(space);
    const retries: (() => void)[] = [];
    const told: (string | null)[] = [];
    const clock = {
      ...systemClock,
      after: (_ms: number, task: () => void) => {
        retries.push(task);
        return () => undefined;
      },
    };
    const fullDisk = createFullDisk(clock, (_hash, why) => told.push(why?.code ?? null));
    const failures: Failure[] = [];
    const onFailure = (failure: Failure): void => void failures.push(failure);
    const store = build(client, 100, [200], { fullDisk, onFailure });
    const first = put(store, 0, new Uint8Array(100).fill(1));
    const second = put(store, 1, new Uint8Array(100).fill(2));
    await expect.poll(() => retries.length).toBe(2);
    expect(told).toEqual(['quota']);
    space.used = 0;
    for (const retry of retries) retry();
    expect(await Promise.all([first, second])).toEqual([null, null]);
    expect(told).toEqual(['quota', null]);
    expect(failures).toEqual([]);
    expect(await get(store, 1)).toEqual(new Uint8Array(100).fill(2));
    stop();
  });

  it('tells of a full disk anew when the torrent is opened again', async () => {
    const { client, stop } = await startStore({ used: 995, quota: 1_000 });
    const told: (string | null)[] = [];
    const patient = { ...systemClock, after: () => () => undefined };
    const fullDisk = createFullDisk(patient, (_hash, why) => told.push(why?.code ?? null));
    for (const times of [1, 2]) {
      const store = build(client, 100, [100], { fullDisk });
      const written = put(store, 0, new Uint8Array(100));
      await expect.poll(() => told.length).toBe(times);
      await new Promise((resolve) => store.close(resolve));
      expect(await written).toMatchObject({ code: 'quota' });
    }
    expect(told).toEqual(['quota', 'quota']);
    stop();
  });

  it('waits for room when there is not even enough to begin', async () => {
    const { client, stop } = await startStore();
    const told: (string | null)[] = [];
    const retries: (() => void)[] = [];
    const clock = {
      ...systemClock,
      after: (_ms: number, task: () => void) => {
        retries.push(task);
        return () => undefined;
      },
    };
    const fullDisk = createFullDisk(clock, (_hash, why) => told.push(why?.code ?? null));
    let isFull = true;
    const full = { ok: false, error: { code: 'quota', message: 'Full.' } } as const;
    const failures: Failure[] = [];
    const limited: typeof client = {
      ...client,
      call: (name, ...rest) =>
        isFull && name === 'create' ? Promise.resolve(full) : client.call(name, ...rest),
    };
    const onFailure = (failure: Failure): void => void failures.push(failure);
    const store = build(limited, 100, [100], { fullDisk, onFailure });
    const written = put(store, 0, new Uint8Array(100).fill(3));
    await expect.poll(() => retries.length).toBe(1);
    expect(told).toEqual(['quota']);
    isFull = false;
    retries[0]?.();
    expect(await written).toBeNull();
    expect(told).toEqual(['quota', null]);
    expect(failures).toEqual([]);
    expect(await get(store, 0)).toEqual(new Uint8Array(100).fill(3));
    stop();
  });

  it('does not wait for room when it is closed', async () => {
    const { client, stop } = await startStore({ used: 995, quota: 1_000 });
    const fullDisk = createFullDisk(
      { ...systemClock, after: () => () => undefined },
      () => undefined,
    );
    const store = build(client, 100, [100], { fullDisk });
    const written = put(store, 0, new Uint8Array(100));
    await new Promise((resolve) => store.close(resolve));
    expect(await written).toMatchObject({ code: 'quota' });
    stop();
  });

  it('keeps data on close, deletes it on destroy, and answers no call after either', async () => {
    const { client, root, stop } = await startStore();
    const store = build(client, 4, [4]);
    await put(store, 0, Uint8Array.of(1, 2, 3, 4));
    const end = (which: 'close' | 'destroy', of: ChunkStore): Promise<Error | null> =>
      new Promise((resolve) => of[which](resolve));
    expect(await end('close', store)).toBeNull();
    expect(await end('close', store)).toMatchObject({ code: 'not-ready' });
    expect(await put(store, 0, new Uint8Array(4))).toMatchObject({ code: 'not-ready' });
    await expect(get(store, 0)).rejects.toMatchObject({ code: 'not-ready' });
    const again = build(client, 4, [4]);
    expect([...(await get(again, 0))]).toEqual([1, 2, 3, 4]);
    expect(await end('destroy', again)).toBeNull();
    expect(await root.folders()).toEqual([]);
    stop();
  });
});
