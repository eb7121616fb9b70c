import type { Clock } from '../shared/clock.ts';
import type { WebSeedFault } from '../shared/ports/torrents.ts';
import { WEB_STALL_MS } from './limits.ts';
import { faultOfAnswer, type ByteRange } from './web-answer.ts';

/** One range request to a web seed, read no further than somebody waits for it. */
export interface WebRun extends ByteRange {
  readonly file: number;
  readonly isOver: boolean;
  /** Whether somebody waits for bytes of it. */
  readonly isWanted: boolean;
  /** Calls back with a part of it once it is there, or with null; gives a function that withdraws. */
  wait(part: ByteRange, done: (data: Uint8Array | null) => void): () => void;
  start(): void;
  readonly isStarted: boolean;
  /** Ends it without a word to `onOver`. */
  close(): void;
}

export interface WebRunParts extends ByteRange {
  readonly file: number;
  /** Of the file, in bytes. */
  readonly length: number;
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  /** Whether an address that the host redirects to may be asked. */
  readonly mayFetch: (url: string) => boolean;
  /** It has ended by itself, for this reason or, with null, in order. */
  readonly onOver: (fault: WebSeedFault | null) => void;
  /** Nobody waits for more of it just now. */
  readonly onIdle: () => void;
}

interface Waiting extends ByteRange {
  readonly done: (data: Uint8Array | null) => void;
}

type Chunk = ReadableStreamReadResult<Uint8Array>;

export const createWebRun = (parts: WebRunParts): WebRun => {
  const { from, to, url, clock } = parts;
  const waiting = new Set<Waiting>();
  const abort = new AbortController();
  const data = new Uint8Array(to - from);
  let reader: ReadableStreamDefaultReader<Uint8Array> | null = null;
  let got = 0;
  let isStarted = false;
  let isReading = false;
  let isOver = false;

  const close = (): void => {
    isOver = true;
    abort.abort();
    const left = [...waiting];
    waiting.clear();
    for (const { done } of left) done(null);
  };
  const end = (fault: WebSeedFault | null): void => {
    if (isOver) return;
    close();
    parts.onOver(fault);
  };

  const answer = (): void => {
    for (const one of [...waiting]) {
      if (one.to - from > got) continue;
      waiting.delete(one);
      // A copy: the run's memory goes when the run goes.
      one.done(data.slice(one.from - from, one.to - from));
    }
    if (waiting.size === 0) parts.onIdle();
  };

  /** Gives up what takes too long: null then. */
  const inTime = async <T>(task: Promise<T>): Promise<T | null> => {
    let stop = (): void => undefined;
    const late = new Promise<null>((resolve) => {
      stop = clock.after(WEB_STALL_MS, () => resolve(null));
    });
    try {
      return await Promise.race([task, late]);
    } finally {
      stop();
    }
  };

  const open = async (): Promise<WebSeedFault | null> => {
    const response = await inTime(
      // A lone `Range` needs no permission beforehand (CORS); any other header would.
      parts.fetch(url, {
        headers: { range: `bytes=${from}-${to - 1}` },
        signal: abort.signal,
        cache: 'no-store',
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
      }),
    );
    if (response === null) return 'slow';
    if (response.redirected && !parts.mayFetch(response.url)) return 'refused';
    const fault = faultOfAnswer(response, parts, parts.length);
    if (fault !== null) return fault;
    reader = response.body?.getReader() ?? null;
    return reader === null ? 'wrong-length' : null;
  };

  const take = async (): Promise<WebSeedFault | null | 'more'> => {
    const read: Promise<Chunk> | undefined = reader?.read();
    const chunk = read === undefined ? null : await inTime(read);
    if (chunk === null) return 'slow';
    if (chunk.done) return got === data.length ? null : 'wrong-length';
    if (got + chunk.value.length > data.length) return 'wrong-length';
    data.set(chunk.value, got);
    got += chunk.value.length;
    answer();
    return got === data.length ? null : 'more';
  };

  const read = async (): Promise<void> => {
    if (isReading || isOver || !isStarted) return;
    isReading = true;
    try {
      let state: WebSeedFault | null | 'more' = reader === null ? await open() : null;
      if (state !== null) return end(state);
      // Nobody waits: the host is read no further, and its stream holds it up.
      do state = waiting.size > 0 && !isOver ? await take() : null;
      while (state === 'more');
      if (state !== null || got === data.length) end(state);
    } catch {
      end('unreachable');
    } finally {
      isReading = false;
    }
  };

  return {
    from,
    to,
    file: parts.file,
    get isOver() {
      return isOver;
    },
    get isWanted() {
      return waiting.size > 0;
    },
    get isStarted() {
      return isStarted;
    },
    wait(part, done) {
      const one: Waiting = { ...part, done };
      if (part.to - from <= got) {
        done(data.slice(part.from - from, part.to - from));
        return () => undefined;
      }
      if (isOver) {
        done(null);
        return () => undefined;
      }
      waiting.add(one);
      void read();
      return () => void waiting.delete(one);
    },
    start() {
      isStarted = true;
      void read();
    },
    close,
  };
};
