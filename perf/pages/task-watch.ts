/** Watches how long the page's thread is kept from answering a person (Long Tasks, Long Animation Frames). */

/** A script that ran longer than the rest of its frame allowed, as the browser tells it. */
export interface LongScript {
  readonly ms: number;
  /** What called it: `Worker.onmessage`, `RTCDataChannel.onmessage`, a timer. */
  readonly invoker: string;
  /** File and function that it began in. */
  readonly source: string;
}

export interface LongFrame {
  readonly at: number;
  readonly ms: number;
  readonly scripts: readonly LongScript[];
}

export interface TaskLog {
  /** Tasks over 50 ms: when and how long. */
  readonly tasks: readonly { readonly at: number; readonly ms: number }[];
  readonly frames: readonly LongFrame[];
  /** Total blocking time: what tasks took beyond 50 ms each. */
  readonly blockingMs: number;
}

/** Chrome's entry; not in TypeScript's libraries. */
interface FrameEntry extends PerformanceEntry {
  readonly scripts?: readonly {
    readonly duration: number;
    readonly invoker: string;
    readonly sourceURL: string;
    readonly sourceFunctionName: string;
  }[];
}

/** A task longer than this is a long one (W3C Long Tasks). */
const LONG_MS = 50;

/** Begins to watch; the returned function tells what was seen from `from` to `to` (ms since the epoch). */
export const watchTasks = (): ((from: number, to: number) => TaskLog) => {
  const tasks: { at: number; ms: number }[] = [];
  const frames: LongFrame[] = [];
  const onTasks = (entries: readonly PerformanceEntry[]): void => {
    for (const { startTime, duration } of entries) tasks.push({ at: startTime, ms: duration });
  };
  const onFrames = (entries: readonly FrameEntry[]): void => {
    for (const { startTime, duration, scripts = [] } of entries) {
      frames.push({
        at: startTime,
        ms: duration,
        scripts: scripts.map((script) => ({
          ms: script.duration,
          invoker: script.invoker,
          source: `${script.sourceURL.split('/').at(-1) ?? ''} ${script.sourceFunctionName}`,
        })),
      });
    }
  };
  const tasksSeen = new PerformanceObserver((list) => onTasks(list.getEntries()));
  tasksSeen.observe({ type: 'longtask', buffered: true });
  const framesSeen = new PerformanceObserver((list) => onFrames(list.getEntries()));
  if (PerformanceObserver.supportedEntryTypes.includes('long-animation-frame')) {
    framesSeen.observe({ type: 'long-animation-frame', buffered: true });
  }
  return (from, to) => {
    onTasks(tasksSeen.takeRecords());
    onFrames(framesSeen.takeRecords());
    const { timeOrigin } = performance;
    const within = ({ at }: { readonly at: number }): boolean =>
      timeOrigin + at >= from && timeOrigin + at <= to;
    const seen = tasks.filter(within);
    return {
      tasks: seen,
      frames: frames.filter(within),
      blockingMs: seen.reduce((sum, { ms }) => sum + ms - LONG_MS, 0),
    };
  };
};
