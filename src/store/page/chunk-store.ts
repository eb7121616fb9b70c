import type { BridgeClient } from '../../shared/bridge.ts';
import type {
  ChunkStore,
  ChunkStoreConstructor,
  ChunkStoreOptions,
} from '../../shared/ports/chunk-store.ts';
import { FailureError, type Failure, type Result } from '../../shared/result.ts';
import { infoHash as asInfoHash, type InfoHash } from '../../shared/units.ts';
import type { StoreSpec } from '../spec.ts';
import type { FullDisk } from './full-disk.ts';
import { createThrottle } from './throttle.ts';

type Client = Pick<BridgeClient<StoreSpec>, 'call' | 'post'>;
type Done = (error: Error | null) => void;
type Got = (error: Error | null, chunk?: Uint8Array) => void;

export interface ChunkStoreSettings {
  /** Serve these files in place, in the order of the torrent's files. */
  readonly source?: readonly File[] | undefined;
  /**
   * Resolves when what is owed for the data that came until now is on disk. A piece outlives a crash
   * only from then on: one that is held afterwards and not remembered as owed would never be paid.
   */
  readonly noted?: () => Promise<void>;
  /** Hears of every failure before the library does, which may drop the torrent for it. */
  readonly onFailure?: (failure: Failure, infoHash: InfoHash) => void;
  /** Pieces for which there is no room wait with it; without it they are failures. */
  readonly fullDisk?: FullDisk;
}

/** Copies under way to the worker, per torrent. Beyond it, pieces wait uncopied where they are. */
const MAX_BYTES_IN_FLIGHT = 16 * 2 ** 20;

/** Questions under way whether all is noted; what is written meanwhile waits for the next one. */
const MAX_QUESTIONS = 4;

const nothing = (): void => undefined;

const errorOf = (result: Result<unknown>): Error | null =>
  result.ok ? null : new FailureError(result.error);

/** Path inside the torrent; the store uses its last part as a name to show. */
const filesOf = (options: ChunkStoreOptions) =>
  options.files.map((file) => ({ path: file.path.replaceAll('\\', '/'), length: file.length }));

/**
 * Makes the class that WebTorrent takes as `store`: pieces live in the store worker. Every piece
 * that is `put` counts as verified, because WebTorrent puts a piece only after its hash matched.
 */
export const createChunkStore = (
  client: Client,
  settings: ChunkStoreSettings = {},
): ChunkStoreConstructor =>
  class implements ChunkStore {
    readonly chunkLength: number;
    readonly #length: number;
    readonly #infoHash: InfoHash;
    readonly #created: Promise<Result<unknown>>;
    readonly #throttle = createThrottle(MAX_BYTES_IN_FLIGHT);
    /** Pieces that were put and are not written yet. */
    readonly #writes = new Set<Promise<unknown>>();
    #markEnded: () => void = nothing;
    readonly #ended = new Promise<void>((resolve) => {
      this.#markEnded = resolve;
    });
    #closed = false;
    /** Pieces that are written and do not outlive a crash yet. */
    #unkept: number[] = [];
    #questions = 0;

    constructor(chunkLength: number, options: ChunkStoreOptions) {
      if (!options.torrent) throw new TypeError('The store needs to know its torrent.');
      this.chunkLength = chunkLength;
      this.#length = options.length;
      this.#infoHash = asInfoHash(options.torrent.infoHash);
      const { source } = settings;
      this.#created = this.#patiently(() =>
        client.call('create', {
          infoHash: this.#infoHash,
          torrentFile: options.torrent?.torrentFile?.slice() ?? new Uint8Array(0),
          pieceLength: chunkLength,
          length: options.length,
          files: filesOf(options),
          ...(source ? { source } : {}),
        }),
      );
      void this.#created.then((result) => this.#report(result));
    }

    put(index: number, chunk: Uint8Array, done: Done = nothing): void {
      if (this.#closed) {
        queueMicrotask(() => done(closedError()));
        return;
      }
      const write = this.#throttle(chunk.length, () => this.#write(index, chunk)).then((error) => {
        this.#writes.delete(write);
        done(error);
        if (error === null) void this.#keep(index);
      });
      this.#writes.add(write);
    }

    get(
      index: number,
      options: { offset?: number; length?: number } | null | undefined,
      done: Got,
    ): void;
    get(index: number, done: Got): void;
    get(
      index: number,
      optionsOrDone: { offset?: number; length?: number } | null | undefined | Got,
      maybeDone?: Got,
    ): void {
      const done = typeof optionsOrDone === 'function' ? optionsOrDone : (maybeDone ?? nothing);
      const options = typeof optionsOrDone === 'function' ? null : optionsOrDone;
      if (this.#closed) {
        queueMicrotask(() => done(closedError()));
        return;
      }
      const size = Math.min(this.chunkLength, this.#length - index * this.chunkLength);
      const offset = options?.offset ?? 0;
      const length = options?.length ?? size - offset;
      void this.#read(index, offset, length).then((result) => {
        if (result.ok) done(null, result.value);
        else done(errorOf(result));
      });
    }

    close(done: Done = nothing): void {
      this.#end('release', done);
    }

    /** Deletes the data of the torrent; files that are served in place stay. */
    destroy(done: Done = nothing): void {
      this.#end('remove', done);
    }

    async #write(piece: number, chunk: Uint8Array): Promise<Error | null> {
      const created = await this.#created;
      if (!created.ok) return errorOf(created);
      const written = await this.#patiently(() => {
        // The chunk may alias a receive buffer that others still read: only a copy may be moved.
        const data = new Uint8Array(chunk);
        return client.call(
          'write',
          { infoHash: this.#infoHash, piece, data, verified: true },
          { transfer: [data.buffer] },
        );
      });
      this.#report(written);
      return errorOf(written);
    }

    /** Tries again for as long as there is no room, where somebody is told of it. */
    async #patiently<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
      const { fullDisk } = settings;
      for (;;) {
        const result = await work();
        if (result.ok) fullDisk?.written(this.#infoHash);
        const isFull = !result.ok && result.error.code === 'quota' && fullDisk !== undefined;
        if (result.ok || !isFull || this.#closed) return result;
        await Promise.race([fullDisk.full(this.#infoHash, result.error), this.#ended]);
      }
    }

    /** Sees to it that a piece outlives a crash once it may; questions are not asked one by one, each takes a commit. */
    async #keep(piece: number): Promise<void> {
      this.#unkept.push(piece);
      if (this.#questions >= MAX_QUESTIONS) return;
      this.#questions += 1;
      while (this.#unkept.length > 0 && !this.#closed) {
        const pieces = this.#unkept;
        this.#unkept = [];
        // Every block of them was reported before its piece was put.
        await settings.noted?.();
        if (this.#closed) break;
        client.post('keep', { infoHash: this.#infoHash, pieces });
      }
      this.#questions -= 1;
    }

    async #read(piece: number, offset: number, length: number): Promise<Result<Uint8Array>> {
      const created = await this.#created;
      if (!created.ok) return created;
      return client.call('read', { infoHash: this.#infoHash, piece, offset, length });
    }

    #end(call: 'release' | 'remove', done: Done): void {
      if (this.#closed) {
        queueMicrotask(() => done(closedError()));
        return;
      }
      this.#closed = true;
      this.#markEnded();
      settings.fullDisk?.gone(this.#infoHash);
      void this.#finish(call).then((result) => done(errorOf(result)));
    }

    /** What was bought last is kept, unless everything goes. */
    async #finish(call: 'release' | 'remove'): Promise<Result<unknown>> {
      if (call === 'release') await Promise.allSettled(this.#writes);
      return client.call(call, { infoHash: this.#infoHash });
    }

    #report(result: Result<unknown>): void {
      if (!result.ok && !this.#closed) settings.onFailure?.(result.error, this.#infoHash);
    }
  };

const closedError = (): Error =>
  new FailureError({ code: 'not-ready', message: 'The store of this torrent is closed.' });
