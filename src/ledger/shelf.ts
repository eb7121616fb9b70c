/**
 * The shelf that the batches stand on: many may read it at a time, but nobody while old ones are being
 * replaced by their sums. Appending needs no permission.
 */
export interface Shelf {
  read<T>(work: () => Promise<T>): Promise<T>;
  /** Waits for those who read. */
  rearrange<T>(work: () => Promise<T>): Promise<T>;
}

export const createShelf = (): Shelf => {
  let readers = 0;
  let rearranging = false;
  let waiting: (() => void)[] = [];

  const free = (): void => {
    const all = waiting;
    waiting = [];
    for (const resolve of all) resolve();
  };
  const turn = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));

  return {
    async read(work) {
      while (rearranging) await turn();
      readers += 1;
      try {
        return await work();
      } finally {
        readers -= 1;
        if (readers === 0) free();
      }
    },
    async rearrange(work) {
      while (rearranging || readers > 0) await turn();
      rearranging = true;
      try {
        return await work();
      } finally {
        rearranging = false;
        free();
      }
    },
  };
};
