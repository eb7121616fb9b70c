/** Ends what was started, newest first, whatever happened in between. */
export interface Scope {
  defer(end: () => Promise<void> | void): void;
  /** A scope that ends with this one at the latest. */
  child(): Scope;
  /** Runs every end once; failures of one do not keep the others from ending. */
  close(): Promise<void>;
}

export const createScope = (): Scope => {
  const ends: (() => Promise<void> | void)[] = [];
  let closing: Promise<void> | null = null;

  const closeAll = async (): Promise<void> => {
    const failures: unknown[] = [];
    // An end may start or defer something more.
    for (let end = ends.pop(); end !== undefined; end = ends.pop()) {
      try {
        await end();
      } catch (error) {
        failures.push(error);
      }
    }
    closing = null;
    if (failures.length > 0) throw new AggregateError(failures, 'Something did not end well.');
  };

  return {
    defer: (end) => void ends.push(end),
    child() {
      const inner = createScope();
      ends.push(() => inner.close());
      return inner;
    },
    close: () => (closing ??= closeAll()),
  };
};

/** Runs `work` in a scope of its own and closes it, on success and on failure. */
export const within = async <T>(outer: Scope, work: (scope: Scope) => Promise<T>): Promise<T> => {
  const scope = outer.child();
  try {
    return await work(scope);
  } finally {
    await scope.close();
  }
};
