import type { AwaySeed, AwaySeeds, KeptFile } from '../shared/ports/own-files.ts';
import { done, fail, failureOf, ok, type Result } from '../shared/result.ts';
import type { InfoHash, SatPerMiB } from '../shared/units.ts';
import type { Intent } from './library.ts';
import { matchFiles } from './match-files.ts';
import type { KeptTorrent } from './restore.ts';

/**
 * The user's own files that are served: where they lie, without a copy. After a restart the browser
 * gives them back from kept handles, at once or when it is asked from a user's action; where it
 * keeps no handles they are chosen again.
 */
export interface OwnFiles extends AwaySeeds {
  /** Remembers how to find the files of a title that was just seeded. */
  keep(infoHash: InfoHash, handles: readonly KeptFile[]): Promise<void>;
  /** Serves a title of an earlier session, or puts it into the list of those that wait. */
  restore(kept: KeptTorrent, intent: Intent): Promise<void>;
  /** Whether a title waits for its files. */
  has(infoHash: InfoHash): boolean;
  /** It waits no more: it is a download now, or leaves the library. Nothing stored is touched. */
  drop(infoHash: InfoHash): void;
  /** Removes one that waits, with what is stored of it. */
  forget(infoHash: InfoHash): Promise<Result<void>>;
}

export interface OwnFilesParts {
  readonly handles: {
    keep(infoHash: InfoHash, handles: readonly KeptFile[]): Promise<Result<void>>;
    find(infoHash: InfoHash): Promise<Result<readonly KeptFile[]>>;
  };
  /** Checks that the files are those of the torrent and serves them. */
  serve(request: {
    readonly torrentFile: Uint8Array;
    readonly files: readonly File[];
    readonly addedAt: number;
    readonly sellPrice: SatPerMiB;
  }): Promise<Result<InfoHash>>;
  /** Removes what the store keeps of a title; not the files. */
  remove(infoHash: InfoHash): Promise<Result<void>>;
}

interface Away {
  readonly kept: KeptTorrent;
  readonly intent: Intent;
  readonly handles: readonly KeptFile[];
}

const gone = fail(
  'not-found',
  'A file is not where it was. Choose it again where it is now; nothing else was changed.',
);
const unknown = fail('not-found', 'This title does not wait for its files.');

const isGranted = async (handle: KeptFile, ask: boolean): Promise<boolean> => {
  const before = await (handle.queryPermission?.({ mode: 'read' }) ?? 'granted');
  if (before === 'granted' || !ask) return before === 'granted';
  return (await handle.requestPermission?.({ mode: 'read' })) === 'granted';
};

/** The files behind handles; null when the browser gives no leave to read one. */
const openAll = async (
  handles: readonly KeptFile[],
  ask: boolean,
): Promise<Result<File[] | null>> => {
  try {
    for (const handle of handles) if (!(await isGranted(handle, ask))) return ok(null);
    return ok(await Promise.all(handles.map((handle) => handle.getFile())));
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'NotFoundError') return gone;
    return { ok: false, error: failureOf(thrown, 'storage') };
  }
};

/** The last part of a path inside the torrent, to show. */
const nameOf = ({ meta, infoHash }: KeptTorrent): string =>
  meta.files[0]?.path.split('/').at(meta.files.length === 1 ? -1 : 0) ?? infoHash;

export const createOwnFiles = (parts: OwnFilesParts): OwnFiles => {
  const away = new Map<InfoHash, Away>();
  const listeners = new Set<() => void>();
  let view: readonly AwaySeed[] = [];

  const changed = (): void => {
    view = [...away.values()].map(({ kept, handles }) => ({
      infoHash: kept.infoHash,
      name: nameOf(kept),
      length: kept.meta.length,
      fileCount: kept.meta.files.length,
      canAsk: handles.length > 0,
    }));
    for (const listener of [...listeners]) listener();
  };

  const serve = async (one: Away, chosen: readonly File[]): Promise<Result<void>> => {
    const { kept, intent } = one;
    const files = matchFiles(kept.meta.files, chosen);
    if (!files.ok) return files;
    const { torrentFile } = kept;
    const { addedAt, sellPrice } = intent;
    const served = await parts.serve({ torrentFile, files: files.value, addedAt, sellPrice });
    if (!served.ok) return served;
    if (away.delete(kept.infoHash)) changed();
    return done;
  };

  const fromHandles = async (one: Away, ask: boolean): Promise<Result<void>> => {
    const files = await openAll(one.handles, ask);
    if (!files.ok) return files;
    if (files.value === null || files.value.length === 0) {
      return fail('not-ready', 'The browser was not allowed to read the file. Nothing changed.');
    }
    return serve(one, files.value);
  };

  const drop = (infoHash: InfoHash): void => {
    if (away.delete(infoHash)) changed();
  };

  const keep = async (infoHash: InfoHash, handles: readonly KeptFile[]): Promise<void> => {
    drop(infoHash);
    // Without them the files are chosen again after a restart: nothing is lost.
    if (handles.length > 0) await parts.handles.keep(infoHash, handles);
  };

  return {
    keep,
    async restore(kept, intent) {
      const found = await parts.handles.find(kept.infoHash);
      const one: Away = { kept, intent, handles: found.ok ? found.value : [] };
      if (one.handles.length > 0 && (await fromHandles(one, false)).ok) return;
      away.set(kept.infoHash, one);
      changed();
    },
    has: (infoHash) => away.has(infoHash),
    drop,
    async forget(infoHash) {
      if (!away.delete(infoHash)) return unknown;
      changed();
      return parts.remove(infoHash);
    },
    list: () => view,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async serveAgain(infoHash) {
      const one = away.get(infoHash);
      return one === undefined ? unknown : fromHandles(one, true);
    },
    async choose(infoHash, files, handles = []) {
      const one = away.get(infoHash);
      if (one === undefined) return unknown;
      const served = await serve(one, files);
      if (served.ok) await keep(infoHash, handles);
      return served;
    },
  };
};
