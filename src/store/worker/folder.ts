/** The little that the store needs of a file system; one kind on disk, one in memory. */

/** What a person is told when a write finds no room. */
export const NO_ROOM =
  'There is no room left for downloads on this device. What is here plays, and nothing was lost: the download goes on by itself once you have freed some space.';

export interface OpenFile {
  size(): number;
  /** Fills `into` from `at` on; answers the bytes read, fewer at the end of the file. */
  read(into: Uint8Array<ArrayBuffer>, at: number): number;
  /** @throws FailureError with `quota` when there is no room, `storage` when it fails otherwise. */
  write(data: Uint8Array<ArrayBuffer>, at: number): void;
  truncate(size: number): void;
  /** Returns once what was written would survive a crash. */
  flush(): void;
  close(): void;
}

export interface Folder {
  /** Opens for reading and writing, making the file if need be. One opener at a time. */
  open(name: string): Promise<OpenFile>;
  /** Whole contents, null when there is no such file. */
  readAll(name: string): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Opens a folder, making it if need be. */
  folder(name: string): Promise<Folder>;
  folders(): Promise<string[]>;
  /** Deletes a file, or a folder with all it holds; nothing happens when it is not there. */
  remove(name: string): Promise<void>;
}

/** Replaces a small file and returns once it would survive a crash. */
export const writeAll = async (
  folder: Folder,
  name: string,
  data: Uint8Array<ArrayBuffer>,
): Promise<void> => {
  const file = await folder.open(name);
  try {
    file.truncate(data.length);
    if (data.length > 0) file.write(data, 0);
    file.flush();
  } finally {
    file.close();
  }
};
