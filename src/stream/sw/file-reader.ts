import type { Clock } from '../../shared/clock.ts';
import type { FileFacts, FileRef } from '../../shared/ports/range-port.ts';
import { fail, type Result } from '../../shared/result.ts';
import type { Link, Links } from './links.ts';

/**
 * Reads a stretch of a file in order: what is held comes from the store worker, what is missing is
 * asked of the engine page first. Outlives the engine page: after a reload it goes on where it was.
 */
export interface FileReader {
  /** The next bytes, at least one until the end of the stretch. */
  next(): Promise<Result<Uint8Array<ArrayBuffer>>>;
  close(): void;
}

/** The first bytes come soon, the rest in pieces that cost few messages. */
const FIRST_CHUNK = 65_536;
const CHUNK = 262_144;

/** The mark that a piece is held may reach the store a moment after the page said so. */
const SETTLE_MS = 10;
const MAX_SETTLES = 100;

type Bytes = Result<Uint8Array<ArrayBuffer>>;

export interface ReaderRequest extends FileRef {
  readonly profile: string;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** Number that no other reader of this service worker has. */
  readonly reader: number;
}

/**
 * Runs `task` on the link of a profile; again on the next one when the engine page went away
 * meanwhile. Fails when no engine page appears for a while.
 */
export const onLink = async <T>(
  links: Links,
  profile: string,
  signal: AbortSignal,
  task: (link: Link) => Promise<Result<T>>,
): Promise<Result<T>> => {
  for (;;) {
    const link = await links.get(profile, signal);
    if (!link.ok) return link;
    const result = await task(link.value);
    if (result.ok || !link.value.lost || signal.aborted) return result;
  }
};

/** Name and length of a file: from the store, or from the engine when the store has no such torrent. */
export const factsOf = (
  links: Links,
  profile: string,
  ref: FileRef,
  signal: AbortSignal,
): Promise<Result<FileFacts>> =>
  onLink(links, profile, signal, async ({ engine, ranges }) => {
    const known = await ranges.call('stat', ref, { signal });
    if (known.ok || known.error.code !== 'not-found') return known;
    return engine.call('lookup', ref, { signal });
  });

export const createFileReader = (
  { profile, infoHash, file, start, end, reader }: ReaderRequest,
  links: Links,
  clock: Clock,
): FileReader => {
  const controller = new AbortController();
  const { signal } = controller;
  const ref: FileRef = { infoHash, file };
  let offset = start;
  /** Read ahead of the consumer by one chunk, of held data only: it costs nothing. */
  let ahead: Promise<Bytes> | null = null;
  let engaged: Link | null = null;

  const readHeld = (link: Link): Promise<Bytes> => {
    const size = offset === start ? FIRST_CHUNK : CHUNK;
    const length = Math.min(size, end - offset);
    return link.ranges.call('read', { ...ref, offset, length }, { signal });
  };

  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      clock.after(SETTLE_MS, resolve);
    });

  /** Reads at `offset`, waiting for the engine to get what is missing. */
  const readOrFetch = async (link: Link): Promise<Bytes> => {
    for (let settles = 0; settles < MAX_SETTLES; settles += 1) {
      const held = await readHeld(link);
      // A torrent that the engine has and the store has not made room for yet is simply missing.
      if (held.ok ? held.value.length > 0 : held.error.code !== 'not-found') return held;
      if (settles > 0) await pause();
      engaged = link;
      const ensured = await link.engine.call('ensure', { ...ref, reader, offset, end }, { signal });
      if (!ensured.ok) return ensured;
    }
    return fail('storage', 'The data arrived and could not be read back.');
  };

  const advance = (result: Bytes, link: Link | null): Bytes => {
    if (!result.ok || result.value.length === 0) return result;
    offset += result.value.length;
    ahead = link && offset < end ? readHeld(link) : null;
    return result;
  };

  return {
    async next() {
      const early = ahead && (await ahead);
      ahead = null;
      if (early?.ok && early.value.length > 0) return advance(early, links.known(profile));
      return onLink(links, profile, signal, async (link) => advance(await readOrFetch(link), link));
    },
    close() {
      if (signal.aborted) return;
      controller.abort();
      if (engaged && !engaged.lost) engaged.engine.post('released', { reader });
    },
  };
};
