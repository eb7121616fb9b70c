import type { Clock } from '../shared/clock.ts';
import type { TestName, TestOutcome } from '../shared/ports/health.ts';
import { failureOf, type Result } from '../shared/result.ts';

/** One part that can be tried. */
export interface SelfTest {
  readonly name: TestName;
  /** Which of several; empty where there is one. */
  readonly target: string;
  /** Tries it for real; the value is a figure with its unit, or null where "yes" is all. */
  readonly run: (signal: AbortSignal) => Promise<Result<string | null>>;
}

/** Longer than this is broken, whatever comes in the end. */
const TEST_TIMEOUT_MS = 8_000;

/** Milliseconds with fractions: the wall clock is too coarse for a worker that answers at once. */
type Stopwatch = () => number;

const limited = (
  clock: Clock,
  outer: AbortSignal,
  run: SelfTest['run'],
): Promise<Result<string | null>> =>
  new Promise((resolve) => {
    const controller = new AbortController();
    const finish = (result: Result<string | null>): void => {
      stop();
      outer.removeEventListener('abort', onAbort);
      resolve(result);
    };
    const giveUp = (code: 'timeout' | 'aborted', message: string): void => {
      controller.abort();
      finish({ ok: false, error: { code, message } });
    };
    const onAbort = (): void => giveUp('aborted', 'Cancelled.');
    const stop = clock.after(TEST_TIMEOUT_MS, () =>
      giveUp('timeout', `No answer within ${TEST_TIMEOUT_MS / 1_000} s.`),
    );
    outer.addEventListener('abort', onAbort, { once: true });
    run(controller.signal).then(finish, (thrown: unknown) =>
      finish({ ok: false, error: failureOf(thrown) }),
    );
  });

/** Runs the tests one after the other, so that none is measured under the load of another. */
export const runSelfTest = async (
  tests: readonly SelfTest[],
  tools: { readonly clock: Clock; readonly stopwatch: Stopwatch },
  onOutcome: (outcome: TestOutcome) => void,
  signal: AbortSignal,
): Promise<void> => {
  for (const { name, target, run } of tests) {
    if (signal.aborted) return;
    const startedAt = tools.stopwatch();
    const result = await limited(tools.clock, signal, run);
    if (signal.aborted) return;
    onOutcome({
      name,
      target,
      ms: tools.stopwatch() - startedAt,
      failure: result.ok ? null : result.error,
      figure: result.ok ? result.value : null,
    });
  }
};
