import type { Result } from '../result.ts';

/** Which trackers this profile finds its peers through. Read when the node starts. */
export interface TrackerChoice {
  /** Those of the site's configuration. */
  readonly usual: readonly string[];
  /** Those that this session runs with. */
  readonly running: readonly string[];
  /** Those of the next start. */
  next(): readonly string[];
  /** Keeps a list for the next start, or goes back to the usual ones. `bad-input` says which line is wrong. */
  choose(list: readonly string[] | null): Result<readonly string[]>;
}
