import { IDBFactory } from 'fake-indexeddb';
import { createBridgeClient, serveBridge, type Endpoint } from '../../../shared/bridge.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { RangeSpec } from '../../../shared/ports/range-port.ts';
import { unwrap } from '../../../shared/result.ts';
import { infoHash } from '../../../shared/units.ts';
import type { StoreSpec } from '../../spec.ts';
import type { Folder } from '../folder.ts';
import { createMemoryFolder } from '../memory-folder.ts';
import { createStore } from '../store.ts';
import { createHandleBook } from '../handle-book.ts';

/** The store worker in the test's own thread, over memory, behind a real message channel. */

export const HASH = infoHash('ab'.repeat(20));
export const PIECE = 100;
export const LENGTHS = [250, 0, 30, 120];
export const LENGTH = 400;
export const FILES = LENGTHS.map((length, index) => ({ path: `film/part ${index}.bin`, length }));
export const CONTENT = Uint8Array.from({ length: LENGTH }, (_, at) => (at * 7 + 3) % 251);
export const TORRENT = Uint8Array.of(1, 2, 3);

/** Timers that fire when the test says so. */
export const createManualClock = (): Clock & { fire(): void; pass(ms: number): void } => {
  const tasks = new Set<() => void>();
  let now = 1_700_000_000_000;
  return {
    now: () => now,
    pass(ms) {
      now += ms;
    },
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

export const start = (root: Folder = createMemoryFolder(), clock = createManualClock()) => {
  const channel = new MessageChannel();
  const server: Endpoint = channel.port1;
  const end: Endpoint = channel.port2;
  const store = createStore({
    clock,
    openRoot: async () => ({ root, mode: 'memory' }),
    openHandleBook: (profile) => createHandleBook(new IDBFactory(), profile),
    estimate: async () => ({ used: 1, quota: 2 ** 30, persisted: false }),
  });
  serveBridge<StoreSpec>(server, store.calls, store.posts);
  const client = createBridgeClient<StoreSpec>(end);
  const stop = (): void => {
    channel.port1.close();
    channel.port2.close();
  };
  return { client, clock, root, stop };
};

export const request = {
  infoHash: HASH,
  torrentFile: TORRENT,
  pieceLength: PIECE,
  length: LENGTH,
  files: FILES,
};
export const pieceOf = (piece: number): Uint8Array<ArrayBuffer> =>
  CONTENT.slice(piece * PIECE, (piece + 1) * PIECE);

export const connect = async (client: ReturnType<typeof start>['client']) => {
  const { port1, port2 } = new MessageChannel();
  unwrap(await client.call('connect', { port: port1 }, { transfer: [port1] }));
  const end: Endpoint = port2;
  return { ranges: createBridgeClient<RangeSpec>(end), close: () => port2.close() };
};
