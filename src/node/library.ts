import type { FilePriority } from '../shared/ports/torrents.ts';
import { done, type Result } from '../shared/result.ts';
import type { InfoHash, SatPerMiB } from '../shared/units.ts';
import { bytes, satPerMiB } from '../shared/units.ts';

/** What the user wants of one torrent; kept beside its data so that a restart goes on with it. */
export interface Intent {
  /** Unix seconds. */
  readonly addedAt: number;
  readonly sellPrice: SatPerMiB;
  /** File indexes to download and pay for; null: nothing was started. */
  readonly wanted: readonly number[] | null;
  /** Stopped: nothing is fetched, paid or served. */
  readonly paused: boolean;
  /** Whether it was seeded from files of the user, which are not copied and must be chosen again. */
  readonly own: boolean;
  /** Removed from the library; what was bought of it stays on disk. */
  readonly removed: boolean;
  /** Files that are not of normal priority. */
  readonly priorities: ReadonlyMap<number, FilePriority>;
}

/** Where intents are kept: the store worker, beside each torrent's data. */
export interface IntentStore {
  /** `not-found` when nothing is stored of the torrent, as before its metadata has come. */
  save(infoHash: InfoHash, intent: Intent): Promise<Result<void>>;
}

/** What the user wants of each torrent: remembered, and written down with each change. */
export interface Intents {
  /** What a restart found. */
  recall(infoHash: InfoHash, intent: Intent): void;
  get(infoHash: InfoHash): Intent | null;
  /** Holds for this session also when it could not be written down. */
  change(infoHash: InfoHash, change: Partial<Intent>, fresh: FreshIntent): Promise<Result<void>>;
  forget(infoHash: InfoHash): void;
}

/** What a torrent starts with of which nothing is remembered. */
export type FreshIntent = Pick<Intent, 'addedAt' | 'sellPrice'>;

const NOTHING = {
  wanted: null,
  paused: false,
  own: false,
  removed: false,
  priorities: new Map<never, never>(),
};

export const createIntents = (store: IntentStore): Intents => {
  const intents = new Map<InfoHash, Intent>();
  return {
    recall: (infoHash, intent) => void intents.set(infoHash, intent),
    get: (infoHash) => intents.get(infoHash) ?? null,
    async change(infoHash, change, fresh) {
      const before = intents.get(infoHash) ?? { ...NOTHING, ...fresh };
      const intent: Intent = { ...before, ...change };
      intents.set(infoHash, intent);
      const saved = await store.save(infoHash, intent);
      // What is not stored is not there after a restart, and so needs no note then.
      return !saved.ok && saved.error.code === 'not-found' ? done : saved;
    },
    forget: (infoHash) => void intents.delete(infoHash),
  };
};

const MAX_FILES = 100_000;

const decodePriorities = (value: unknown): ReadonlyMap<number, FilePriority> => {
  const rows: unknown[] = Array.isArray(value) && value.length <= MAX_FILES ? value : [];
  const priorities = new Map<number, FilePriority>();
  for (const row of rows) {
    const [file, priority] = Array.isArray(row) ? (row as unknown[]) : [];
    if (priority !== 'high' && priority !== 'low') continue;
    if (Number.isSafeInteger(file)) priorities.set(Number(file), priority);
  }
  return priorities;
};

/** An intent as it is stored. */
export const encodeIntent = (intent: Intent): string =>
  JSON.stringify({ ...intent, priorities: [...intent.priorities] });

/** Decodes a stored intent; null when it is not one (another version, a damaged file). */
export const decodeIntent = (value: unknown): Intent | null => {
  if (typeof value !== 'object' || value === null) return null;
  const fields = value as Record<string, unknown>;
  const { addedAt, sellPrice, wanted, paused, own, removed, priorities } = fields;
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
      paused: paused === true,
      own: own === true,
      removed: removed === true,
      priorities: decodePriorities(priorities),
    };
  } catch {
    return null;
  }
};
