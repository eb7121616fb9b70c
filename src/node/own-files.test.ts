import { describe, expect, it } from 'vitest';
import type { KeptFile } from '../shared/ports/own-files.ts';
import { done, fail, ok, type Result } from '../shared/result.ts';
import { infoHash, type InfoHash } from '../shared/units.ts';
import { createOwnFiles, type OwnFilesParts } from './own-files.ts';
import type { KeptTorrent } from './restore.ts';
import { ownTitle } from './testing/intent.ts';

const HASH = infoHash('ab'.repeat(20));
const film = new File(['film'], 'film.mp4');
const kept: KeptTorrent = {
  infoHash: HASH,
  torrentFile: Uint8Array.of(1),
  bitfield: Uint8Array.of(0),
  note: '',
  meta: { length: 4, files: [{ path: 'film.mp4', length: 4 }] },
};

/** A handle as the browser gives it: `state` before, `answer` of the user, then the file. */
const handle = (
  state: PermissionState,
  answer: PermissionState = 'denied',
  file: () => Promise<File> = async () => film,
): KeptFile => {
  const one = {
    kind: 'file' as const,
    name: 'film.mp4',
    queryPermission: async () => state,
    requestPermission: async () => answer,
    getFile: file,
  };
  return one as unknown as KeptFile;
};

const setUp = (handles: readonly KeptFile[], serve: Result<InfoHash> = ok(HASH)) => {
  const served: File[][] = [];
  const removed: InfoHash[] = [];
  const book = new Map<InfoHash, readonly KeptFile[]>([[HASH, handles]]);
  const parts: OwnFilesParts = {
    handles: {
      keep: async (hash, now) => {
        book.set(hash, now);
        return done;
      },
      find: async (hash) => ok(book.get(hash) ?? []),
    },
    serve: async ({ files }) => {
      served.push([...files]);
      return serve;
    },
    remove: async (hash) => {
      removed.push(hash);
      return done;
    },
  };
  return { own: createOwnFiles(parts), served, removed, book };
};

describe('own files after a restart', () => {
  it('are served at once where the browser still allows it', async () => {
    const { own, served } = setUp([handle('granted')]);
    await own.restore(kept, ownTitle);
    expect(served).toEqual([[film]]);
    expect(own.list()).toEqual([]);
  });

  it('wait for leave, and are served when the user gives it', async () => {
    const { own, served } = setUp([handle('prompt', 'granted')]);
    let told = 0;
    own.subscribe(() => (told += 1));
    await own.restore(kept, ownTitle);
    expect(own.list()).toEqual([
      { infoHash: HASH, name: 'film.mp4', length: 4, fileCount: 1, canAsk: true },
    ]);
    expect(served).toEqual([]);
    expect(await own.serveAgain(HASH)).toEqual(done);
    expect(served).toEqual([[film]]);
    expect([own.list(), told]).toEqual([[], 2]);
  });

  it('go on waiting when the user refuses', async () => {
    const { own, served } = setUp([handle('prompt', 'denied')]);
    await own.restore(kept, ownTitle);
    expect(await own.serveAgain(HASH)).toMatchObject({ ok: false, error: { code: 'not-ready' } });
    expect([own.list().length, served]).toEqual([1, []]);
  });

  it('are chosen again where no handles are kept, and new handles are', async () => {
    const { own, served, book } = setUp([]);
    await own.restore(kept, ownTitle);
    expect(own.list()[0]?.canAsk).toBe(false);
    const other = new File(['longer'], 'other.mp4');
    expect(await own.choose(HASH, [other])).toMatchObject({
      ok: false,
      error: { code: 'bad-input' },
    });
    expect(served).toEqual([]);
    const now = [handle('granted')];
    expect(await own.choose(HASH, [film], now)).toEqual(done);
    expect(book.get(HASH)).toEqual(now);
    expect(own.has(HASH)).toBe(false);
  });

  it('are refused, and still listed, when they are gone or were changed', async () => {
    const missing = handle('granted', 'granted', () =>
      Promise.reject(new DOMException('gone', 'NotFoundError')),
    );
    const lost = setUp([missing]);
    await lost.own.restore(kept, ownTitle);
    expect(await lost.own.serveAgain(HASH)).toMatchObject({
      ok: false,
      error: { code: 'not-found' },
    });
    const edited = setUp([handle('granted')], fail('bad-input', 'It was changed.'));
    await edited.own.restore(kept, ownTitle);
    expect(await edited.own.serveAgain(HASH)).toMatchObject({
      ok: false,
      error: { message: 'It was changed.' },
    });
    expect([lost.own.list().length, edited.own.list().length]).toEqual([1, 1]);
  });

  it('are let go of', async () => {
    const { own, removed } = setUp([]);
    await own.restore(kept, ownTitle);
    expect(await own.forget(HASH)).toEqual(done);
    expect([own.list(), removed]).toEqual([[], [HASH]]);
    expect(await own.forget(HASH)).toMatchObject({ ok: false });
  });
});
