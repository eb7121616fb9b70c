import type { Clock } from '../../shared/clock.ts';

/** Takes requests and hands them on together. */
export interface Gathering<K, V> {
  /** A request of `key`; a later one before it is handed on takes its place. */
  ask(key: K, value: V): void;
}

/**
 * Hands what was asked within `waitMs` to `work`, `most` requests at a time, and the next ones when
 * `work` has ended: a funding still shows the wallet the coins that it takes.
 * @param work must not reject
 */
export const createGathering = <K, V>(
  clock: Pick<Clock, 'after'>,
  { waitMs, most }: { readonly waitMs: number; readonly most: number },
  work: (requests: readonly (readonly [K, V])[]) => Promise<void>,
): Gathering<K, V> => {
  const asked = new Map<K, V>();
  let isDue = false;

  const run = async (): Promise<void> => {
    try {
      while (asked.size > 0) {
        const requests = [...asked].slice(0, most);
        for (const [key] of requests) asked.delete(key);
        await work(requests);
      }
    } finally {
      // Whatever goes wrong, the next request must not wait for ever.
      isDue = false;
    }
  };

  return {
    ask(key, value) {
      asked.set(key, value);
      if (isDue) return;
      isDue = true;
      clock.after(waitMs, () => void run());
    },
  };
};
