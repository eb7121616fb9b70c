import type { InfoHash, SatPerMiB } from '../shared/units.ts';
import type { Result } from '../shared/result.ts';
import { decodeIntent } from './library.ts';

/** What the store worker kept of a torrent. */
export interface KeptTorrent {
  readonly infoHash: InfoHash;
  readonly torrentFile: Uint8Array;
  readonly bitfield: Uint8Array;
  /** The intent as JSON; empty when none was ever written. */
  readonly note: string;
}

export interface RestoreParts {
  add(
    torrentFile: Uint8Array,
    options: { bitfield: Uint8Array; addedAt?: number; sellPrice?: SatPerMiB },
  ): Promise<Result<InfoHash>>;
  /** Goes on downloading and paying for these files. */
  watch(infoHash: InfoHash, files: readonly number[]): Promise<Result<void>>;
  /** Lets go of a torrent whose data is gone: files of the user are not copied. */
  forget(infoHash: InfoHash): Promise<unknown>;
}

const readNote = (note: string): unknown => {
  try {
    return JSON.parse(note);
  } catch {
    return null;
  }
};

/**
 * Brings the library of the last session back: what was held is held, what was being watched goes
 * on. A torrent that was seeded from the user's own files has to be chosen again, because only the
 * browser's picker can give the files back.
 */
export const restoreLibrary = async (
  kept: readonly KeptTorrent[],
  parts: RestoreParts,
): Promise<void> => {
  for (const { infoHash, torrentFile, bitfield, note } of kept) {
    const intent = decodeIntent(readNote(note));
    if (intent?.own === true) {
      await parts.forget(infoHash);
      continue;
    }
    const added = await parts.add(torrentFile, {
      bitfield,
      ...(intent !== null && { addedAt: intent.addedAt, sellPrice: intent.sellPrice }),
    });
    if (added.ok && intent !== null && intent.wanted !== null) {
      await parts.watch(added.value, intent.wanted);
    }
  }
};
