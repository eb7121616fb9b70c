import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { speakPayments } from './extension.ts';
import type { LibExtension, LibExtensionClass, LibWire } from './library.ts';
import { HANDSHAKE_WAIT_MS } from './limits.ts';
import { manualClock } from './testing/clock.ts';

const HELLO = Uint8Array.of(1, 2, 3);

/** A wire whose peer has said that it speaks BEP-10 and not yet what. */
const meet = () => {
  const clock = manualClock();
  const known: (Uint8Array | null)[] = [];
  const events = new EventEmitter();
  let extension: LibExtension | null = null;
  const wire = Object.assign(events, {
    peerExtensions: { extended: true },
    extendedHandshake: {},
    use(Extension: LibExtensionClass) {
      extension = new Extension(wire as unknown as LibWire);
    },
  });
  speakPayments({
    wire: wire as unknown as LibWire,
    clock,
    hello: HELLO,
    onKnown: (hello) => known.push(hello),
    onMessage: () => undefined,
  });
  /** The peer's extended handshake, as the library hands it on. */
  const handshake = (content: Readonly<Record<string, unknown>>): void => {
    if ('bsv_pay' in content) extension?.onExtendedHandshake?.(content);
    events.emit('extended', 'handshake');
  };
  return { clock, known, handshake, events };
};

test('a hello that a busy peer sends late is a hello', () => {
  const { clock, known, handshake } = meet();
  clock.advance(HANDSHAKE_WAIT_MS - 1);
  expect(known).toEqual([]);
  handshake({ bsv_pay: HELLO });
  expect(known).toEqual([HELLO]);
  clock.advance(HANDSHAKE_WAIT_MS);
  expect(known).toEqual([HELLO]);
});

test('an ordinary peer is known by its handshake, without a wait', () => {
  const { known, handshake } = meet();
  handshake({});
  expect(known).toEqual([null]);
});

test('a peer that never shakes hands is an ordinary one in the end, and stays it', () => {
  const { clock, known, handshake } = meet();
  clock.advance(HANDSHAKE_WAIT_MS);
  expect(known).toEqual([null]);
  handshake({ bsv_pay: HELLO });
  expect(known).toEqual([null]);
});

test('nothing is decided about a wire that has closed', () => {
  const { clock, known, events } = meet();
  events.emit('close');
  clock.advance(HANDSHAKE_WAIT_MS);
  expect(known).toEqual([]);
});
