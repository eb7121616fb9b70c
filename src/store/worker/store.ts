import type { CallHandlers, Endpoint, PostHandlers } from '../../shared/bridge.ts';
import { webRandom, type Clock } from '../../shared/clock.ts';
import { done, fail, failureOf, ok, type Result } from '../../shared/result.ts';
import type { InfoHash } from '../../shared/units.ts';
import { MAX_NOTE_LENGTH, type StoreMode, type StoreSpec } from '../spec.ts';
import { NO_ROOM, type Folder } from './folder.ts';
import type { HandleBook } from './handle-book.ts';
import { createHandles } from './handles.ts';
import { tryFolder } from './probe.ts';
import { serveRanges } from './range-server.ts';
import { createRoom, type Room } from './room.ts';
import { createShelf, type Shelf } from './shelf.ts';
import type { TorrentStore } from './torrent.ts';

export interface StoreEnvironment {
  readonly clock: Clock;
  /** The folder of a profile, and whether it outlives the thread. */
  openRoot(profile: string): Promise<{ root: Folder; mode: StoreMode }>;
  /** Where handles of own files are kept. */
  openHandleBook(profile: string): HandleBook;
  /** Space of the origin as the browser reports it. */
  estimate(): Promise<{ used: number | null; quota: number | null; persisted: boolean }>;
}

/** Enough for every file of a film or an album; each is a file descriptor of the browser. */
const OPEN_FILES = 64;

/** The file that holds some room for the ledger. */
const BALLAST = 'ballast';

const PROFILE = /^[a-z0-9][a-z0-9-]{0,31}$/;

interface Opened {
  readonly root: Folder;
  readonly mode: StoreMode;
  readonly shelf: Shelf;
  readonly room: Room;
  readonly torrents: Map<InfoHash, TorrentStore>;
  readonly handleBook: HandleBook;
}

/** The store worker without its thread: the handlers of both bridges. */
export const createStore = (
  environment: StoreEnvironment,
): { calls: CallHandlers<StoreSpec>; posts: PostHandlers<StoreSpec> } => {
  let opened: Opened | null = null;
  let opening: Promise<unknown> | null = null;
  /** Creations and removals of one torrent, one after the other. */
  const changes = new Map<InfoHash, Promise<unknown>>();

  /** Runs `task` on the opened store; whatever it throws becomes a failure of the store. */
  const guarded = async <T>(task: (store: Opened) => Promise<T>): Promise<Result<T>> => {
    if (!opened) return fail('not-ready', 'The store is not open yet.');
    try {
      return ok(await task(opened));
    } catch (thrown) {
      return { ok: false, error: failureOf(thrown, 'storage') };
    }
  };

  const inOrder = <T>(infoHash: InfoHash, task: () => Promise<T>): Promise<T> => {
    const result = (changes.get(infoHash) ?? Promise.resolve()).then(task);
    const settled = result.then(
      () => undefined,
      () => undefined,
    );
    changes.set(infoHash, settled);
    void settled.then(() => {
      if (changes.get(infoHash) === settled) changes.delete(infoHash);
    });
    return result;
  };

  /** A torrent once changes under way are through, or a failure. */
  const withTorrent = <T>(
    infoHash: InfoHash,
    task: (torrent: TorrentStore, store: Opened) => Promise<Result<T>>,
  ): Promise<Result<T>> =>
    guarded(async (store) => {
      await changes.get(infoHash);
      const torrent = store.torrents.get(infoHash);
      if (!torrent) return fail('not-found', 'The store does not have this torrent.');
      return task(torrent, store);
    }).then((outer) => (outer.ok ? outer.value : outer));

  const openProfile = async (profile: string): Promise<Opened> => {
    const { root, mode } = await environment.openRoot(profile);
    const shelf = createShelf(root, createHandles(OPEN_FILES), environment.clock);
    const ballast = mode === 'opfs' ? await root.open(BALLAST) : null;
    const room = createRoom(() => environment.estimate(), ballast);
    const handleBook = environment.openHandleBook(profile);
    return { root, mode, shelf, room, handleBook, torrents: await shelf.load() };
  };

  const calls: CallHandlers<StoreSpec> = {
    async open({ profile }) {
      if (!PROFILE.test(profile)) return fail('bad-input', 'Not a name of a profile.');
      if (opening) return fail('busy', 'The store is open already.');
      const attempt = openProfile(profile);
      opening = attempt;
      try {
        opened = await attempt;
      } catch (thrown) {
        opening = null;
        return { ok: false, error: failureOf(thrown, 'storage') };
      }
      const torrents = [...opened.torrents.values()].map((torrent) => torrent.stored());
      const transfer = torrents.flatMap((each) => [each.torrentFile.buffer, each.bitfield.buffer]);
      return { result: ok({ mode: opened.mode, torrents }), transfer };
    },
    create: (request) =>
      guarded((store) =>
        inOrder(request.infoHash, async () => {
          const known = store.torrents.get(request.infoHash);
          if (known && !request.source) return { bitfield: known.stored().bitfield };
          const torrent = await store.shelf.create(request);
          if (known) {
            await known.persist();
            await known.end();
          }
          store.torrents.set(request.infoHash, torrent);
          return { bitfield: torrent.stored().bitfield };
        }),
      ),
    write: ({ infoHash, piece, data, verified }) =>
      withTorrent(infoHash, async (torrent, { room }) => {
        if (!(await room.has(data.length))) return fail('quota', NO_ROOM);
        try {
          return ok(await torrent.write(piece, data, verified));
        } catch (thrown) {
          if (failureOf(thrown).code === 'quota') room.full();
          throw thrown;
        }
      }),
    async read({ infoHash, piece, offset, length }) {
      const result = await withTorrent(infoHash, async (torrent) =>
        ok(await torrent.readPiece(piece, offset, length)),
      );
      return result.ok ? { result, transfer: [result.value.buffer] } : result;
    },
    stored: ({ infoHash }) =>
      guarded(async ({ torrents }) => {
        await changes.get(infoHash);
        return torrents.get(infoHash)?.stored() ?? null;
      }),
    note: ({ infoHash, note }) =>
      withTorrent(infoHash, async (torrent, { shelf }) => {
        if (note.length > MAX_NOTE_LENGTH) return fail('bad-input', 'The note is too long.');
        torrent.setNote(note);
        await inOrder(infoHash, () => shelf.saveNote(infoHash, note));
        return done;
      }),
    release: ({ infoHash }) =>
      withTorrent(infoHash, async (torrent, { shelf }) => {
        await torrent.persist();
        await shelf.closeFiles(infoHash);
        return done;
      }),
    remove: ({ infoHash }) =>
      guarded((store) =>
        inOrder(infoHash, async () => {
          const torrent = store.torrents.get(infoHash);
          store.torrents.delete(infoHash);
          await torrent?.end();
          await store.shelf.remove(infoHash);
          await store.handleBook.forget(infoHash);
        }),
      ),
    usage: () =>
      guarded(async ({ mode, torrents }) => ({
        mode,
        ...(await environment.estimate()),
        titles: [...torrents.values()]
          .map((torrent) => torrent.use())
          .sort((a, b) => a.usedAt - b.usedAt),
      })),
    keepHandles: ({ infoHash, handles }) =>
      guarded(({ handleBook }) => handleBook.keep(infoHash, handles)),
    handles: ({ infoHash }) => guarded(({ handleBook }) => handleBook.find(infoHash)),
    probe: () => guarded(({ root }) => tryFolder(root, webRandom)),
    async connect({ port }) {
      // A port is an Endpoint; its listener overloads hide that from the type checker's inference.
      const endpoint: Endpoint = port;
      serveRanges(endpoint, (infoHash) => opened?.torrents.get(infoHash) ?? null);
      return done;
    },
    close: () =>
      guarded(async ({ torrents, shelf }) => {
        await Promise.all([...changes.values()]);
        // One that the disk refuses must not keep the others from being written down.
        const ends = await Promise.allSettled(
          [...torrents].map(async ([infoHash, torrent]) => {
            await torrent.persist();
            await shelf.closeFiles(infoHash);
          }),
        );
        for (const end of ends) if (end.status === 'rejected') throw end.reason;
      }),
  };

  const posts: PostHandlers<StoreSpec> = {
    keep({ infoHash, pieces }) {
      void withTorrent(infoHash, async (torrent) => ok(await torrent.keep(pieces)));
    },
    held({ infoHash, pieces, held }) {
      void withTorrent(infoHash, async (torrent) => ok(await torrent.mark(pieces, held)));
    },
  };
  return { calls, posts };
};
