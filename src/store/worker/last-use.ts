import type { Clock } from '../../shared/clock.ts';

/** When a torrent was last played or downloaded: what a person wants to know who makes room. */
export interface LastUse {
  /** Milliseconds since the epoch. */
  at(): number;
  touch(): void;
}

/** A player reads several times a second; the day of the last use is what counts. */
const SAVE_AFTER_MS = 60_000;

/** `at`: what was read back. `save` may fail: then the next use tries again. */
export const createLastUse = (options: {
  readonly at: number;
  readonly clock: Pick<Clock, 'now'>;
  readonly save: (at: number) => Promise<void>;
}): LastUse => {
  const { clock, save } = options;
  let at = options.at;
  let savedAt = options.at;
  return {
    at: () => at,
    touch() {
      const now = clock.now();
      at = Math.max(at, now);
      // A clock that was set back must not stop the saving for ever.
      if (Math.abs(now - savedAt) < SAVE_AFTER_MS) return;
      const before = savedAt;
      savedAt = now;
      save(at).catch(() => {
        savedAt = before;
      });
    },
  };
};

/** Eight bytes, big endian: milliseconds as a double. */
export const encodeUse = (at: number): Uint8Array<ArrayBuffer> => {
  const data = new Uint8Array(8);
  new DataView(data.buffer).setFloat64(0, at);
  return data;
};

/** Null for anything that is no point in time. */
export const decodeUse = (data: Uint8Array<ArrayBuffer> | null): number | null => {
  if (data?.length !== 8) return null;
  const at = new DataView(data.buffer, data.byteOffset).getFloat64(0);
  return Number.isSafeInteger(at) && at > 0 ? at : null;
};
