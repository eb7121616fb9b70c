/**
 * Works on all of `items`, two at a time: each takes one processor. Begins nothing more once somebody
 * has interrupted the program (process.mjs).
 * @template T
 * @param {readonly T[]} items
 * @param {(item: T) => Promise<unknown>} work
 */
export const inPairs = async (items, work) => {
  const left = [...items];
  const next = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      await work(item);
      if (process.exitCode === 130) return;
    }
  };
  await Promise.all([next(), next()]);
};
