import type { Result } from '../result.ts';
import type { InfoHash } from '../units.ts';

/** What downloads take on this device, and how a person makes room for others. */

/** One title on disk. */
export interface TitleUse {
  readonly infoHash: InfoHash;
  /** Name of its folder or of its only file, as the torrent says; not fit to be a path. */
  readonly name: string;
  /**
   * Bytes that count against the quota, also a gap before the last piece that is held. 0 for files
   * of the user that are seeded from where they are.
   */
  readonly bytes: number;
  /** When it was last played or downloaded, ms since the epoch. */
  readonly usedAt: number;
}

export interface StorageUse {
  /** `memory` when the browser has no origin private file system: nothing survives a reload. */
  readonly mode: 'opfs' | 'memory';
  /** Bytes that the origin uses and may use; null when the browser does not say. */
  readonly used: number | null;
  readonly quota: number | null;
  /** Whether the browser promised not to evict the origin on its own. */
  readonly persisted: boolean;
  /** Titles that take room, the one that was used longest ago first. */
  readonly titles: readonly TitleUse[];
}

export interface Storage {
  use(): Promise<Result<StorageUse>>;
  /** Asks the browser not to evict anything on its own; some ask the user. False when refused. */
  keep(): Promise<boolean>;
  /** Deletes a title with its data, whether it is in the library or only on disk. */
  discard(infoHash: InfoHash): Promise<Result<void>>;
}
