import type { LibConnection, LibWire } from './library.ts';
import { BACKLOG_SECONDS, FIRST_BACKLOG, MAX_BACKLOG, MAX_SEND, MIN_BACKLOG } from './limits.ts';

/**
 * How much of what was written to a wire has not left yet, and when there is room again. The library
 * itself ignores back-pressure: a peer that asks for 1,000 blocks would make it buffer 16 MB.
 */
export interface Transport {
  /** Whether more may be written now. After a no, `onRoom` is called once there is room. */
  hasRoom(): boolean;
  /** Largest message worth building, in bytes. */
  readonly maxMessage: number;
}

/** For connections that are not WebRTC: written at once, buffered by their streams. */
const unbounded: Transport = { hasRoom: () => true, maxMessage: MAX_SEND };

const clamp = (value: number, min: number, max: number): number =>
  Math.min(Math.max(value, min), max);

/**
 * Watches the stream from the wire to its data channel. Replaces the fixed mark at which simple-peer
 * stops writing (64 KiB: at 20 MB/s a task of 3 ms idles the link) by a tenth of a second of the
 * present speed, so that a fast link never runs dry and a slow one takes cancels soon.
 */
export const openTransport = (
  wire: LibWire,
  conn: LibConnection | null,
  onRoom: () => void,
): Transport => {
  const channel = conn?._channel;
  if (conn === null || channel === undefined || channel === null) return unbounded;

  let pushed = 0;
  let written = 0;
  let high = FIRST_BACKLOG;
  let isBlocked = false;

  const tune = (): void => {
    const speed = wire.uploadSpeed();
    high = speed > 0 ? clamp(speed * BACKLOG_SECONDS, MIN_BACKLOG, MAX_BACKLOG) : FIRST_BACKLOG;
    const low = Math.floor(high / 2);
    if (Math.abs(channel.bufferedAmountLowThreshold - low) > low / 4) {
      channel.bufferedAmountLowThreshold = low;
    }
  };
  tune();

  const hasRoom = (): boolean => {
    isBlocked = pushed - written + channel.bufferedAmount >= high;
    return !isBlocked;
  };
  const wake = (): void => {
    if (isBlocked && hasRoom()) onRoom();
  };

  const push = wire.push.bind(wire);
  wire.push = (data) => {
    if (data !== null) pushed += data.length;
    return push(data);
  };

  const write = conn._write.bind(conn);
  conn._write = (chunk, done) => {
    written += chunk.length;
    write(chunk, done);
    // simple-peer keeps `done` until the channel is below the low mark once more than its own
    // 64 KiB wait. Go on instead, up to our mark.
    if (conn._cb === done && channel.bufferedAmount <= high) {
      conn._cb = null;
      done(null);
    }
    wake();
  };
  channel.addEventListener('bufferedamountlow', () => {
    tune();
    wake();
  });

  const limit = Math.min(conn._pc?.sctp?.maxMessageSize ?? MAX_SEND, MAX_SEND);
  return {
    hasRoom,
    get maxMessage() {
      return Math.min(limit, high / 2);
    },
  };
};
