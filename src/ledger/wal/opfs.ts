import { FailureError } from '../../shared/result.ts';
import type { WalFile } from './file.ts';

/** What is used of a synchronous access handle; not every type library knows them. */
interface AccessHandle {
  getSize(): number;
  read(into: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  write(data: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  flush(): void;
  close(): void;
}
interface AccessibleFile {
  createSyncAccessHandle(options: { mode: 'readwrite-unsafe' }): Promise<AccessHandle>;
}

const open = (file: AccessibleFile): Promise<AccessHandle> =>
  file.createSyncAccessHandle({ mode: 'readwrite-unsafe' });

/**
 * Whether `file`, of which we have a handle, can have another. Engines without modes overlook the
 * option and lock the file: whoever opens the ledger would wait there for a writer that hangs.
 */
const isShared = async (file: AccessibleFile): Promise<boolean> => {
  try {
    (await open(file)).close();
    return true;
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'NoModificationAllowedError')
      return false;
    throw thrown;
  }
};

const wrap = (handle: AccessHandle): WalFile => ({
  size: () => handle.getSize(),
  read: (into, at) => handle.read(into, { at }),
  write(data, at) {
    if (handle.write(data, { at }) === data.length) return;
    const message = 'The browser has written only a part of the newest payment.';
    throw new FailureError({ code: 'storage', message });
  },
  flush: () => handle.flush(),
  close: () => handle.close(),
});

/**
 * Opens the file of the ledger `name` in the origin private file system, making it if need be. Only
 * dedicated workers can.
 * @returns null where the browser has no such files
 * @throws whatever the browser throws when it has, and cannot open it
 */
export const openOpfsFile = async (name: string): Promise<WalFile | null> => {
  if (!('FileSystemSyncAccessHandle' in globalThis)) return null;
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(`ledger-${name}`, { create: true });
  const found: unknown = await folder.getFileHandle('log', { create: true });
  const file = found as AccessibleFile;
  const handle = await open(file);
  try {
    if (await isShared(file)) return wrap(handle);
  } catch (thrown) {
    handle.close();
    throw thrown;
  }
  handle.close();
  return null;
};
