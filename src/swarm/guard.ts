import type { LibWire } from './library.ts';
import { MAX_HANDSHAKES, MAX_WIRE_MESSAGE } from './limits.ts';

/**
 * Bounds what a peer can do with a message. The library accepts a length of 2^31 and buffers for it,
 * and whatever throws while a message is handled would end in the page's error handler. It also keeps
 * each extension name that a peer ever told, however many handshakes that took.
 */
export const guardMessages = (wire: LibWire, onFault: (error: unknown) => void): void => {
  let handshakes = 0;
  wire.on('extended', (name) => {
    if (name === 'handshake') handshakes += 1;
    if (handshakes > MAX_HANDSHAKES) wire.destroy();
  });
  const onLength = wire._onMessageLength.bind(wire);
  const onMessage = wire._onMessage.bind(wire);
  wire._onMessageLength = (header) => {
    const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
    if (view.getUint32(0) > MAX_WIRE_MESSAGE) wire.destroy();
    else onLength(header);
  };
  wire._onMessage = (message) => {
    try {
      onMessage(message);
    } catch (error) {
      onFault(error);
      wire.destroy();
    }
  };
};
