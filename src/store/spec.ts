import type { KeptFile } from '../shared/ports/own-files.ts';
import type { StorageUse } from '../shared/ports/storage.ts';
import type { InfoHash } from '../shared/units.ts';

/** The bridge between the page and the store worker. */

/** A file of a torrent as the store sees it; the path is used for its name only, never on disk. */
export interface StoredFile {
  readonly path: string;
  readonly length: number;
}

export interface TorrentMeta {
  readonly pieceLength: number;
  /** Sum of the lengths of the files. */
  readonly length: number;
  readonly files: readonly StoredFile[];
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
}

/** What is needed to resume a torrent without a peer. */
export interface StoredTorrent {
  readonly infoHash: InfoHash;
  /** The `.torrent` file. */
  readonly torrentFile: Uint8Array<ArrayBuffer>;
  /** One bit a piece, most significant first (BEP-3): verified and on disk. */
  readonly bitfield: Uint8Array<ArrayBuffer>;
  readonly meta: TorrentMeta;
  /** Text that the engine keeps with the torrent; empty when it never set one. */
  readonly note: string;
}

/** `memory` when the browser has no origin private file system: nothing survives a reload. */
export type StoreMode = StorageUse['mode'];

export interface CreateTorrent {
  readonly infoHash: InfoHash;
  readonly torrentFile: Uint8Array;
  readonly pieceLength: number;
  readonly length: number;
  readonly files: readonly StoredFile[];
  /**
   * Serve these files, one for each of `files`, from where they are instead of keeping a copy. A
   * later session finds the torrent and its note, and holds nothing until they are chosen again.
   */
  readonly source?: readonly File[];
}

/** Longest note that is kept. */
export const MAX_NOTE_LENGTH = 65_536;

export interface StoreSpec {
  calls: {
    /** First call of all. Profile: 1 to 32 of `a-z`, `0-9`, `-`, no `-` first. */
    open: { arg: { profile: string }; value: { mode: StoreMode; torrents: StoredTorrent[] } };
    /** Makes room for a torrent, or finds what is stored of it; answers what is held. */
    create: { arg: CreateTorrent; value: { bitfield: Uint8Array<ArrayBuffer> } };
    /**
     * A whole piece. `verified`: its hash was checked, so it is held once written. It is forgotten
     * with a crash until `keep`, `release` or `close`.
     */
    write: {
      arg: {
        infoHash: InfoHash;
        piece: number;
        data: Uint8Array<ArrayBuffer>;
        verified: boolean;
      };
      value: void;
    };
    /** Part of a piece, whether marked as held or not. The buffer is moved. */
    read: {
      arg: { infoHash: InfoHash; piece: number; offset: number; length: number };
      value: Uint8Array<ArrayBuffer>;
    };
    /** What is stored of a torrent, null when nothing is. */
    stored: { arg: { infoHash: InfoHash }; value: StoredTorrent | null };
    /** Replaces the engine's text of a torrent. */
    note: { arg: { infoHash: InfoHash; note: string }; value: void };
    /** Writes everything down and lets go of the files; what is held can still be read. */
    release: { arg: { infoHash: InfoHash }; value: void };
    /** Deletes the torrent and its data; files that are served in place are left alone. */
    remove: { arg: { infoHash: InfoHash }; value: void };
    usage: { arg: void; value: StorageUse };
    /** Keeps the handles of own files that are served in place; `remove` forgets them. */
    keepHandles: { arg: { infoHash: InfoHash; handles: readonly KeptFile[] }; value: void };
    handles: { arg: { infoHash: InfoHash }; value: readonly KeptFile[] };
    /** Writes a scratch file, reads it back and deletes it; answers its length in bytes. */
    probe: { arg: void; value: number };
    /** Serves the calls of shared/ports/range-port.ts on this port. */
    connect: { arg: { port: MessagePort }; value: void };
    /** Writes everything down; the worker may be ended afterwards. */
    close: { arg: void; value: void };
  };
  posts: {
    /** Those of the pieces that are held outlive a crash, a moment later. */
    keep: { readonly infoHash: InfoHash; readonly pieces: readonly number[] };
    /** Corrects what is held and kept, in order with the writes: after a check that passed or failed. */
    held: {
      readonly infoHash: InfoHash;
      readonly pieces: readonly number[];
      readonly held: boolean;
    };
  };
  events: Record<never, never>;
}
