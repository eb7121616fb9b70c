import { LATE_BLOCK_MS, MAX_ASKED } from './limits.ts';

/**
 * The blocks that were asked of one peer and are not answered yet. With the fast extension (BEP-6)
 * every request is answered by a block or a reject, also one that was cancelled: a block that comes
 * after its cancel was on its way, and is paid. A block that nobody asked for is not.
 */
export interface Asked {
  ask(index: number, offset: number, length: number): void;
  /** The request is withdrawn; its block still counts for {@link LATE_BLOCK_MS}. */
  cancel(index: number, offset: number, length: number, now: number): void;
  /** A block came; whether it was asked for. One request pays for one block. */
  answer(index: number, offset: number, length: number, now: number): boolean;
  reject(index: number, offset: number, length: number): void;
  /** A choke without the fast extension drops every request. */
  clear(): void;
  readonly size: number;
}

interface Entry {
  readonly key: string;
  cancelledAt: number | null;
  open: boolean;
}

export const createAsked = (): Asked => {
  const byKey = new Map<string, Entry[]>();
  const cancelled: Entry[] = [];
  let size = 0;

  const keyOf = (index: number, offset: number, length: number): string =>
    `${index}/${offset}/${length}`;

  /** Removes `entry`, or the oldest of its key. */
  const take = (key: string, entry?: Entry): boolean => {
    const entries = byKey.get(key);
    if (entries === undefined) return false;
    const at = entry === undefined ? 0 : entries.indexOf(entry);
    const [taken] = at < 0 ? [] : entries.splice(at, 1);
    if (entries.length === 0) byKey.delete(key);
    if (taken === undefined) return false;
    taken.open = false;
    size -= 1;
    return true;
  };

  const forgetLate = (now: number): void => {
    for (let oldest = cancelled[0]; oldest !== undefined; oldest = cancelled[0]) {
      if (oldest.open && now - (oldest.cancelledAt ?? now) < LATE_BLOCK_MS) return;
      cancelled.shift();
      if (oldest.open) take(oldest.key, oldest);
    }
  };

  return {
    ask(index, offset, length) {
      if (size >= MAX_ASKED) {
        const oldest = byKey.keys().next();
        if (oldest.done !== true) take(oldest.value);
      }
      const key = keyOf(index, offset, length);
      const entries = byKey.get(key) ?? [];
      byKey.set(key, entries);
      entries.push({ key, cancelledAt: null, open: true });
      size += 1;
    },
    cancel(index, offset, length, now) {
      forgetLate(now);
      const entry = byKey
        .get(keyOf(index, offset, length))
        ?.find(({ cancelledAt }) => cancelledAt === null);
      if (entry === undefined) return;
      entry.cancelledAt = now;
      cancelled.push(entry);
    },
    answer(index, offset, length, now) {
      forgetLate(now);
      return take(keyOf(index, offset, length));
    },
    reject: (index, offset, length) => void take(keyOf(index, offset, length)),
    clear() {
      byKey.clear();
      cancelled.length = 0;
      size = 0;
    },
    get size() {
      return size;
    },
  };
};
