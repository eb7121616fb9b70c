import { expect, it } from 'vitest';
import { createBucket } from './bucket.ts';
import type { LibWire } from './library.ts';
import { METADATA_PER_SECOND, METADATA_PIECE, METADATA_TIMES } from './limits.ts';
import { boundMetadata } from './metadata-exchange.ts';
import { manualClock } from './testing/clock.ts';

const PIECES = 5;

/** A wire whose torrent has five pieces of metadata, and a channel with room as the test says. */
const setUp = (isComplete = true) => {
  const log: string[] = [];
  const exchange = {
    metadata: new Uint8Array(PIECES * METADATA_PIECE - 1),
    _metadataComplete: isComplete,
    _remainingRejects: null as number | null,
    _bitfield: { get: (piece: number) => piece === 1, buffer: new Uint8Array() },
    cancel: () => void log.push('cancel'),
    onExtendedHandshake: (handshake: { metadata_size?: number }) => {
      log.push(`size ${handshake.metadata_size}`);
      exchange._remainingRejects = handshake.metadata_size === undefined ? null : 2;
    },
    _onRequest: (piece: unknown) => void log.push(`send ${String(piece)}`),
    _onData: (piece: unknown) => void log.push(`take ${String(piece)}`),
    _failedMetadata: () => void log.push('failed'),
    _reject: (piece: number) => void log.push(`reject ${piece}`),
  };
  const clock = manualClock();
  const channel = { room: Number.POSITIVE_INFINITY, hasRoom: () => channel.room > log.length };
  const speed = createBucket(clock);
  const bounded = boundMetadata({
    wire: { ut_metadata: exchange, destroyed: false } as Partial<LibWire> as LibWire,
    transport: channel,
    speed,
    clock,
  });
  /** What became of requests for these pieces. */
  const ask = (...pieces: readonly unknown[]): string[] => {
    const before = log.length;
    for (const piece of pieces) exchange._onRequest(piece);
    return log.slice(before);
  };
  return { exchange, bounded, clock, channel, speed, log, ask };
};
const all = Array.from({ length: PIECES }, (_, piece) => piece);
const sent = (pieces: readonly number[]): string[] =>
  pieces.map((piece) => `send ${String(piece)}`);

it('gives all of the metadata a few times over, and then a little of it at a time', () => {
  const { ask, clock } = setUp();
  for (let time = 0; time < METADATA_TIMES; time += 1) expect(ask(...all)).toEqual(sent(all));
  expect(ask(...all)).toEqual(all.map((piece) => `reject ${piece}`));
  clock.advance(1_000);
  const again = ask(...all);
  expect(again.filter((line) => line.startsWith('send'))).toHaveLength(METADATA_PER_SECOND);
  expect(again.at(-1)).toBe('reject 4');
});

it('sends what was asked for when the channel has room, each piece once', () => {
  const { ask, channel, bounded, log } = setUp();
  channel.room = 2;
  expect(ask(0, 1, 2, 3, 3, 2)).toEqual(sent([0, 1]));
  bounded.pump();
  expect(log).toHaveLength(2);
  channel.room = 3;
  bounded.pump();
  channel.room = 10;
  bounded.pump();
  expect(log).toEqual(sent([0, 1, 2, 3]));
});

it('refuses nothing to a peer that does not read what it is sent', () => {
  const { ask, channel } = setUp();
  channel.room = 0;
  for (let time = 0; time < 100; time += 1) expect(ask(...all, 99)).toEqual([]);
});

it('keeps to the upload limit', () => {
  const { ask, speed, clock, log } = setUp();
  speed.limit(METADATA_PIECE);
  expect(ask(...all)).toEqual([]);
  clock.advance(1_000);
  expect(log).toEqual(sent([0]));
  clock.advance(10_000);
  expect(log).toEqual(sent(all));
});

it('answers no request for what is no piece, nor any after the wire has closed', () => {
  const { ask, bounded, channel, log } = setUp();
  expect(ask(-1, 0.5, Number.NaN, undefined, 'all', new Uint8Array(9))).toEqual([]);
  expect(ask(PIECES)).toEqual([`reject ${PIECES}`]);
  channel.room = 0;
  ask(0);
  bounded.close();
  channel.room = 10;
  bounded.pump();
  expect(ask(0)).toEqual([]);
  expect(log).toEqual([`reject ${PIECES}`]);
});

it('refuses all before it has the metadata', () => {
  expect(setUp(false).ask(0, 1)).toEqual(['reject 0', 'reject 1']);
});

it('hears one size of each peer, also when that comes with a later handshake', () => {
  const { exchange, log } = setUp(false);
  exchange.onExtendedHandshake({});
  exchange.onExtendedHandshake({ metadata_size: 9 });
  for (let time = 0; time < 5; time += 1) exchange.onExtendedHandshake({ metadata_size: 10 });
  expect(log).toEqual(['size undefined', 'size 9']);
});

it('takes each piece once, and nothing more from a peer whose metadata failed too often', () => {
  const { exchange, log } = setUp(false);
  for (const piece of [0, 1, -1, 'x', 2]) exchange._onData(piece);
  expect(log).toEqual(['take 0', 'take 2']);
  exchange._remainingRejects = 1;
  exchange._failedMetadata();
  exchange._remainingRejects = 0;
  exchange._failedMetadata();
  expect(log.slice(2)).toEqual(['failed', 'failed', 'cancel']);
});
