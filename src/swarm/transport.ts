import type { LibConnection, LibWire } from './library.ts';
import { BACKLOG_SECONDS, MAX_BACKLOG, MAX_SEND, MIN_BACKLOG } from './limits.ts';

/**
 * How much of what was written to a wire has not left yet, and when there is room again. The library
 * itself ignores back-pressure: a peer that asks for 1,000 blocks would make it buffer 16 MB.
 */
export interface Transport {
  /** Whether more may be written now. */
  hasRoom(): boolean;
  /** Largest message worth building, in bytes. */
  readonly maxMessage: number;
}

/** For connections that are not WebRTC: written at once, buffered by their streams. */
const unbounded: Transport = { hasRoom: () => true, maxMessage: MAX_SEND };

/**
 * Watches the stream from the wire to its data channel. `onRoom` is called when what waits fell
 * enough to go on. Raises the mark at which simple-peer stops writing (64 KiB: at 20 MB/s a task of
 * 3 ms would idle the link) to a tenth of a second of the present speed.
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
  let high = 2 * MIN_BACKLOG;

  const tune = (): void => {
    const wanted = wire.uploadSpeed() * BACKLOG_SECONDS;
    high = Math.min(Math.max(wanted, 2 * MIN_BACKLOG), MAX_BACKLOG);
    const low = Math.floor(high / 2);
    if (Math.abs(channel.bufferedAmountLowThreshold - low) > low / 4) {
      channel.bufferedAmountLowThreshold = low;
    }
  };
  tune();

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
  };
  channel.addEventListener('bufferedamountlow', () => {
    tune();
    onRoom();
  });

  const limit = conn._pc?.sctp?.maxMessageSize ?? MAX_SEND;
  return {
    hasRoom: () => pushed - written + channel.bufferedAmount < high,
    maxMessage: Math.min(limit, MAX_SEND),
  };
};
