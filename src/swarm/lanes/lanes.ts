import type { Clock } from '../../shared/clock.ts';
import type { LibExtension, LibWire } from '../library.ts';
import {
  BACKLOG_SECONDS,
  LANE_IDLE_MS,
  LANE_LOSS_MS,
  LANES_OF_WIRE,
  MAX_SEND,
  MAX_SIGNALS,
  MIN_LANE_MESSAGE,
} from '../limits.ts';
import { clamp, type Transport } from '../transport.ts';
import { readBlocks } from './blocks.ts';
import { openLink, type Link } from './link.ts';
import { decodeSignal, encodeSignal, type Signal, type SignalKind } from './signal.ts';
import { createWorth } from './worth.ts';
import type { LaneYard } from './yard.ts';

/** BEP-10 name of the extension. */
export const LANES_EXTENSION = 'rivulet_lanes';

/** A wire's transport, with more connections beside its own for blocks. */
export interface Lanes extends Transport {
  /** The wire is gone. */
  close(): void;
}

export interface LanesParts {
  readonly wire: LibWire;
  /** The wire's own connection, on which everything goes while there are no lanes. */
  readonly main: Transport;
  readonly yard: LaneYard;
  readonly clock: Clock;
  readonly onRoom: () => void;
  readonly onFault: (error: unknown) => void;
}

interface Lane {
  readonly link: Link;
  readonly number: number;
  readonly isOurs: boolean;
  /** It is being put away: nothing is sent on it, and the peer ends it when it has heard. */
  isLeaving: boolean;
}

/**
 * One connection moves less than two machines can: a lost packet halves its speed, and over a long
 * round trip its window is the limit. Who is sent much gets more of them, and blocks take whichever has
 * the least to send. Blocks need no order, so a lane carries whole `piece` messages and nothing else;
 * the wire keeps all that has an order. A lane that breaks may have lost blocks, and ends the wire, as
 * its own connection would.
 *
 * Must be called while the torrent's `wire` event is handled: our extended handshake goes out right after it.
 */
export const openLanes = (parts: LanesParts): Lanes => {
  const { wire, main, yard, clock } = parts;
  const lanes = new Set<Lane>();
  const worth = createWorth(clock);
  let theirs = false;
  let closed = false;
  let signals = 0;
  let sentAt = -Infinity;
  let usedAt = -Infinity;
  let stopWatching: (() => void) | null = null;

  class Signals implements LibExtension {
    onExtendedHandshake(): void {
      theirs = true;
    }
    onMessage(data: Uint8Array): void {
      signals += 1;
      const signal = signals > MAX_SIGNALS ? null : decodeSignal(data);
      if (signal === null) wire.destroy();
      else if (!closed) hear(signal);
    }
  }
  Object.defineProperty(Signals.prototype, 'name', { value: LANES_EXTENSION });
  wire.use(Signals);

  const say = (kind: SignalKind, lane: number, text = ''): void => {
    if (!wire.destroyed) wire.extended(LANES_EXTENSION, encodeSignal({ kind, lane, text }));
  };

  const receive = (message: ArrayBuffer): void => {
    usedAt = clock.now();
    const blocks = readBlocks(message);
    if (blocks === null) {
      wire.destroy();
      return;
    }
    try {
      for (const { index, offset, data } of blocks) {
        if (!wire.destroyed) wire._onPiece(index, offset, data);
      }
    } catch (error) {
      parts.onFault(error);
      wire.destroy();
    }
  };

  const messageOf = (link: Link): number => {
    const share = (wire.uploadSpeed() * BACKLOG_SECONDS) / lanes.size;
    return Math.min(clamp(share, MIN_LANE_MESSAGE, MAX_SEND), link.maxMessage);
  };
  /** The next message waits while one is sent, and no more: what is cancelled later still comes. */
  const hasRoom = (link: Link): boolean => link.backlog < 2 * messageOf(link);

  const drop = (lane: Lane): void => {
    if (!lanes.delete(lane)) return;
    lane.link.close();
    yard.leave();
  };

  const open = (number: number, isOurs: boolean): Lane | null => {
    const connection = yard.connect();
    if (connection === null) return null;
    const link = openLink({
      connection,
      clock,
      role: isOurs ? 'offerer' : 'answerer',
      sayDescription: (sdp) => say(isOurs ? 'offer' : 'answer', number, sdp),
      sayCandidate: (candidate) =>
        say(isOurs ? 'offerer-candidate' : 'answerer-candidate', number, candidate),
      onOpen() {
        usedAt = clock.now();
        parts.onRoom();
      },
      onMessage: receive,
      onLow: parts.onRoom,
      onEnd(wasOpen) {
        drop(lane);
        if (wasOpen && !lane.isLeaving) wire.destroy();
      },
    });
    const lane: Lane = { link, number, isOurs, isLeaving: false };
    lanes.add(lane);
    return lane;
  };

  const find = (number: number, isOurs: boolean): Lane | undefined =>
    [...lanes].find((lane) => lane.number === number && lane.isOurs === isOurs);

  const hear = ({ kind, lane: number, text }: Signal): void => {
    const lane = find(number, kind.startsWith('answer'));
    switch (kind) {
      case 'offer':
        if (lane !== undefined) wire.destroy();
        else {
          const opened = open(number, false);
          if (opened === null) say('answerer-close', number);
          else opened.link.onDescription(text);
        }
        return;
      case 'answer':
        lane?.link.onDescription(text);
        return;
      case 'offerer-candidate':
      case 'answerer-candidate':
        lane?.link.onCandidate(text);
        return;
      case 'offerer-close':
      case 'answerer-close':
        if (lane === undefined) return;
        drop(lane);
        if (clock.now() - sentAt < LANE_LOSS_MS) wire.destroy();
        return;
    }
  };

  /** Puts our lanes away when nobody has used any for a while: others may need their place. */
  const watch = (): void => {
    stopWatching = clock.after(LANE_IDLE_MS, () => {
      stopWatching = null;
      if (clock.now() - usedAt < LANE_IDLE_MS) {
        watch();
        return;
      }
      for (const lane of [...lanes]) {
        if (!lane.isOurs || lane.isLeaving) continue;
        lane.isLeaving = true;
        say('offerer-close', lane.number);
      }
    });
  };

  /** Once, until they are put away: where none can be made, none is tried again and again. */
  const openAll = (): void => {
    if (stopWatching !== null || lanes.size > 0 || !theirs || !wire.hasFast) return;
    for (let number = 0; number < LANES_OF_WIRE; number += 1) open(number, true);
    usedAt = clock.now();
    watch();
  };

  /** The open lane with the least to send. */
  const emptiest = (): Link | null => {
    let best: Link | null = null;
    for (const { link, isLeaving } of lanes) {
      if (isLeaving || !link.isOpen) continue;
      if (best === null || link.backlog < best.backlog) best = link;
    }
    return best;
  };

  return {
    hasRoom() {
      const link = emptiest();
      return link === null ? main.hasRoom() : hasRoom(link);
    },
    get maxMessage() {
      const link = emptiest();
      return link === null ? main.maxMessage : messageOf(link);
    },
    send(message) {
      const link = emptiest();
      if (link === null) main.send(message);
      else {
        sentAt = clock.now();
        usedAt = sentAt;
        link.lowMark(messageOf(link));
        link.send(message);
      }
      if (worth.sent(message.length)) openAll();
    },
    close() {
      closed = true;
      stopWatching?.();
      for (const lane of [...lanes]) drop(lane);
    },
  };
};
