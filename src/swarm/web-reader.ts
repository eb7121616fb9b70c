import type { Clock } from '../shared/clock.ts';
import type { WebSeedFault } from '../shared/ports/torrents.ts';
import type { FileSpan } from './extent.ts';
import { MAX_WEB_RUNS, WEB_REQUESTS, WEB_RUN } from './limits.ts';
import { createWebRun, type WebRun } from './web-run.ts';

/** A file of the torrent and where it lies at the web seed. */
export interface WebFile extends FileSpan {
  readonly url: string;
}

/**
 * Reads places of a torrent from a web seed. Blocks are asked for one by one, as of any peer; a host
 * is asked for a long range at the first of them, and the ones behind it are answered from that.
 */
export interface WebReader {
  /** Calls back with the bytes, or null when they cannot be had; gives a function that withdraws. */
  read(start: number, length: number, done: (data: Uint8Array | null) => void): () => void;
  close(): void;
}

export interface WebReaderParts {
  readonly files: readonly WebFile[];
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly mayFetch: (url: string) => boolean;
  /** A request for a part of this file ended: in order (null), or what was wrong. */
  readonly onAnswer: (fault: WebSeedFault | null, file: number) => void;
}

/** A part of one file. */
interface Part {
  readonly index: number;
  readonly file: WebFile;
  readonly from: number;
  readonly to: number;
}

/** Files lie one behind the other: the first that reaches beyond `start`, then on. */
const partsOf = (files: readonly WebFile[], start: number, length: number): Part[] => {
  let low = 0;
  let high = files.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const file = files[middle];
    if (file !== undefined && file.offset + file.length > start) high = middle;
    else low = middle + 1;
  }
  const parts: Part[] = [];
  for (let index = low; index < files.length; index += 1) {
    const file = files[index];
    if (file === undefined || file.offset >= start + length) break;
    const from = Math.max(start - file.offset, 0);
    const to = Math.min(start + length - file.offset, file.length);
    if (from < to) parts.push({ index, file, from, to });
  }
  return parts;
};

export const createWebReader = (parts: WebReaderParts): WebReader => {
  /** Oldest first. */
  let runs: WebRun[] = [];

  const schedule = (): void => {
    // What was answered in full, or given up, is kept for the blocks behind until others need room.
    while (runs.length > MAX_WEB_RUNS) {
      const spare = runs.find((run) => !run.isWanted);
      if (spare === undefined) break;
      runs = runs.filter((run) => run !== spare);
      spare.close();
    }
    for (const run of runs) {
      if (run.isStarted || !run.isWanted) continue;
      const busy = runs.filter((other) => other.isStarted && !other.isOver);
      const paused = busy.find((other) => !other.isWanted);
      if (busy.length >= WEB_REQUESTS) {
        if (paused === undefined) return;
        runs = runs.filter((other) => other !== paused);
        paused.close();
      }
      run.start();
    }
  };

  const open = ({ index, file, from, to }: Part): WebRun => {
    const next = runs
      .filter((run) => run.file === index && run.from >= to)
      .reduce((least, run) => Math.min(least, run.from), file.length);
    const run = createWebRun({
      file: index,
      length: file.length,
      url: file.url,
      from,
      to: Math.max(to, Math.min(next, from + WEB_RUN)),
      fetch: parts.fetch,
      clock: parts.clock,
      mayFetch: parts.mayFetch,
      onOver(fault) {
        if (fault !== null) runs = runs.filter((other) => other !== run);
        parts.onAnswer(fault, index);
        queueMicrotask(schedule);
      },
      onIdle: () => queueMicrotask(schedule),
    });
    runs.push(run);
    return run;
  };

  const wait = (part: Part, done: (data: Uint8Array | null) => void): (() => void) => {
    const run =
      runs.find(
        ({ file, from, to }) => file === part.index && from <= part.from && part.to <= to,
      ) ?? open(part);
    const withdraw = run.wait(part, done);
    schedule();
    return withdraw;
  };

  return {
    read(start, length, done) {
      const pieces = partsOf(parts.files, start, length);
      const data = new Uint8Array(length);
      let left = pieces.length;
      let isOver = false;
      const finish = (result: Uint8Array | null): void => {
        if (!isOver) done(result);
        isOver = true;
      };
      const withdrawals: (() => void)[] = [];
      for (const piece of pieces) {
        const withdraw = wait(piece, (bytes) => {
          if (bytes === null) return finish(null);
          data.set(bytes, piece.file.offset + piece.from - start);
          left -= 1;
          if (left === 0) finish(data);
        });
        withdrawals.push(withdraw);
      }
      return () => {
        isOver = true;
        for (const withdraw of withdrawals) withdraw();
        schedule();
      };
    },
    close() {
      const open = runs;
      runs = [];
      for (const run of open) run.close();
    },
  };
};
