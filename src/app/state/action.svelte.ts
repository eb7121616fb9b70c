import { failureOf, type Failure, type Result } from '../../shared/result.ts';

/**
 * One thing a user can set off: idle, pending, done or failed. While it is pending, another call
 * joins it, so that a double click never pays, settles or adds twice.
 */
export class Action<A extends readonly unknown[], T> {
  status = $state<'idle' | 'pending' | 'done' | 'failed'>('idle');
  failure = $state.raw<Failure | null>(null);
  value = $state.raw<T | null>(null);
  readonly #task: (...args: A) => Promise<Result<T>>;
  #running: Promise<Result<T>> | null = null;

  constructor(task: (...args: A) => Promise<Result<T>>) {
    this.#task = task;
  }

  get pending(): boolean {
    return this.status === 'pending';
  }

  run(...args: A): Promise<Result<T>> {
    this.#running ??= this.#attempt(args);
    return this.#running;
  }

  reset(): void {
    if (this.pending) return;
    this.status = 'idle';
    this.failure = null;
    this.value = null;
  }

  async #attempt(args: A): Promise<Result<T>> {
    this.status = 'pending';
    this.failure = null;
    const result = await this.#task(...args).catch((thrown: unknown): Result<T> => ({
      ok: false,
      error: failureOf(thrown),
    }));
    this.#running = null;
    if (result.ok) {
      this.value = result.value;
      this.status = 'done';
    } else {
      this.failure = result.error;
      this.status = 'failed';
    }
    return result;
  }
}
