import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LibExtension, LibExtensionClass, LibWire } from '../library.ts';
import {
  LANE_LOSS_MS,
  LANE_OPEN_MS,
  LANE_WORTH_BYTES,
  LANES_OF_WIRE,
  MAX_SIGNALS,
} from '../limits.ts';
import { manualClock } from '../testing/clock.ts';
import { openLanes } from './lanes.ts';
import { decodeSignal, encodeSignal, type Signal } from './signal.ts';
import { FakeConnection, fakeConnection } from '../testing/fake-connection.ts';

beforeEach(() => FakeConnection.forget());

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((next) => setImmediate(next));
};

/** One end of a wire whose other end is played by hand; `places` is how many lanes the page has left. */
const setUp = (places = 10, hasFast = true) => {
  const clock = manualClock();
  const said: Signal[] = [];
  const faults: unknown[] = [];
  const pieces: number[] = [];
  let extension: LibExtension | null = null;
  let left = places;
  const lib = {
    destroyed: false,
    hasFast,
    use(Extension: LibExtensionClass) {
      extension = new Extension(wire);
    },
    extended(_name: string, data: Uint8Array) {
      const signal = decodeSignal(data);
      if (signal !== null) said.push(signal);
    },
    destroy() {
      lib.destroyed = true;
      lanes.close();
    },
    uploadSpeed: () => 0,
    _onPiece(index: number) {
      if (index === 13) throw new Error('unlucky');
      pieces.push(index);
    },
  };
  const wire = lib as unknown as LibWire;
  const main: Uint8Array[] = [];
  const lanes = openLanes({
    wire,
    main: { hasRoom: () => true, maxMessage: 1, send: (message) => void main.push(message) },
    yard: {
      connect() {
        if (left === 0) return null;
        left -= 1;
        return fakeConnection();
      },
      leave: () => void (left += 1),
    },
    clock,
    onRoom: () => undefined,
    onFault: (error) => faults.push(error),
  });
  const heard = (): LibExtension => extension as unknown as LibExtension;
  return {
    ...{ lanes, lib, said, main, clock, pieces, faults },
    left: () => left,
    speak: () => heard().onExtendedHandshake?.({}),
    hear: (signal: Signal) => heard().onMessage?.(encodeSignal(signal)),
    hearBytes: (data: Uint8Array) => heard().onMessage?.(data),
    send: (bytes: number) => lanes.send(new Uint8Array(bytes)),
  };
};
const offer = (lane: number): Signal => ({ kind: 'offer', lane, text: fakeConnection().id });
const kindsOf = (said: readonly Signal[]): string[] =>
  said.map(({ kind, lane }) => `${kind} ${lane}`);

describe('lanes of one wire', () => {
  it('are offered when much was sent, to a peer that knows them and rejects by name', async () => {
    const one = setUp();
    one.speak();
    one.send(LANE_WORTH_BYTES - 1);
    await settle();
    expect(one.said).toEqual([]);
    one.send(1);
    await settle();
    expect(kindsOf(one.said).filter((line) => line.startsWith('offer '))).toEqual([
      'offer 0',
      'offer 1',
      'offer 2',
    ]);
    expect(one.main).toHaveLength(2);
  });

  it.each([
    ['does not know them', true, false],
    ['lacks the fast extension', false, true],
  ])('are not offered to a peer that %s', async (_who, hasFast, speaks) => {
    const one = setUp(10, hasFast);
    if (speaks) one.speak();
    one.send(LANE_WORTH_BYTES);
    await settle();
    expect(one.said).toEqual([]);
    expect(one.left()).toBe(10);
  });

  it('are refused when the page has no place for more', () => {
    const one = setUp(1);
    one.hear(offer(0));
    one.hear(offer(1));
    expect(kindsOf(one.said)).toEqual(['answerer-close 1']);
    expect(one.lib.destroyed).toBe(false);
  });

  it('give their places back when they do not open, and are not tried again at once', async () => {
    const one = setUp();
    one.speak();
    one.send(LANE_WORTH_BYTES);
    expect(one.left()).toBe(10 - LANES_OF_WIRE);
    one.clock.advance(LANE_OPEN_MS);
    expect(one.left()).toBe(10);
    one.send(LANE_WORTH_BYTES);
    expect(one.left()).toBe(10);
    expect(one.lib.destroyed).toBe(false);
  });

  it('end the wire when the peer offers one twice, says too much, or makes no sense', () => {
    const twice = setUp();
    twice.hear(offer(0));
    twice.hear(offer(0));
    expect(twice.lib.destroyed).toBe(true);
    expect(twice.left()).toBe(10);
    const loud = setUp();
    for (let times = 0; times <= MAX_SIGNALS; times += 1) {
      expect(loud.lib.destroyed).toBe(false);
      loud.hear({ kind: 'offerer-candidate', lane: 0, text: 'x' });
    }
    expect(loud.lib.destroyed).toBe(true);
    const senseless = setUp();
    senseless.hearBytes(Uint8Array.of(99));
    expect(senseless.lib.destroyed).toBe(true);
  });

  it('give an SDP that is none up, and the wire goes on', async () => {
    const one = setUp();
    one.hear({ kind: 'offer', lane: 0, text: 'v=0' });
    await settle();
    expect(one.left()).toBe(10);
    expect(one.lib.destroyed).toBe(false);
  });

  it('hold no more connections than a wire has lanes, whatever a peer says', async () => {
    const signal = fc.record({
      kind: fc.constantFrom(
        'offer' as const,
        'answer' as const,
        'offerer-candidate' as const,
        'answerer-candidate' as const,
        'offerer-close' as const,
        'answerer-close' as const,
      ),
      lane: fc.nat(LANES_OF_WIRE - 1),
      text: fc.string({ maxLength: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(signal, { maxLength: 20 }), async (signals) => {
        const one = setUp();
        for (const each of signals) one.hear(each);
        expect(one.left()).toBeGreaterThanOrEqual(10 - LANES_OF_WIRE);
        await settle();
        one.lanes.close();
        expect(one.left()).toBe(10);
      }),
      { numRuns: 30 },
    );
  });

  it('take an answerer that has just sent something for one that may have lost it', async () => {
    for (const [waited, ends] of [
      [0, true],
      [LANE_LOSS_MS, false],
    ] as const) {
      const one = setUp();
      const theirs = fakeConnection();
      await theirs.setLocalDescription();
      one.hear({ kind: 'offer', lane: 0, text: theirs.id });
      await settle();
      await theirs.setRemoteDescription({ sdp: one.said[0]?.text ?? '' });
      await settle();
      one.send(5);
      expect(one.main).toEqual([]);
      one.clock.advance(waited);
      one.hear({ kind: 'offerer-close', lane: 0, text: '' });
      expect(one.lib.destroyed).toBe(ends);
    }
  });
});
