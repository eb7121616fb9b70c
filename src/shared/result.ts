import type { ErrorCode } from './errors.ts';

/** What went wrong, as a value: thrown errors lose their code when they cross threads. */
export interface Failure {
  readonly code: ErrorCode;
  /** One plain sentence: what happened, what was kept, what to do. */
  readonly message: string;
}

/** Outcome of anything that can fail in an expected way. */
export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Failure };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });
export const done: Result<void> = { ok: true, value: undefined };
export const fail = (code: ErrorCode, message: string): Result<never> => ({
  ok: false,
  error: { code, message },
});

/** For the places where only an exception fits (a test, a library callback). */
export class FailureError extends Error {
  readonly code: ErrorCode;
  constructor(failure: Failure) {
    super(failure.message);
    this.name = 'FailureError';
    this.code = failure.code;
  }
}

/** @throws FailureError when `result` is a failure. */
export const unwrap = <T>(result: Result<T>): T => {
  if (result.ok) return result.value;
  throw new FailureError(result.error);
};

/** Turns anything thrown into a {@link Failure}, keeping the code of a {@link FailureError}. */
export const failureOf = (thrown: unknown, code: ErrorCode = 'internal'): Failure => {
  if (thrown instanceof FailureError) return { code: thrown.code, message: thrown.message };
  if (thrown instanceof DOMException && thrown.name === 'AbortError') {
    return { code: 'aborted', message: 'Cancelled.' };
  }
  return { code, message: thrown instanceof Error ? thrown.message : String(thrown) };
};
