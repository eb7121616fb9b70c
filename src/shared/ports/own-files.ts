import type { Result } from '../result.ts';
import type { InfoHash } from '../units.ts';

/** Files of the user that are served in place, across restarts. */

/** A file that the browser can give again in a later session, with the user's leave. */
export interface KeptFile extends FileSystemFileHandle {
  /** Absent where the browser asks for no leave. */
  queryPermission?(descriptor: { readonly mode: 'read' }): Promise<PermissionState>;
  /** To be called from a user's action. */
  requestPermission?(descriptor: { readonly mode: 'read' }): Promise<PermissionState>;
}

/** A title that was seeded from the user's own files and waits for them. */
export interface AwaySeed {
  readonly infoHash: InfoHash;
  readonly name: string;
  /** Bytes. */
  readonly length: number;
  readonly fileCount: number;
  /** Whether leave is all that is wanted; else the files have to be chosen again. */
  readonly canAsk: boolean;
}

export interface AwaySeeds {
  list(): readonly AwaySeed[];
  subscribe(listener: () => void): () => void;
  /** Asks the browser for leave to read the files again, then serves them. From a user's action. */
  serveAgain(infoHash: InfoHash): Promise<Result<void>>;
  /** Serves these files if they are what was seeded: by size and samples of their hashes. */
  choose(
    infoHash: InfoHash,
    files: readonly File[],
    handles?: readonly KeptFile[],
  ): Promise<Result<void>>;
}
