import type { Clock, RandomBytes } from '../../shared/clock.ts';
import type { WalTools } from '../beginning.ts';
import type { WalFile } from '../wal/file.ts';
import { WAL_LIMITS, type WalLimits } from '../wal/log.ts';

/** What a worker is about to do to the file. */
export type FileStep = 'read' | 'write' | 'flush';

/**
 * Has a say in each step of one worker, before it happens. `whole` lets it happen; a share from 0 on
 * to below 1 writes so much of it, and then the step fails.
 */
export type Say = (step: FileStep) => 'whole' | number;

/** The file of a log on a disk in memory: every worker sees a write at once, a power cut only what was flushed. */
export interface LogDisk {
  open(say?: Say): WalFile;
  /** Of each write that was not flushed, in order, so much remains, from 0 to 1. */
  cutPower(remains: (write: number) => number): void;
}

export const createLogDisk = (): LogDisk => {
  let seen = new Uint8Array(0);
  let flushed = new Uint8Array(0);
  let unflushed: { readonly data: Uint8Array; readonly at: number }[] = [];

  const put = (data: Uint8Array, at: number): void => {
    if (at + data.length > seen.length) {
      const larger = new Uint8Array(at + data.length);
      larger.set(seen);
      seen = larger;
    }
    seen.set(data, at);
  };
  const failed = (): Error => new DOMException('The disk failed.', 'InvalidStateError');

  return {
    open(say = () => 'whole') {
      const must = (step: FileStep): void => {
        if (say(step) !== 'whole') throw failed();
      };
      return {
        size: () => seen.length,
        read(into, at) {
          must('read');
          const found = seen.subarray(at, at + into.length);
          into.set(found);
          return found.length;
        },
        write(data, at) {
          const share = say('write');
          const part = share === 'whole' ? data : data.subarray(0, share * data.length);
          unflushed.push({ data: part.slice(), at });
          put(part, at);
          if (share !== 'whole') throw failed();
        },
        flush() {
          must('flush');
          flushed = seen.slice();
          unflushed = [];
        },
        close: () => undefined,
      };
    },
    cutPower(remains) {
      const writes = unflushed;
      seen = flushed.slice();
      unflushed = [];
      for (const [index, { data, at }] of writes.entries()) {
        put(data.subarray(0, Math.floor(remains(index) * data.length)), at);
      }
      flushed = seen.slice();
    },
  };
};

/** Never the same bytes twice. */
export const createCounter = (): RandomBytes => {
  let count = 0;
  return (length) => {
    count += 1;
    return new Uint8Array(length).fill(count).fill(count >> 8, 1);
  };
};

/** No file has to settle in a test. */
export const QUICK_LIMITS: WalLimits = { ...WAL_LIMITS, settlingMs: 0 };

export const toolsOn = (
  disk: LogDisk,
  parts: { readonly clock: Clock } & Partial<WalTools>,
): WalTools => ({
  openFile: async () => disk.open(),
  random: createCounter(),
  limits: QUICK_LIMITS,
  ...parts,
});

/** Time that stands still until it is told to pass. */
export const createManualClock = (): Clock & { pass(ms: number): void } => {
  let now = 1_000_000;
  let timers: { readonly due: number; readonly task: () => void }[] = [];
  return {
    now: () => now,
    after(ms, task) {
      const timer = { due: now + ms, task };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    pass(ms) {
      now += ms;
      const due = timers.filter((one) => one.due <= now);
      timers = timers.filter((one) => one.due > now);
      for (const { task } of due) task();
    },
  };
};
