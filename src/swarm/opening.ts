import type { Clock } from '../shared/clock.ts';
import { piecesOf, type PieceRange } from './extent.ts';
import { OPENING_BYTES, OPENING_MS, OPENING_SHARE } from './limits.ts';
import type { Layout, Plan } from './plan.ts';
import type { Reader } from './windows.ts';

/**
 * What of a plan is fetched before the first picture is shown: how the file begins, and what its player
 * reads, as far as a first picture can need it. Everything else would take the processors from the player
 * that has to start, and the line from what it waits for. Pure.
 */
export const openingPlan = (
  plan: Plan,
  { files, pieceLength }: Layout,
  readers: readonly Reader[],
): Plan => {
  const heads = readers.flatMap(({ file, from, at }): PieceRange[] => {
    const span = files[file];
    const soon = from + OPENING_BYTES + (span?.length ?? 0) * OPENING_SHARE;
    const head = span && piecesOf(span, at, Math.max(at + 1, soon), pieceLength);
    return head ? [head] : [];
  });
  const [whole] = plan.files;
  if (heads.length === 0 && whole !== undefined) {
    const pieces = Math.ceil(OPENING_BYTES / pieceLength + (whole.to - whole.from) * OPENING_SHARE);
    heads.push({ from: whole.from, to: Math.min(whole.to, whole.from + pieces - 1) });
  }
  return {
    ...plan,
    urgent: readers.length === 0 ? [] : heads.map(({ from }) => ({ from, to: from })),
    ahead: heads,
    rest: [],
    streams: heads,
    files: [],
  };
};

/** Whether a first picture is waited for. */
export interface Opening {
  readonly isOn: boolean;
  /** Begins anew. Returns what says that the picture is there; it ends by itself after {@link OPENING_MS}. */
  begin: () => () => void;
  stop(): void;
}

/** @param onChange it has begun or ended */
export const createOpening = (clock: Clock, onChange: () => void): Opening => {
  let end: (() => void) | null = null;
  let stopTimer: (() => void) | null = null;
  const stop = (): void => {
    end = null;
    stopTimer?.();
  };
  return {
    get isOn() {
      return end !== null;
    },
    begin() {
      stop();
      const mine = (): void => {
        if (end !== mine) return;
        stop();
        onChange();
      };
      end = mine;
      stopTimer = clock.after(OPENING_MS, mine);
      onChange();
      return mine;
    },
    stop,
  };
};
