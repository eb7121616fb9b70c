import type { Folder, OpenFile } from './folder.ts';

/** Memory is taken in pages, so that a file written at its end does not take its whole length. */
const PAGE = 65_536;

interface Contents {
  size: number;
  readonly pages: Map<number, Uint8Array<ArrayBuffer>>;
}

const openContents = (contents: Contents): OpenFile => {
  /** Runs over the pages of a range: page, offset in it, offset in the range, length. */
  const eachPage = (
    at: number,
    length: number,
    visit: (page: number, inPage: number, inRange: number, take: number) => void,
  ): void => {
    for (let done = 0; done < length;) {
      const inPage = (at + done) % PAGE;
      const take = Math.min(PAGE - inPage, length - done);
      visit(Math.floor((at + done) / PAGE), inPage, done, take);
      done += take;
    }
  };
  return {
    size: () => contents.size,
    read(into, at) {
      const length = Math.max(0, Math.min(into.length, contents.size - at));
      eachPage(at, length, (page, inPage, inRange, take) => {
        const bytes = contents.pages.get(page);
        if (bytes) into.set(bytes.subarray(inPage, inPage + take), inRange);
        else into.fill(0, inRange, inRange + take);
      });
      return length;
    },
    write(data, at) {
      eachPage(at, data.length, (page, inPage, inRange, take) => {
        const bytes = contents.pages.get(page) ?? new Uint8Array(PAGE);
        contents.pages.set(page, bytes);
        bytes.set(data.subarray(inRange, inRange + take), inPage);
      });
      contents.size = Math.max(contents.size, at + data.length);
    },
    truncate(size) {
      for (const [page, bytes] of contents.pages) {
        if (page * PAGE >= size) contents.pages.delete(page);
        else if ((page + 1) * PAGE > size) bytes.fill(0, size - page * PAGE);
      }
      contents.size = size;
    },
    flush: () => undefined,
    close: () => undefined,
  };
};

/** A folder that is gone with the thread: the fallback, and the one that unit tests use. */
export const createMemoryFolder = (): Folder => {
  const files = new Map<string, Contents>();
  const folders = new Map<string, Folder>();
  return {
    open: async (name) => {
      const contents = files.get(name) ?? { size: 0, pages: new Map() };
      files.set(name, contents);
      return openContents(contents);
    },
    readAll: async (name) => {
      const contents = files.get(name);
      if (!contents) return null;
      const all = new Uint8Array(contents.size);
      openContents(contents).read(all, 0);
      return all;
    },
    folder: async (name) => {
      const folder = folders.get(name) ?? createMemoryFolder();
      folders.set(name, folder);
      return folder;
    },
    folders: async () => [...folders.keys()],
    remove: async (name) => {
      files.delete(name);
      folders.delete(name);
    },
  };
};
