/** Bytes read from a file at once. A slice costs the browser the same for 16 KiB as for this. */
const WINDOW = 1024 * 1024;
/** Windows kept: readers are peers that each go through a piece in order. */
const MAX_WINDOWS = 12;

/** Reads slices of files of the user, in windows that a run of small reads shares. */
export interface SourceReader {
  /** Fills `into` from `offset` of the file; how many bytes there were. Rejects as `Blob.arrayBuffer` does. */
  read(file: number, offset: number, into: Uint8Array): Promise<number>;
}

export const createSourceReader = (source: readonly Blob[]): SourceReader => {
  /** Least recently used first. */
  const windows = new Map<string, Promise<Uint8Array>>();

  const load = async (file: number, index: number): Promise<Uint8Array> => {
    const slice = source[file]?.slice(index * WINDOW, (index + 1) * WINDOW);
    return slice === undefined ? new Uint8Array(0) : new Uint8Array(await slice.arrayBuffer());
  };

  const open = (file: number, index: number): Promise<Uint8Array> => {
    const key = `${file}/${index}`;
    const known = windows.get(key);
    if (known !== undefined) {
      windows.delete(key);
      windows.set(key, known);
      return known;
    }
    const loading = load(file, index);
    windows.set(key, loading);
    // A failure is told to those who wait, and not remembered.
    loading.catch(() => windows.get(key) === loading && windows.delete(key));
    const [oldest] = windows.keys();
    if (windows.size > MAX_WINDOWS && oldest !== undefined) windows.delete(oldest);
    return loading;
  };

  return {
    async read(file, offset, into) {
      let done = 0;
      while (done < into.length) {
        const at = offset + done;
        const index = Math.floor(at / WINDOW);
        const bytes = await open(file, index);
        const from = at - index * WINDOW;
        const part = bytes.subarray(from, from + into.length - done);
        if (part.length === 0) break;
        into.set(part, done);
        done += part.length;
      }
      return done;
    },
  };
};
