import type { Clock } from '../../shared/clock.ts';
import { FailureError } from '../../shared/result.ts';
import { infoHash as asInfoHash, type InfoHash } from '../../shared/units.ts';
import { bitfieldSize, fullBitfield } from '../bitfield.ts';
import { createLayout, type Layout } from '../layout.ts';
import type { CreateTorrent, TorrentMeta } from '../spec.ts';
import { createDiskContents, createSourceContents } from './contents.ts';
import { writeAll, type Folder } from './folder.ts';
import type { Handles } from './handles.ts';
import { createLastUse, decodeUse, encodeUse } from './last-use.ts';
import { decodeMeta, encodeMeta } from './meta.ts';
import { createTorrentStore, type TorrentStore } from './torrent.ts';

/** The folder of a profile: one folder a torrent, named by its info hash. */
export interface Shelf {
  /**
   * Every torrent that is whole enough to resume; remains of interrupted creations are deleted. One
   * that cannot be read keeps no other from it, and is left as it is.
   */
  load(): Promise<Map<InfoHash, TorrentStore>>;
  /** @throws FailureError `storage` when data of it lies there that cannot be read: it stays as it is. */
  create(request: CreateTorrent): Promise<TorrentStore>;
  saveNote(infoHash: InfoHash, note: string): Promise<void>;
  /** Writes down and closes the open files of a torrent. */
  closeFiles(infoHash: InfoHash): Promise<void>;
  remove(infoHash: InfoHash): Promise<void>;
}

const FILES = {
  torrent: 'torrent',
  bitfield: 'bitfield',
  meta: 'meta.json',
  note: 'note',
  use: 'use',
} as const;

/** Larger than the metadata of any torrent that WebTorrent would fetch from a peer. */
const MAX_TORRENT_FILE = 16 * 2 ** 20;

const unreadableNow = (): FailureError =>
  new FailureError({
    code: 'storage',
    message:
      'What this device holds of this title cannot be read now, and was left as it is. Start the browser again, or remove the title with its data and add it anew.',
  });

const badInput = (message: string): FailureError =>
  new FailureError({ code: 'bad-input', message });

export const createShelf = (root: Folder, handles: Handles, clock: Clock): Shelf => {
  const keyPrefix = (infoHash: InfoHash): string => `${infoHash}/`;
  /** Titles that could not be read: nothing may be written over them. */
  const unreadable = new Set<InfoHash>();

  const lastUseOf = (folder: Folder, at: number) =>
    createLastUse({ at, clock, save: (now) => writeAll(folder, FILES.use, encodeUse(now)) });

  const onDisk = (
    infoHash: InfoHash,
    folder: Folder,
    parts: {
      meta: TorrentMeta;
      layout: Layout;
      torrentFile: Uint8Array<ArrayBuffer>;
      bits: Uint8Array<ArrayBuffer>;
      note: string;
      usedAt: number;
    },
  ): TorrentStore => {
    const prefix = keyPrefix(infoHash);
    return createTorrentStore({
      infoHash,
      ...parts,
      clock,
      lastUse: lastUseOf(folder, parts.usedAt),
      contents: createDiskContents(parts.layout, folder, handles, prefix),
      bitfieldFile: {
        flushData: () => handles.flush(prefix),
        save: (bits) =>
          handles.change(
            prefix + FILES.bitfield,
            () => folder.open(FILES.bitfield),
            (file) => {
              file.write(bits, 0);
              file.flush();
            },
          ),
      },
    });
  };

  /** What makes a folder a torrent, `meta.json` last; left as it is when it is one already. */
  const writeNew = async (
    infoHash: InfoHash,
    meta: TorrentMeta,
    torrentFile: Uint8Array<ArrayBuffer>,
  ): Promise<Folder> => {
    const folder = await root.folder(infoHash);
    if (decodeMeta((await folder.readAll(FILES.meta)) ?? new Uint8Array(0))) return folder;
    await writeAll(folder, FILES.torrent, torrentFile);
    await writeAll(folder, FILES.meta, encodeMeta(meta));
    return folder;
  };

  const loadOne = async (infoHash: InfoHash): Promise<TorrentStore | null> => {
    const folder = await root.folder(infoHash);
    const metaBytes = await folder.readAll(FILES.meta);
    if (!metaBytes || metaBytes.length === 0) {
      await root.remove(infoHash);
      return null;
    }
    const decoded = decodeMeta(metaBytes);
    const torrentFile = await folder.readAll(FILES.torrent);
    // Written by another version, or damaged: not ours to delete.
    if (!decoded || !torrentFile) {
      if ((await folder.readAll(FILES.bitfield)) !== null) throw unreadableNow();
      return null;
    }
    const bits = new Uint8Array(bitfieldSize(decoded.layout.pieceCount));
    const saved = await folder.readAll(FILES.bitfield);
    if (saved?.length === bits.length) bits.set(saved);
    const note = new TextDecoder().decode((await folder.readAll(FILES.note)) ?? undefined);
    const usedAt = decodeUse(await folder.readAll(FILES.use)) ?? decoded.meta.createdAt;
    return onDisk(infoHash, folder, { ...decoded, torrentFile, bits, note, usedAt });
  };

  /** Null for one that is left alone: it is unreadable, or there is nothing of it. */
  const tryLoad = async (infoHash: InfoHash): Promise<TorrentStore | null> => {
    try {
      const torrent = await loadOne(infoHash);
      unreadable.delete(infoHash);
      return torrent;
    } catch (thrown) {
      unreadable.add(infoHash);
      console.warn(`store: ${infoHash} cannot be read:`, thrown);
      return null;
    }
  };

  return {
    async load() {
      const torrents = new Map<InfoHash, TorrentStore>();
      for (const name of await root.folders()) {
        if (!/^[0-9a-f]{40}$/.test(name)) continue;
        const infoHash = asInfoHash(name);
        const torrent = await tryLoad(infoHash);
        if (torrent) torrents.set(infoHash, torrent);
      }
      return torrents;
    },
    async create({ infoHash, torrentFile, pieceLength, length, files, source }) {
      if (!/^[0-9a-f]{40}$/.test(infoHash)) throw badInput('Not an info hash.');
      if (torrentFile.length > MAX_TORRENT_FILE) throw badInput('The torrent file is too large.');
      const layout = createLayout(pieceLength, length, files);
      if (!layout) throw badInput('The lengths of the torrent contradict each other.');
      if (unreadable.has(infoHash)) {
        // It may have been in use by a thread that was about to end.
        const found = await tryLoad(infoHash);
        if (unreadable.has(infoHash)) throw unreadableNow();
        if (found && !source) return found;
      }
      const meta: TorrentMeta = {
        pieceLength,
        length,
        files: files.map((file) => ({ path: file.path, length: file.length })),
        createdAt: clock.now(),
      };
      const parts = { meta, layout, torrentFile: new Uint8Array(torrentFile), note: '' };
      if (source) {
        const fits =
          source.length === files.length &&
          source.every((file, index) => file.size === files[index]?.length);
        if (!fits) throw badInput('These are not the files of the torrent.');
        const contents = createSourceContents(layout, source);
        const bits = fullBitfield(layout.pieceCount);
        const folder = await writeNew(infoHash, meta, parts.torrentFile);
        return createTorrentStore({
          infoHash,
          ...parts,
          bits,
          contents,
          bitfieldFile: null,
          lastUse: lastUseOf(folder, meta.createdAt),
          clock,
        });
      }
      const folder = await writeNew(infoHash, meta, parts.torrentFile);
      const bits = new Uint8Array(bitfieldSize(layout.pieceCount));
      return onDisk(infoHash, folder, { ...parts, bits, usedAt: meta.createdAt });
    },
    async saveNote(infoHash, note) {
      const folder = await root.folder(infoHash);
      await writeAll(folder, FILES.note, new TextEncoder().encode(note));
    },
    closeFiles: (infoHash) => handles.close(keyPrefix(infoHash)),
    async remove(infoHash) {
      await handles.close(keyPrefix(infoHash));
      await root.remove(infoHash);
      unreadable.delete(infoHash);
    },
  };
};
