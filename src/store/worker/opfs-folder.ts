import type { Clock } from '../../shared/clock.ts';
import { FailureError } from '../../shared/result.ts';
import { NO_ROOM, type Folder, type OpenFile } from './folder.ts';

/**
 * The origin private file system through synchronous access handles, which only a dedicated worker
 * has: several times the speed of `createWritable`, and writes in place.
 */

/** The `mode` option is newer than the type library; engines that do not know it ignore it. */
interface ModalFileHandle extends FileSystemFileHandle {
  createSyncAccessHandle(options?: {
    mode: 'readwrite-unsafe';
  }): Promise<FileSystemSyncAccessHandle>;
}

/**
 * A page that was just reloaded may find files still locked by the worker of its former self, where
 * the browser knows exclusive handles only. That worker goes within moments.
 */
const LOCK_RETRIES = 50;
const LOCK_RETRY_MS = 100;

const named = (thrown: unknown, name: string): boolean =>
  thrown instanceof DOMException && thrown.name === name;

const quota = (): FailureError => new FailureError({ code: 'quota', message: NO_ROOM });

const wrap = (handle: FileSystemSyncAccessHandle): OpenFile => ({
  size: () => handle.getSize(),
  read: (into, at) => handle.read(into, { at }),
  write(data, at) {
    let written: number;
    try {
      written = handle.write(data, { at });
    } catch (thrown) {
      if (named(thrown, 'QuotaExceededError')) throw quota();
      throw new FailureError({ code: 'storage', message: 'The browser could not write the file.' });
    }
    // A disk that is full shows as a short write in some engines, and in private windows of one as
    // a write of four billion bytes: an error code that was taken for a length.
    if (written !== data.length) throw quota();
  },
  truncate(size) {
    handle.truncate(size);
    if (handle.getSize() !== size) throw quota();
  },
  flush: () => handle.flush(),
  close: () => handle.close(),
});

const wait = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(ms, resolve);
  });

/** Repeats `task` while somebody else holds a lock on the file. */
const whenUnlocked = async <T>(clock: Clock, task: () => Promise<T>): Promise<T> => {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await task();
    } catch (thrown) {
      if (!named(thrown, 'NoModificationAllowedError') || attempt >= LOCK_RETRIES) throw thrown;
    }
    await wait(clock, LOCK_RETRY_MS);
  }
};

/** A folder over a directory of the origin private file system. */
export const createOpfsFolder = (directory: FileSystemDirectoryHandle, clock: Clock): Folder => ({
  async open(name) {
    const file: ModalFileHandle = await directory.getFileHandle(name, { create: true });
    return whenUnlocked(clock, async () =>
      wrap(await file.createSyncAccessHandle({ mode: 'readwrite-unsafe' })),
    );
  },
  async readAll(name) {
    try {
      const file = await (await directory.getFileHandle(name)).getFile();
      return new Uint8Array(await file.arrayBuffer());
    } catch (thrown) {
      if (named(thrown, 'NotFoundError')) return null;
      throw thrown;
    }
  },
  async folder(name) {
    return createOpfsFolder(await directory.getDirectoryHandle(name, { create: true }), clock);
  },
  async folders() {
    const names: string[] = [];
    for await (const [name, handle] of directory.entries()) {
      if (handle.kind === 'directory') names.push(name);
    }
    return names;
  },
  async remove(name) {
    try {
      await whenUnlocked(clock, () => directory.removeEntry(name, { recursive: true }));
    } catch (thrown) {
      if (!named(thrown, 'NotFoundError')) throw thrown;
    }
  },
});
