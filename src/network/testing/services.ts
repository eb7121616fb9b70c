import type { Clock } from '../../shared/clock.ts';
import type { Fetch } from '../http.ts';

/** A clock that a test moves. */
export interface TestClock extends Clock {
  /** Lets time pass and runs what falls due. */
  pass(ms: number): void;
}

export const createTestClock = (start = 1_000_000): TestClock => {
  let now = start;
  const due = new Map<object, { at: number; task: () => void }>();
  return {
    now: () => now,
    after: (ms, task) => {
      const key = {};
      due.set(key, { at: now + ms, task });
      return () => due.delete(key);
    },
    pass: (ms) => {
      now += ms;
      for (const [key, { at, task }] of due) {
        if (at > now) continue;
        due.delete(key);
        task();
      }
    },
  };
};

export interface Answer {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
}

export interface TestFetch {
  readonly fetch: Fetch;
  /** Paths asked for so far, with the JSON body of each POST. */
  readonly calls: { readonly path: string; readonly body: unknown }[];
}

/** A `fetch` whose answers come from `answer`; an exception in it is an unreachable service. */
export const createTestFetch = (
  answer: (path: string, body: unknown) => Answer | Promise<Answer>,
): TestFetch => {
  const calls: { path: string; body: unknown }[] = [];
  return {
    calls,
    fetch: async (input, init) => {
      const url = input instanceof Request ? input.url : String(input);
      const { pathname } = new URL(url);
      const body: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined;
      calls.push({ path: pathname, body });
      const { status = 200, json, text } = await answer(pathname, body);
      return new Response(text ?? JSON.stringify(json), { status });
    },
  };
};
