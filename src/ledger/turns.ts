/** Runs tasks one after the other, in the order in which they came. */
export interface Turns {
  /** @returns what `task` returns, or its rejection, which does not hold up those after it. */
  take<T>(task: () => Promise<T>): Promise<T>;
}

export const createTurns = (): Turns => {
  let last: Promise<unknown> = Promise.resolve();
  return {
    take(task) {
      const taken = last.then(task, task);
      last = taken;
      return taken;
    },
  };
};
