import type { Clock } from '../shared/clock.ts';
import type { LibWire } from './library.ts';
import { HAVE_HOLD_MS, MAX_GATHERED } from './limits.ts';

/** Length, message id 4 and a piece index (BEP-3). */
const HAVE_LENGTH = 9;
const HAVE = 4;
const isHave = (data: Uint8Array): boolean => data.length === HAVE_LENGTH && data[4] === HAVE;

/**
 * Sends the small messages of one turn of the event loop together. A plan makes dozens of requests of
 * 17 bytes, and each would be a data-channel message with a packet of its own. News of a piece that we
 * have hurries nobody: it goes with what is sent next, or after {@link HAVE_HOLD_MS}. A leecher would
 * otherwise send one such packet to each of its peers for every piece.
 */
export const gatherWrites = (wire: LibWire, clock: Pick<Clock, 'after'>): void => {
  const push = wire.push.bind(wire);
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  let isDue = false;
  let ended = false;
  let stopHold: (() => void) | null = null;

  const flush = (): void => {
    isDue = false;
    stopHold?.();
    stopHold = null;
    if (bytes === 0 || wire.destroyed) return;
    const [first] = waiting;
    let message = first;
    if (waiting.length > 1) {
      message = new Uint8Array(bytes);
      let at = 0;
      for (const part of waiting) {
        message.set(part, at);
        at += part.length;
      }
    }
    waiting = [];
    bytes = 0;
    if (message !== undefined) push(message);
  };

  const flushSoon = (): void => {
    if (isDue) return;
    isDue = true;
    queueMicrotask(flush);
  };

  wire.push = (data) => {
    if (ended) return false;
    if (data === null || data.length > MAX_GATHERED) {
      flush();
      ended = data === null;
      return push(data);
    }
    waiting.push(data);
    bytes += data.length;
    if (bytes > MAX_GATHERED) flush();
    else if (!isHave(data)) flushSoon();
    else stopHold ??= clock.after(HAVE_HOLD_MS, flush);
    return true;
  };
};
