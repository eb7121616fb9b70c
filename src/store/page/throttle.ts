/**
 * Runs tasks in the order they come while the sum of their weights stays within `limit`. A task
 * heavier than the limit runs alone.
 */
export const createThrottle = (limit: number) => {
  let running = 0;
  const waiting: { readonly weight: number; readonly start: () => void }[] = [];

  const startNext = (): void => {
    for (;;) {
      const next = waiting[0];
      if (!next || (running > 0 && running + next.weight > limit)) return;
      waiting.shift();
      running += next.weight;
      next.start();
    }
  };

  return async <T>(weight: number, task: () => Promise<T>): Promise<T> => {
    await new Promise<void>((start) => {
      waiting.push({ weight, start });
      startNext();
    });
    try {
      return await task();
    } finally {
      running -= weight;
      startNext();
    }
  };
};
