import type { InfoHash, SatPerMiB } from '../shared/units.ts';
import type { Result } from '../shared/result.ts';
import type { KeptLink, KeptLinks } from './kept-links.ts';
import { decodeIntent, type Intent, type Intents } from './library.ts';

/** What the store worker kept of a torrent. */
export interface KeptTorrent {
  readonly infoHash: InfoHash;
  readonly torrentFile: Uint8Array;
  readonly bitfield: Uint8Array;
  /** The intent as JSON; empty when none was ever written. */
  readonly note: string;
  readonly meta: {
    readonly length: number;
    readonly files: readonly { readonly path: string; readonly length: number }[];
  };
}

export interface RestoreParts {
  add(
    torrentFile: Uint8Array,
    options: {
      bitfield: Uint8Array;
      addedAt?: number;
      sellPrice?: SatPerMiB;
      priorities?: Intent['priorities'];
      paused?: boolean;
      started?: readonly number[];
    },
  ): Promise<Result<InfoHash>>;
  /** Looks for it again, or takes in what its link tells beyond the torrent file. */
  addLink(kept: KeptLink): Promise<unknown>;
  /** Links of titles whose metadata had not come, or was not all that was known. */
  readonly links: Pick<KeptLinks, 'all' | 'of'>;
  /** Goes on downloading and paying for these files. */
  watch(infoHash: InfoHash, files: readonly number[]): Promise<Result<void>>;
  readonly intents: Pick<Intents, 'recall' | 'get'>;
  /** Serves the user's own files again, or notes that they have to be asked for. */
  serveOwn(kept: KeptTorrent, intent: Intent): Promise<unknown>;
  /** Whether it was deleted since the session began. */
  isForgotten(infoHash: InfoHash): boolean;
  onRestored(infoHash: InfoHash): void;
  /** One that cannot be restored does not keep the others from it. */
  onFault(error: unknown): void;
}

const readNote = (note: string): unknown => {
  try {
    return JSON.parse(note);
  } catch {
    return null;
  }
};

/** A title that was removed but whose data stayed is opened again: it belongs to the library. */
export const reopen = async (
  { infoHash, note }: Pick<KeptTorrent, 'infoHash' | 'note'>,
  intents: Pick<Intents, 'recall' | 'change'>,
): Promise<void> => {
  const intent = decodeIntent(readNote(note));
  if (intent?.removed !== true) return;
  intents.recall(infoHash, intent);
  await intents.change(infoHash, { removed: false }, intent);
};

/** Titles of the last session that are not back yet; what is asked of one waits for it. */
export interface Restoring {
  /** Resolves once this title is back, or turned out not to come; at once for all others. */
  of(infoHash: InfoHash): Promise<void>;
  /** Resolves once all are. */
  all(): Promise<void>;
  settle(infoHash: InfoHash): void;
}

export const createRestoring = (infoHashes: readonly InfoHash[]): Restoring => {
  const settled = new Map<InfoHash, () => void>();
  const waits = new Map(
    infoHashes.map((infoHash) => [
      infoHash,
      new Promise<void>((resolve) => settled.set(infoHash, resolve)),
    ]),
  );
  return {
    of: async (infoHash) => waits.get(infoHash),
    async all() {
      await Promise.all(waits.values());
    },
    settle: (infoHash) => settled.get(infoHash)?.(),
  };
};

const restore = async (torrent: KeptTorrent, parts: RestoreParts): Promise<void> => {
  const { infoHash, torrentFile, bitfield } = torrent;
  const intent = parts.intents.get(infoHash);
  if (intent?.removed === true || parts.isForgotten(infoHash)) return;
  if (intent?.own === true) {
    await parts.serveOwn(torrent, intent);
    return;
  }
  const isStopped = intent?.paused === true;
  const added = await parts.add(torrentFile, {
    bitfield,
    ...(intent !== null && {
      addedAt: intent.addedAt,
      sellPrice: intent.sellPrice,
      priorities: intent.priorities,
    }),
    ...(isStopped && { paused: true, ...(intent.wanted !== null && { started: intent.wanted }) }),
  });
  if (added.ok && !isStopped && intent !== null && intent.wanted !== null) {
    await parts.watch(added.value, intent.wanted);
  }
  const link = parts.links.of(infoHash);
  if (added.ok && link !== null) await parts.addLink(link);
};

/**
 * Brings the library of the last session back: what was held is held, what was being watched goes
 * on, and what nobody had told the files of is looked for again. The user's own files are not copied:
 * only the browser can give them back.
 */
export const restoreLibrary = async (
  kept: readonly KeptTorrent[],
  parts: RestoreParts,
): Promise<void> => {
  for (const { infoHash, note } of kept) {
    const intent = decodeIntent(readNote(note));
    if (intent !== null) parts.intents.recall(infoHash, intent);
  }
  const bring = async (infoHash: InfoHash, how: () => Promise<unknown>): Promise<void> => {
    try {
      await how();
    } catch (error) {
      parts.onFault(error);
    } finally {
      parts.onRestored(infoHash);
    }
  };
  // Also one that is removed meanwhile has to be told of: somebody may wait for it.
  const links = parts.links.all();
  for (const torrent of kept) await bring(torrent.infoHash, () => restore(torrent, parts));
  const known = new Set(kept.map(({ infoHash }) => infoHash));
  for (const link of links) {
    if (known.has(link.infoHash)) continue;
    await bring(link.infoHash, async () => {
      if (parts.links.of(link.infoHash) !== null) await parts.addLink(link);
    });
  }
};
