import type { Clock } from '../shared/clock.ts';
import { fail, ok, type Failure, type Result } from '../shared/result.ts';
import type { Stretch } from '../shared/ports/range-port.ts';
import type { FilePriority } from '../shared/ports/torrents.ts';
import { heldUntil, piecesOf, type PieceRange } from './extent.ts';
import type { LibTorrent } from './library.ts';
import { RAREST_MS, READ_AHEAD, READER_IDLE_MS } from './limits.ts';
import { createOpening, openingPlan } from './opening.ts';
import { makePlan, type Plan } from './plan.ts';
import { rarestOf } from './rarest.ts';
import { createWaiters } from './waiters.ts';
import { createWindows } from './windows.ts';

/** Decides what the library fetches: wanted files, and first what someone reads. */
export interface Selection {
  /** The files that the user wants, null before the first start; nothing is fetched while paused. */
  set(
    wanted: ReadonlySet<number> | null,
    paused: boolean,
    priorities: ReadonlyMap<number, FilePriority>,
  ): void;
  ensure(stretch: Stretch, signal: AbortSignal): Promise<Result<number>>;
  /** A player is about to show its first picture; see `opening.ts`. Returns what says that it is there. */
  open: () => () => void;
  verified(piece: number): void;
  /** Whether the library was told to fetch this piece. */
  wants(piece: number): boolean;
  /** Whether a reader has a place here. */
  readonly isRead: boolean;
  /** Tells the library anew (it forgot, or has just become ready). */
  apply(): void;
  close(reason: Failure): void;
}

export interface SelectionParts {
  readonly torrent: LibTorrent;
  readonly clock: Clock;
  /** Between 0 and 1: where this node begins among pieces that are equally rare. */
  readonly origin: number;
  /** A reader jumped to a place that is not held: `matters` says which pieces still do. */
  readonly onJump: (matters: (piece: number) => boolean) => void;
}

const NOTHING: Plan = {
  urgent: [],
  ahead: [],
  rest: [],
  streams: [],
  files: [],
  ends: [],
  critical: [],
};

const sameRanges = (a: readonly PieceRange[], b: readonly PieceRange[]): boolean =>
  a.length === b.length && a.every(({ from, to }, at) => from === b[at]?.from && to === b[at]?.to);

export const createSelection = ({ torrent, clock, origin, onJump }: SelectionParts): Selection => {
  const windows = createWindows();
  const waiters = createWaiters();
  let wanted: ReadonlySet<number> | null = null;
  let paused = false;
  let priorities: ReadonlyMap<number, FilePriority> = new Map();
  let applied: Plan = NOTHING;
  let rarest: readonly PieceRange[] = [];
  let stopRarest: (() => void) | null = null;
  let stopExpiry: (() => void) | null = null;
  let closed: Failure | null = null;

  /** Whether what was told to the library still does for these readers. */
  const covers = ({ urgent, streams }: Plan): boolean => {
    const slack = Math.ceil(READ_AHEAD / 4 / torrent.pieceLength);
    return (
      streams.length === applied.streams.length &&
      (urgent.length < 2 ||
        urgent.every(({ from }) =>
          applied.urgent.some((told) => from >= told.from && from <= told.to),
        )) &&
      streams.every(({ from, to }, at) => {
        const told = applied.streams[at];
        return told !== undefined && from >= told.from && to <= told.to + slack;
      })
    );
  };

  const markCritical = (pieces: readonly number[]): void => {
    torrent._critical = [];
    for (const piece of pieces) torrent._critical[piece] = true;
  };

  const planned = (): Plan => {
    if (paused || wanted === null) return NOTHING;
    const { readers } = windows;
    const all = makePlan(torrent, wanted, readers, priorities);
    return opening.isOn ? openingPlan(all, torrent, readers) : all;
  };

  const tell = (next: Plan, first: readonly PieceRange[]): void => {
    applied = next;
    rarest = first;
    torrent._selections.clear();
    const select = (ranges: readonly PieceRange[], priority: number, isStream = true): void => {
      for (const { from, to } of ranges) {
        const selection = { from, to, offset: 0, priority, isStreamSelection: isStream };
        torrent._selections.insert(selection);
      }
    };
    // The library takes turns among what has a priority, and keeps the order of the rest.
    select([...next.urgent, ...next.ends], 1);
    // What is equally rare is fetched in order, and so is what comes before the next look.
    if (first.length > 0) select([...next.ahead, ...first], 0);
    select(next.streams, 0);
    select(next.files, 0, false);
    torrent._updateSelections();
    watchRarest();
  };

  const plan = (isForced: boolean): void => {
    if (!torrent.ready || torrent.destroyed) return;
    const next = planned();
    markCritical(next.critical);
    // The library skips what is held, so a reader that moves on needs no new selection.
    const does = opening.isOn ? sameRanges(next.streams, applied.streams) : covers(next);
    if (!isForced && does && sameRanges(next.files, applied.files)) return;
    tell(next, rarestOf(torrent, next.rest, origin));
  };

  const opening = createOpening(clock, () => plan(true));

  const lookForRarest = (): void => {
    stopRarest = null;
    if (torrent.destroyed) return;
    const next = planned();
    const first = rarestOf(torrent, next.rest, origin);
    const isSame = sameRanges(first, rarest) && sameRanges(next.ahead, applied.ahead);
    if ((first.length === 0 && rarest.length === 0) || isSame) watchRarest();
    else tell(next, first);
  };
  /** As long as something is to be fetched; what is done with leaves the selections. */
  const watchRarest = (): void => {
    if (torrent._selections.length > 0) stopRarest ??= clock.after(RAREST_MS, lookForRarest);
  };

  /** Tells the pieces that someone needs next. */
  const matters = (): ((piece: number) => boolean) => {
    const files = wanted ?? new Set<number>();
    const { critical, ends } = makePlan(torrent, files, windows.readers, priorities);
    const pieces = new Set([...critical, ...ends.map(({ from }) => from)]);
    return (piece) => pieces.has(piece);
  };

  const expire = (): void => {
    stopExpiry = null;
    if (windows.expire(clock.now())) plan(true);
    if (windows.readers.length > 0) watchExpiry();
  };
  const watchExpiry = (): void => {
    stopExpiry ??= clock.after(READER_IDLE_MS, expire);
  };

  return {
    set(files, isPaused, filePriorities) {
      wanted = files;
      priorities = filePriorities;
      paused = isPaused;
      plan(true);
    },

    async ensure({ reader, file, offset, end }, signal) {
      if (closed !== null) return { ok: false, error: closed };
      // A signal that is dead tells of no leaving: the place would stay.
      if (signal.aborted) return fail('aborted', 'Cancelled.');
      const span = torrent.files[file];
      const { bitfield } = torrent;
      if (span === undefined || !torrent.ready || bitfield === undefined) {
        return fail('not-ready', 'The files of this torrent are not known yet.');
      }
      const range = piecesOf(span, offset, end, torrent.pieceLength);
      if (range === null) return fail('range', 'There is no such part of this file.');
      const held = (): Result<number> => ok(heldUntil(span, offset, torrent.pieceLength, bitfield));
      const isHeld = bitfield.get(range.from);
      if (!isHeld && wanted === null) {
        return fail('not-ready', 'This torrent was not started: nothing is bought unasked.');
      }
      const reading = windows.read({ reader, file, at: offset, end }, clock.now());
      let waits = !isHeld;
      const onAbort = (): void => {
        if (!reading.left()) return;
        plan(true);
        // Who gave up waiting went elsewhere: what is on its way for that place holds the others up.
        if (waits && windows.readers.length > 0) onJump(matters());
      };
      signal.addEventListener('abort', onAbort, { once: true });
      watchExpiry();
      plan(reading.jumped);
      if (isHeld) {
        reading.settled();
        return held();
      }
      if (reading.jumped) {
        const isUrgent = matters();
        onJump((piece) => isUrgent(piece) || (piece >= range.from && piece <= range.to));
      }
      const result = await waiters.wait(range.from, held, signal);
      waits = false;
      reading.settled();
      return result;
    },

    open: opening.begin,
    verified: (piece) => waiters.verified(piece),
    wants: (piece) =>
      [...applied.streams, ...applied.files].some(({ from, to }) => piece >= from && piece <= to),
    get isRead() {
      return windows.readers.length > 0;
    },
    apply: () => plan(true),
    close(reason) {
      closed = reason;
      opening.stop();
      stopExpiry?.();
      stopRarest?.();
      waiters.closeAll(reason);
    },
  };
};
