/** Injected time, so that state machines and tests own it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Runs `task` once after `ms`; returns a function that cancels it. */
  after(ms: number, task: () => void): () => void;
}

/** The real clock of the thread it runs in. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, task) => {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
};

/** Injected randomness: `length` bytes that nobody can guess. */
export type RandomBytes = (length: number) => Uint8Array;

/** Randomness of the Web Crypto API. */
export const webRandom: RandomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));
