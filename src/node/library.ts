import type { InfoHash, SatPerMiB } from '../shared/units.ts';
import { bytes, satPerMiB } from '../shared/units.ts';

/** What the user wants of one torrent; kept beside its data so that a restart goes on with it. */
export interface Intent {
  /** Unix seconds. */
  readonly addedAt: number;
  readonly sellPrice: SatPerMiB;
  /** File indexes to download and pay for; null: nothing was started or it was stopped. */
  readonly wanted: readonly number[] | null;
  /** Whether it was seeded from files of the user, which are not copied and must be chosen again. */
  readonly own: boolean;
}

/** Where intents are kept: the store worker, beside each torrent's data. */
export interface IntentStore {
  save(infoHash: InfoHash, intent: Intent): Promise<void>;
}

const MAX_FILES = 100_000;

/** Decodes a stored intent; null when it is not one (another version, a damaged file). */
export const decodeIntent = (value: unknown): Intent | null => {
  if (typeof value !== 'object' || value === null) return null;
  const { addedAt, sellPrice, wanted, own } = value as Record<string, unknown>;
  try {
    const files =
      wanted === null || wanted === undefined
        ? null
        : Array.isArray(wanted) && wanted.length <= MAX_FILES
          ? wanted.map((index) => bytes(index as number))
          : null;
    return {
      addedAt: bytes(addedAt as number),
      sellPrice: satPerMiB(sellPrice as number),
      wanted: files,
      own: own === true,
    };
  } catch {
    return null;
  }
};
