import type { Clock } from '../shared/clock.ts';

/** A node that has not written everything down by then is ended as a crash would end it. */
export const CLOSE_WITHIN_MS = 10_000;

export interface ClosingParts {
  readonly clock: Pick<Clock, 'after'>;
  /** Leaves the swarms and writes everything down. */
  write(): Promise<unknown>;
  /** Ends the threads, whether or not all is written: nothing runs here afterwards. */
  end(): void;
  onFault(error: unknown): void;
}

/**
 * Ends a node before its lease goes to another tab. A disk that refuses is tried again without end,
 * and the tab in line would wait as long. Ending the threads then loses nothing that was signed: it
 * is on disk before it is sent.
 */
export const closeNode = async (parts: ClosingParts): Promise<void> => {
  let stopTimer = (): void => undefined;
  const late = new Promise<never>((_resolve, reject) => {
    stopTimer = parts.clock.after(CLOSE_WITHIN_MS, () =>
      reject(new Error('The node could not write everything down in time.')),
    );
  });
  try {
    await Promise.race([parts.write(), late]);
  } catch (thrown) {
    parts.onFault(thrown);
  } finally {
    stopTimer();
    parts.end();
  }
};
