import { setTimeout as pause } from 'node:timers/promises';

/** What `work` gives, or null when it has not ended after `ms`: what then is missing shows in the figures. */
export const atMost = async <T>(ms: number, work: Promise<T>): Promise<T | null> => {
  const over = new AbortController();
  try {
    return await Promise.race([work, pause(Math.max(0, ms), null, { signal: over.signal })]);
  } finally {
    over.abort();
  }
};
