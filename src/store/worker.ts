import { serveBridge } from '../shared/bridge.ts';
import { systemClock } from '../shared/clock.ts';
import type { StoreSpec } from './spec.ts';
import { createHandleBook } from './worker/handle-book.ts';
import { createMemoryFolder } from './worker/memory-folder.ts';
import { createOpfsFolder } from './worker/opfs-folder.ts';
import { createStore, type StoreEnvironment } from './worker/store.ts';

declare const self: DedicatedWorkerGlobalScope;

/** Everything lies below one folder: the origin may hold other applications' files too. */
const TOP = 'rivulet';

/** Without private storage films stay in memory: what a tab of a telephone survives. */
const MAX_MEMORY = 512 * 2 ** 20;

const openRoot: StoreEnvironment['openRoot'] = async (profile) => {
  try {
    let directory = await navigator.storage.getDirectory();
    for (const name of [TOP, profile]) {
      directory = await directory.getDirectoryHandle(name, { create: true });
    }
    const root = createOpfsFolder(directory, systemClock);
    // Some private windows have the file system and refuse to open handles in it.
    (await root.open('probe')).close();
    return { root, mode: 'opfs' };
  } catch {
    return { root: createMemoryFolder(MAX_MEMORY), mode: 'memory' };
  }
};

const estimate: StoreEnvironment['estimate'] = async () => {
  const { usage, quota } = await navigator.storage.estimate();
  const persisted = await navigator.storage.persisted();
  return { used: usage ?? null, quota: quota ?? null, persisted };
};

const { calls, posts } = createStore({
  clock: systemClock,
  openRoot,
  openHandleBook: (profile) => createHandleBook(indexedDB, profile),
  estimate,
});
serveBridge<StoreSpec>(self, calls, posts);
