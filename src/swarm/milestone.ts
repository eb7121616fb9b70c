import { done, fail, type Failure, type Result } from '../shared/result.ts';

/** Something that happens once, or never will; any number may wait for it, each as long as it likes. */
export interface Milestone {
  succeed(): void;
  fail(reason: Failure): void;
  wait(signal?: AbortSignal): Promise<Result<void>>;
}

export const createMilestone = (): Milestone => {
  let settle: (result: Result<void>) => void = () => undefined;
  const outcome = new Promise<Result<void>>((resolve) => {
    settle = resolve;
  });
  return {
    succeed: () => settle(done),
    fail: (reason) => settle({ ok: false, error: reason }),
    wait: (signal) =>
      signal === undefined
        ? outcome
        : new Promise((resolve) => {
            const onAbort = (): void => resolve(fail('aborted', 'Cancelled.'));
            if (signal.aborted) onAbort();
            signal.addEventListener('abort', onAbort, { once: true });
            void outcome.then((result) => {
              signal.removeEventListener('abort', onAbort);
              resolve(result);
            });
          }),
  };
};
