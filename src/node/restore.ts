import type { InfoHash, SatPerMiB } from '../shared/units.ts';
import type { Result } from '../shared/result.ts';
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
    },
  ): Promise<Result<InfoHash>>;
  /** Goes on downloading and paying for these files. */
  watch(infoHash: InfoHash, files: readonly number[]): Promise<Result<void>>;
  readonly intents: Pick<Intents, 'recall'>;
  /** Serves the user's own files again, or notes that they have to be asked for. */
  serveOwn(kept: KeptTorrent, intent: Intent): Promise<unknown>;
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

/**
 * Brings the library of the last session back: what was held is held, what was being watched goes
 * on. The user's own files are not copied: only the browser can give them back.
 */
export const restoreLibrary = async (
  kept: readonly KeptTorrent[],
  parts: RestoreParts,
): Promise<void> => {
  for (const torrent of kept) {
    const { infoHash, torrentFile, bitfield, note } = torrent;
    const intent = decodeIntent(readNote(note));
    if (intent !== null) parts.intents.recall(infoHash, intent);
    if (intent?.removed === true) continue;
    if (intent?.own === true) {
      await parts.serveOwn(torrent, intent);
      continue;
    }
    const added = await parts.add(torrentFile, {
      bitfield,
      ...(intent !== null && {
        addedAt: intent.addedAt,
        sellPrice: intent.sellPrice,
        priorities: intent.priorities,
      }),
    });
    if (added.ok && intent !== null && intent.wanted !== null) {
      await parts.watch(added.value, intent.wanted);
    }
  }
};
