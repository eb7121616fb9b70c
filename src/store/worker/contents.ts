import { FailureError } from '../../shared/result.ts';
import type { Layout } from '../layout.ts';
import type { Folder } from './folder.ts';
import type { Handles } from './handles.ts';
import { createSourceReader } from './source-window.ts';

/** The bytes of one torrent, addressed as if its files were joined. */
export interface Contents {
  /** @throws FailureError `not-found` when some of the range was never written. */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** @throws FailureError `quota` or `storage`. */
  write(offset: number, data: Uint8Array<ArrayBuffer>): Promise<void>;
}

const missing = (): FailureError =>
  new FailureError({ code: 'not-found', message: 'These bytes are not in the store.' });

/** One file on disk for each file of the torrent, named by its index: names are never trusted. */
export const createDiskContents = (
  layout: Layout,
  folder: Folder,
  handles: Handles,
  prefix: string,
): Contents => {
  const open = (file: number) => () => folder.open(String(file));
  return {
    async read(offset, length) {
      const data = new Uint8Array(length);
      let at = 0;
      for (const span of layout.spans(offset, length)) {
        const part = data.subarray(at, at + span.length);
        const got = await handles.use(prefix + String(span.file), open(span.file), (file) =>
          file.read(part, span.offset),
        );
        if (got < span.length) throw missing();
        at += span.length;
      }
      if (at < length) throw missing();
      return data;
    },
    async write(offset, data) {
      let at = 0;
      for (const span of layout.spans(offset, data.length)) {
        const part = data.subarray(at, at + span.length);
        await handles.change(prefix + String(span.file), open(span.file), (file) =>
          file.write(part, span.offset),
        );
        at += span.length;
      }
    },
  };
};

/** Files that stay where the user has them. A read fails once the file has changed on disk. */
export const createSourceContents = (layout: Layout, source: readonly File[]): Contents => {
  const reader = createSourceReader(source);
  return {
    async read(offset, length) {
      const data = new Uint8Array(length);
      let at = 0;
      for (const span of layout.spans(offset, length)) {
        const part = data.subarray(at, at + span.length);
        const got = await reader.read(span.file, span.offset, part).catch(() => {
          throw new FailureError({
            code: 'storage',
            message:
              'A seeded file was changed, moved or deleted. Choose it again to go on seeding.',
          });
        });
        if (got < span.length) throw missing();
        at += span.length;
      }
      if (at < length) throw missing();
      return data;
    },
    write: () =>
      Promise.reject(
        new FailureError({ code: 'unsupported', message: 'Seeded files are never written to.' }),
      ),
  };
};
