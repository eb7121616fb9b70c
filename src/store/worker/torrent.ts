import type { TitleUse } from '../../shared/ports/storage.ts';
import type { Clock } from '../../shared/clock.ts';
import { FailureError } from '../../shared/result.ts';
import type { InfoHash } from '../../shared/units.ts';
import { firstClear, hasBit, putBit } from '../bitfield.ts';
import { diskUse } from '../disk-use.ts';
import type { Layout } from '../layout.ts';
import type { StoredTorrent, TorrentMeta } from '../spec.ts';
import type { Contents } from './contents.ts';
import type { LastUse } from './last-use.ts';

/**
 * One torrent in the store: which pieces are held, and their bytes. The order on disk is always
 * data, flush, bitfield, flush: a bit that is read back after a crash speaks the truth.
 */
export interface TorrentStore {
  readonly layout: Layout;
  readonly meta: TorrentMeta;
  /** Copy of what can be resumed. */
  stored(): StoredTorrent;
  /** What it takes on disk; nothing where the files are served in place. */
  use(): TitleUse;
  setNote(note: string): void;
  /** @throws FailureError; nothing is marked as held then. */
  write(piece: number, data: Uint8Array<ArrayBuffer>, verified: boolean): Promise<void>;
  /** Those of the pieces that are held are on disk as held soon, and outlive a crash then. */
  keep(pieces: readonly number[]): Promise<void>;
  mark(pieces: readonly number[], held: boolean): Promise<void>;
  readPiece(piece: number, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Held bytes of a file from `offset` on, at most `length`; see the range port. */
  readHeld(file: number, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Resolves once everything held is on disk. */
  persist(): Promise<void>;
  /** Ends the torrent: later writes fail, nothing more is persisted. Resolves when none is under way. */
  end(): Promise<void>;
}

/** Where the held pieces are written down; nothing to do for files that are served in place. */
export interface BitfieldFile {
  flushData(): void;
  save(bits: Uint8Array<ArrayBuffer>): Promise<void>;
}

/**
 * Bounds what is bought again after a tab was closed in the middle of a download. A flush of what
 * came in this time takes a few milliseconds of this thread.
 */
const PERSIST_AFTER_MS = 50;
/** A disk that just failed gets some rest. */
const RETRY_AFTER_MS = 10_000;

export const createTorrentStore = (options: {
  readonly infoHash: InfoHash;
  readonly meta: TorrentMeta;
  readonly layout: Layout;
  readonly torrentFile: Uint8Array<ArrayBuffer>;
  readonly bits: Uint8Array<ArrayBuffer>;
  readonly note: string;
  readonly contents: Contents;
  readonly bitfieldFile: BitfieldFile | null;
  readonly lastUse: LastUse;
  readonly clock: Clock;
}): TorrentStore => {
  const { infoHash, meta, layout, torrentFile, bits, contents, bitfieldFile, lastUse, clock } =
    options;
  let note = options.note;
  /** The held pieces that outlive a crash, as they are on disk or soon will be. */
  const kept = bits.slice();
  let changed = false;
  let ended = false;
  let stopTimer: (() => void) | null = null;
  let tail: Promise<unknown> = Promise.resolve();

  /** Writes and marks happen in the order they came. */
  const inOrder = <T>(task: () => Promise<T>): Promise<T> => {
    const result = tail.then(() => {
      if (!ended) return task();
      throw new FailureError({ code: 'not-found', message: 'The torrent was removed.' });
    });
    tail = result.catch(() => undefined);
    return result;
  };

  const save = async (): Promise<void> => {
    if (!changed || !bitfieldFile || ended) return;
    changed = false;
    try {
      bitfieldFile.flushData();
      await bitfieldFile.save(kept.slice());
    } catch (thrown) {
      changed = true;
      throw thrown;
    }
  };

  const saveLater = (ms: number): void => {
    if (stopTimer || !bitfieldFile || ended) return;
    stopTimer = clock.after(ms, () => {
      stopTimer = null;
      save().catch(() => saveLater(RETRY_AFTER_MS));
    });
  };

  const keep = (piece: number, held: boolean): void => {
    if (piece >= layout.pieceCount || !putBit(kept, piece, held)) return;
    changed = true;
    saveLater(PERSIST_AFTER_MS);
  };

  const put = (piece: number, held: boolean): void => {
    if (piece < layout.pieceCount) putBit(bits, piece, held);
  };

  const requireRange = (valid: boolean): void => {
    if (!valid) throw new FailureError({ code: 'range', message: 'No such piece or range.' });
  };

  return {
    layout,
    meta,
    stored: () => ({
      infoHash,
      torrentFile: torrentFile.slice(),
      bitfield: bits.slice(),
      meta,
      note,
    }),
    use() {
      const data = diskUse(layout, meta.files.length, bits);
      const bytes = bitfieldFile ? data + torrentFile.length : 0;
      const name = meta.files[0]?.path.split('/')[0] ?? '';
      return { infoHash, name, bytes, usedAt: lastUse.at() };
    },
    setNote(text) {
      note = text;
    },
    write: (piece, data, verified) =>
      inOrder(async () => {
        requireRange(data.length > 0 && data.length === layout.pieceSize(piece));
        // Also when it is held: a piece that fails its check after a restart is fetched again.
        await contents.write(piece * layout.pieceLength, data);
        if (ended) return;
        lastUse.touch();
        if (verified) put(piece, true);
      }),
    keep: (pieces) =>
      inOrder(async () => {
        for (const piece of pieces) if (hasBit(bits, piece)) keep(piece, true);
      }),
    mark: (pieces, held) =>
      inOrder(async () => {
        for (const piece of pieces) {
          put(piece, held);
          keep(piece, held);
        }
      }),
    async readPiece(piece, offset, length) {
      const size = layout.pieceSize(piece);
      requireRange(offset >= 0 && length >= 0 && Number.isSafeInteger(offset + length));
      requireRange(size > 0 && offset + length <= size);
      return contents.read(piece * layout.pieceLength + offset, length);
    },
    async readHeld(file, offset, length) {
      const place = layout.file(file);
      requireRange(place !== null && Number.isSafeInteger(offset) && Number.isSafeInteger(length));
      if (!place || offset < 0 || length <= 0 || offset >= place.length) return new Uint8Array(0);
      const start = place.start + offset;
      const end = Math.min(start + length, place.start + place.length);
      const first = Math.floor(start / layout.pieceLength);
      const clear = firstClear(bits, first, Math.ceil(end / layout.pieceLength));
      const heldEnd = Math.min(end, clear * layout.pieceLength);
      if (heldEnd <= start) return new Uint8Array(0);
      lastUse.touch();
      return contents.read(start, heldEnd - start);
    },
    async persist() {
      await tail;
      stopTimer?.();
      stopTimer = null;
      changed ||= bits.some((byte, at) => byte !== kept[at]);
      kept.set(bits);
      await save();
    },
    async end() {
      ended = true;
      stopTimer?.();
      stopTimer = null;
      await tail;
    },
  };
};
