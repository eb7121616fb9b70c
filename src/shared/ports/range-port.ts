import type { InfoHash } from '../units.ts';

/**
 * What the service worker asks the store worker over a MessagePort of their own, so that data that
 * is held never passes through the page. The engine page makes the channel and hands out both ends.
 */

/** One file of one torrent, by its index in the torrent. */
export interface FileRef {
  readonly infoHash: InfoHash;
  readonly file: number;
}

export interface FileFacts {
  /** Sanitised file name, without folders. */
  readonly name: string;
  readonly length: number;
}

export interface RangeRequest extends FileRef {
  /** First byte wanted, counted from the start of the file. */
  readonly offset: number;
  readonly length: number;
}

/** What a reader of a file wants next. */
export interface Stretch {
  /** Names the reader: its calls carry the same number, and no other reader's do. */
  readonly reader: number;
  readonly file: number;
  /** First byte that is missing. */
  readonly offset: number;
  /** End of what it will read, exclusive. */
  readonly end: number;
}

/** Longest answer to one `read`: bounds what a slow reader makes the store hold. */
export const MAX_RANGE_READ = 1_048_576;

export interface RangeSpec {
  calls: {
    /** `not-found` when the store does not know the torrent or the file. */
    stat: { arg: FileRef; value: FileFacts };
    /**
     * The held bytes from `offset` on: at most `length`, fewer where a missing piece begins, and
     * none when the first byte is missing. The buffer is moved.
     */
    read: { arg: RangeRequest; value: Uint8Array<ArrayBuffer> };
  };
  posts: Record<never, never>;
  events: Record<never, never>;
}
