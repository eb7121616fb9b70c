/**
 * The abstract-chunk-store contract that WebTorrent calls, in our own types.
 * `put` and `get` address whole pieces by index; `get` may ask for a part.
 */
export interface ChunkStore {
  readonly chunkLength: number;
  put(index: number, chunk: Uint8Array, done?: (error: Error | null) => void): void;
  get(
    index: number,
    options: { offset?: number; length?: number } | null | undefined,
    done: (error: Error | null, chunk?: Uint8Array) => void,
  ): void;
  get(index: number, done: (error: Error | null, chunk?: Uint8Array) => void): void;
  close(done?: (error: Error | null) => void): void;
  destroy(done?: (error: Error | null) => void): void;
}

/** What WebTorrent hands to the constructor of a store. */
export interface ChunkStoreOptions {
  readonly length: number;
  readonly files: readonly {
    readonly path: string;
    readonly length: number;
    readonly offset: number;
  }[];
  readonly name?: string;
  readonly torrent?: { readonly infoHash: string; readonly torrentFile?: Uint8Array };
}

/** `opts.store` of WebTorrent. */
export type ChunkStoreConstructor = new (
  chunkLength: number,
  options: ChunkStoreOptions,
) => ChunkStore;
