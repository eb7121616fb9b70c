import { fail, type Failure, type Result } from '../shared/result.ts';

/** Those who wait for a byte: a place in a file, and the piece that has it. */
export interface Waiters {
  /** Resolves with what `onHeld` gives once `piece` is verified; fails on abort and on {@link closeAll}. */
  wait(piece: number, onHeld: () => Result<number>, signal: AbortSignal): Promise<Result<number>>;
  verified(piece: number): void;
  closeAll(reason: Failure): void;
}

export const createWaiters = (): Waiters => {
  const byPiece = new Map<number, Set<(result?: Result<number>) => void>>();

  return {
    wait: (piece, onHeld, signal) =>
      new Promise((resolve) => {
        const settle = (result?: Result<number>): void => {
          signal.removeEventListener('abort', onAbort);
          const others = byPiece.get(piece);
          others?.delete(settle);
          if (others?.size === 0) byPiece.delete(piece);
          resolve(result ?? onHeld());
        };
        const onAbort = (): void => settle(fail('aborted', 'Cancelled.'));
        if (signal.aborted) {
          resolve(fail('aborted', 'Cancelled.'));
          return;
        }
        signal.addEventListener('abort', onAbort, { once: true });
        const others = byPiece.get(piece) ?? new Set();
        byPiece.set(piece, others);
        others.add(settle);
      }),
    verified(piece) {
      for (const settle of [...(byPiece.get(piece) ?? [])]) settle();
    },
    closeAll(reason) {
      for (const waiting of [...byPiece.values()]) {
        for (const settle of [...waiting]) settle({ ok: false, error: reason });
      }
    },
  };
};
