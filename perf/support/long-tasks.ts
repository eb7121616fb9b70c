import type { LongFrame, TaskLog } from '../pages/task-watch.ts';

const LONG_MS = 50;

/** Chunk of the library in the build, and of the stock page. */
const LIBRARY = /webtorrent/i;

/** Scripts that ran over 50 ms at a stretch and did not begin in the library. */
export const ourLongScripts = (frames: readonly LongFrame[]) =>
  frames
    .flatMap(({ scripts }) => scripts)
    .filter(({ ms, source }) => ms > LONG_MS && source.trim() !== '' && !LIBRARY.test(source));

export interface PageLoad {
  readonly longTasks: number;
  readonly longestMs: number;
  readonly blockingMs: number;
  /** Long tasks with a script of ours that took over 50 ms of them. */
  readonly ours: number;
  readonly culprits: readonly string[];
}

export const loadOf = ({ tasks, frames, blockingMs }: TaskLog): PageLoad => {
  const scripts = ourLongScripts(frames);
  return {
    longTasks: tasks.length,
    longestMs: Math.max(0, ...tasks.map(({ ms }) => ms)),
    blockingMs,
    ours: scripts.length,
    culprits: scripts.map(({ ms, invoker, source }) => `${Math.round(ms)} ms ${invoker} ${source}`),
  };
};
