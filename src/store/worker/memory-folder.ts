import { FailureError } from '../../shared/result.ts';
import { NO_ROOM, type Folder, type OpenFile } from './folder.ts';

/** Memory is taken in pages, so that a file written at its end does not take its whole length. */
const PAGE = 65_536;

interface Contents {
  size: number;
  readonly pages: Map<number, Uint8Array<ArrayBuffer>>;
}

/** Pages that may still be taken, for all folders below one. */
interface Room {
  pages: number;
}

const openContents = (contents: Contents, room: Room): OpenFile => {
  const drop = (page: number): void => {
    if (contents.pages.delete(page)) room.pages += 1;
  };
  const grow = (page: number): Uint8Array<ArrayBuffer> => {
    if (room.pages < 1) throw new FailureError({ code: 'quota', message: NO_ROOM });
    room.pages -= 1;
    const bytes = new Uint8Array(PAGE);
    contents.pages.set(page, bytes);
    return bytes;
  };
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
        const bytes = contents.pages.get(page) ?? grow(page);
        bytes.set(data.subarray(inRange, inRange + take), inPage);
      });
      contents.size = Math.max(contents.size, at + data.length);
    },
    truncate(size) {
      for (const [page, bytes] of contents.pages) {
        if (page * PAGE >= size) drop(page);
        else if ((page + 1) * PAGE > size) bytes.fill(0, size - page * PAGE);
      }
      contents.size = size;
    },
    flush: () => undefined,
    close: () => undefined,
  };
};

interface MemoryFolder extends Folder {
  /** Gives back all that it takes. */
  clear(): void;
}

const openFolder = (room: Room): MemoryFolder => {
  const files = new Map<string, Contents>();
  const folders = new Map<string, MemoryFolder>();
  const empty = (contents: Contents | undefined): void => {
    if (contents !== undefined) openContents(contents, room).truncate(0);
  };
  return {
    open: async (name) => {
      const contents = files.get(name) ?? { size: 0, pages: new Map() };
      files.set(name, contents);
      return openContents(contents, room);
    },
    readAll: async (name) => {
      const contents = files.get(name);
      if (!contents) return null;
      const all = new Uint8Array(contents.size);
      openContents(contents, room).read(all, 0);
      return all;
    },
    folder: async (name) => {
      const folder = folders.get(name) ?? openFolder(room);
      folders.set(name, folder);
      return folder;
    },
    folders: async () => [...folders.keys()],
    remove: async (name) => {
      empty(files.get(name));
      files.delete(name);
      folders.get(name)?.clear();
      folders.delete(name);
    },
    clear() {
      for (const contents of files.values()) empty(contents);
      for (const folder of folders.values()) folder.clear();
    },
  };
};

/**
 * A folder that is gone with the thread: the fallback, and the one that unit tests use. Beyond `most`
 * bytes a write fails as on a full disk: a tab that takes all memory dies, and all of it is gone.
 */
export const createMemoryFolder = (most = Number.POSITIVE_INFINITY): Folder =>
  openFolder({ pages: Math.floor(most / PAGE) });
