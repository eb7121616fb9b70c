import {
  EXTENSION_NAME,
  MAX_HELLO_BYTES,
  MAX_MESSAGE_BYTES,
  MAX_MESSAGES_PER_SECOND,
  MESSAGE_BURST,
} from '../protocol/limits.ts';
import type { Clock } from '../shared/clock.ts';
import { createTokenBucket } from '../shared/token-bucket.ts';
import type { LibExtension, LibWire } from './library.ts';
import { HANDSHAKE_WAIT_MS, REQUESTS_IN_FLIGHT, SILENCED_MS } from './limits.ts';

export interface ExtensionParts {
  readonly wire: LibWire;
  readonly clock: Clock;
  /** Value of our `bsv_pay` handshake field. */
  readonly hello: Uint8Array;
  /** Called once: with the peer's hello, or null when it does not speak `bsv_pay`. */
  readonly onKnown: (hello: Uint8Array | null) => void;
  readonly onMessage: (data: Uint8Array) => void;
}

/** Twice what a peer may say: it is the worker that tells a peer why it is thrown out. */
const BURST = 2 * MESSAGE_BURST;
const PER_SECOND = 2 * MAX_MESSAGES_PER_SECOND;

/**
 * Speaks BEP-10 extension `bsv_pay` on a wire: moves messages and reads none. Must be called while
 * the torrent's `wire` event is handled: our extended handshake goes out right after it.
 * Returns a function that sends, which does nothing when the peer does not speak it.
 */
export const speakPayments = (parts: ExtensionParts): ((data: Uint8Array) => void) => {
  const { wire, clock, onKnown, onMessage } = parts;
  const allowance = createTokenBucket(clock, { burst: BURST, perSecond: PER_SECOND });
  let known = false;
  let silenced = false;
  let theirs: Uint8Array | null = null;

  const settle = (hello: Uint8Array | null): void => {
    if (known) return;
    known = true;
    theirs = hello;
    stopWaiting();
    onKnown(hello);
  };

  class Payments implements LibExtension {
    onExtendedHandshake(handshake: Readonly<Record<string, unknown>>): void {
      const hello = handshake[EXTENSION_NAME];
      // Only called for peers that list us. A value that is no hello makes an ordinary peer.
      const isHello = hello instanceof Uint8Array && hello.length <= MAX_HELLO_BYTES;
      settle(isHello ? Uint8Array.from(hello) : null);
    }
    onMessage(data: Uint8Array): void {
      if (theirs === null || silenced) return;
      if (allowance.take() === 0) {
        // One that is too long is cut: enough is left to see that it is.
        onMessage(Uint8Array.from(data.subarray(0, MAX_MESSAGE_BYTES + 1)));
        return;
      }
      silenced = true;
      clock.after(SILENCED_MS, () => wire.destroy());
    }
  }
  Object.defineProperty(Payments.prototype, 'name', { value: EXTENSION_NAME });

  const stopWaiting = clock.after(HANDSHAKE_WAIT_MS, () => settle(null));
  wire.extendedHandshake[EXTENSION_NAME] = parts.hello;
  wire.extendedHandshake['reqq'] = REQUESTS_IN_FLIGHT;
  wire.use(Payments);
  wire.on('extended', (name) => {
    if (name === 'handshake') settle(null);
  });
  wire.on('close', stopWaiting);
  if (wire.peerExtensions.extended !== true) settle(null);

  return (data) => {
    if (theirs === null || wire.destroyed) return;
    if (wire.peerExtendedMapping[EXTENSION_NAME]) wire.extended(EXTENSION_NAME, data);
  };
};
