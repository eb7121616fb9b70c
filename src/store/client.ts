import { createBridgeClient, type BridgeClient } from '../shared/bridge.ts';
import type { StoreSpec } from './spec.ts';

/** Page side of the store. */

export { createChunkStore } from './page/chunk-store.ts';
export { createFullDisk } from './page/full-disk.ts';
export type { CreateTorrent, StoredTorrent, StoreMode } from './spec.ts';

export type StoreClient = BridgeClient<StoreSpec>;

/** Talks to a worker that runs store/worker.ts; `open` is the first call to make. */
export const createStoreClient = (worker: Worker): StoreClient =>
  createBridgeClient<StoreSpec>(worker);

/**
 * Asks the browser not to evict what is stored; some ask the user. False when refused or unknown.
 * To be called from a user's action.
 */
export const keepStorage = async (): Promise<boolean> => {
  try {
    return await navigator.storage.persist();
  } catch {
    return false;
  }
};
