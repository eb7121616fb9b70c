import type { Clock } from '../shared/clock.ts';
import type { WireId } from '../shared/units.ts';
import type { LibTorrent } from './library.ts';
import { HURRY_MS, SLOW_PEER_MS } from './limits.ts';
import { lateRequests } from './rush.ts';
import type { WireSession } from './wire-session.ts';

/**
 * Keeps slow peers out of the way of a player: requests for what is played next that a slow peer
 * sits on are withdrawn and asked of a quicker one. Blocks that come from the slow peer all the same
 * are paid and used. Looks on only while someone reads.
 */
export interface Hurry {
  /** Someone reads: look after its urgent pieces from now on. */
  watch(): void;
  /** Whether this peer may be asked for this piece: not when it was just too slow with it. */
  mayRequest(index: number, wire: WireId): boolean;
  /** Whether somebody was just too slow with this piece: then it may be had from anybody. */
  isLate(index: number): boolean;
  stop(): void;
}

export interface HurryParts {
  readonly torrent: LibTorrent;
  readonly clock: Clock;
  readonly wires: () => readonly WireSession[];
  /** Whether anything may be asked of this peer at all. */
  readonly isOpen: (wire: WireSession) => boolean;
}

export const createHurry = ({ torrent, clock, wires, isOpen }: HurryParts): Hurry => {
  /** When a peer was found too slow with a piece; ms. */
  const slow = new Map<string, number>();
  let stopTimer: (() => void) | null = null;

  const isUrgent = (index: number): boolean =>
    torrent._critical[index] === true && torrent.bitfield?.get(index) !== true;

  const look = (): void => {
    stopTimer = null;
    if (torrent.destroyed) return;
    const now = clock.now();
    for (const [key, at] of slow) if (now - at >= SLOW_PEER_MS) slow.delete(key);
    const open = wires();
    const loads = open.map((session) => ({
      id: session.id,
      speed: session.wire.downloadSpeed(),
      waiting: session.waiting,
      could: (index: number) =>
        !session.wire.peerChoking &&
        session.wire.peerPieces.get(index) &&
        !slow.has(`${session.id}/${index}`) &&
        isOpen(session),
    }));
    const late = lateRequests(loads, isUrgent, now);
    for (const { id, index } of late) {
      slow.set(`${id}/${index}`, now);
      open.find((session) => session.id === id)?.cancel((piece) => piece === index);
    }
    if (late.length > 0) torrent._update();
    if (Object.keys(torrent._critical).some((index) => isUrgent(Number(index)))) watch();
  };
  const watch = (): void => {
    stopTimer ??= clock.after(HURRY_MS, look);
  };

  return {
    watch,
    mayRequest: (index, wire) => {
      const at = slow.get(`${wire}/${index}`);
      return at === undefined || clock.now() - at >= SLOW_PEER_MS;
    },
    isLate: (index) => slow.size > 0 && [...slow.keys()].some((key) => key.endsWith(`/${index}`)),
    stop: () => stopTimer?.(),
  };
};
