import type { LibWire } from './library.ts';
import { MAX_GATHERED } from './limits.ts';

/**
 * Sends the small messages of one turn of the event loop together. A plan makes dozens of requests of
 * 17 bytes, and each would be a data-channel message with a packet of its own.
 */
export const gatherWrites = (wire: LibWire): void => {
  const push = wire.push.bind(wire);
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  let ended = false;

  const flush = (): void => {
    if (bytes === 0) return;
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

  wire.push = (data) => {
    if (ended) return false;
    if (data === null || data.length > MAX_GATHERED) {
      flush();
      ended = data === null;
      return push(data);
    }
    if (bytes === 0) queueMicrotask(flush);
    waiting.push(data);
    bytes += data.length;
    if (bytes > MAX_GATHERED) flush();
    return true;
  };
};
