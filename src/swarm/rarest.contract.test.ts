import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unwrap } from '../shared/result.ts';
import { BLOCK_LENGTH, satPerMiB, type InfoHash } from '../shared/units.ts';
import { fullBitfield } from './extent.ts';
import { CRITICAL_BYTES, RAREST_MS, READ_AHEAD } from './limits.ts';
import { manualClock, type ManualClock } from './testing/clock.ts';
import { memoryStore, openNode, until, type TestNode } from './testing/engine.ts';
import { playPeer } from './testing/peer.ts';

/** The library picks from one list of ranges: this is how the rarest pieces come first in it. */

const PIECE = 256 * 1024;
const COUNT = 160;
const data = new Uint8Array(COUNT * PIECE).map((_, at) => (at * 31 + (at >> 12)) & 0xff);
const film = new File([data], 'film.mp4');
const HEAD = CRITICAL_BYTES / PIECE;
const AHEAD = READ_AHEAD / PIECE;

let clock: ManualClock;
let node: TestNode;
let torrentFile: Uint8Array;
let hash: InfoHash;

beforeEach(async () => {
  node = openNode(memoryStore(data));
  hash = unwrap(await node.swarm.seed({ files: [film], satPerMiB: satPerMiB(0) }));
  torrentFile = node.swarm.resumeData(hash)?.torrentFile ?? new Uint8Array();
  await node.swarm.destroy();
  clock = manualClock();
  // Begins a quarter into what is equally rare.
  node = openNode(memoryStore(null), {
    clock,
    random: (length) => new Uint8Array(length).fill(64),
  });
});
afterEach(() => node.swarm.destroy());

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 40; turn += 1) await new Promise((next) => setImmediate(next));
};
const bits = (from: number, to: number): Uint8Array => {
  const field = new Uint8Array(COUNT / 8);
  for (let at = from; at <= to; at += 1)
    field[at >> 3] = (field[at >> 3] ?? 0) | (0x80 >> (at & 7));
  return field;
};
/** A seeder that gives all it is asked for, and the pieces in the order it was asked for them. */
const playSeeder = async (order: number[]) => {
  const peer = await playPeer(node);
  peer.wire._onRequest = (index, offset) => {
    if (!order.includes(index)) order.push(index);
    const start = index * PIECE + offset;
    peer.wire.piece(index, offset, data.slice(start, start + BLOCK_LENGTH));
  };
  peer.wire.bitfield(fullBitfield(COUNT));
  return peer;
};
/** A leecher with these pieces, which serves nobody. */
const playLeecher = async (from: number, to: number) => {
  const peer = await playPeer(node);
  peer.wire.bitfield(bits(from, to));
  await settle();
  return peer;
};
const held = (): number => node.swarm.get(hash)?.held ?? 0;
const finish = async (meanwhile = (): unknown => undefined): Promise<void> => {
  for (;;) {
    meanwhile();
    clock.advance(RAREST_MS);
    if (held() === data.length) return;
    await settle();
  }
};

describe('a download', () => {
  it('fetches the beginning, and then what few have before what many have', async () => {
    const order: number[] = [];
    const leecher = await (async () => {
      unwrap(await node.swarm.add(torrentFile, { started: 'all' }));
      return playLeecher(32, 127);
    })();
    const seeder = await playSeeder(order);
    clock.advance(RAREST_MS);
    seeder.wire.unchoke();
    await finish();
    const then = order.filter((piece) => piece >= HEAD && piece !== COUNT - 1);
    expect(order.indexOf(0)).toBeLessThan(2);
    // Among the rare ones from a place of its own on, and around.
    const rare = [...Array(COUNT).keys()].filter(
      (piece) => piece >= HEAD && piece !== COUNT - 1 && (piece < 32 || piece > 127),
    );
    expect(then.slice(0, rare.length).sort((a, b) => a - b)).toEqual(rare);
    expect(then[0]).toBe(128);
    leecher.close();
    seeder.close();
  });

  it('is in order while all is equally rare', async () => {
    const order: number[] = [];
    unwrap(await node.swarm.add(torrentFile, { started: 'all' }));
    const seeder = await playSeeder(order);
    seeder.wire.unchoke();
    await finish();
    const middle = order.filter((piece) => piece > 0 && piece < COUNT - 1);
    expect(middle).toEqual(middle.toSorted((a, b) => a - b));
    seeder.close();
  });

  it('goes on in order ahead of who plays, however rare the rest is', async () => {
    const order: number[] = [];
    unwrap(await node.swarm.add(torrentFile, { started: 'all' }));
    const leecher = await playLeecher(0, AHEAD + 4);
    const stretch = { reader: 1, file: 0, offset: 0, end: data.length };
    const { signal } = new AbortController();
    const read = () => node.swarm.ensure(hash, stretch, signal);
    const reading = read();
    const seeder = await playSeeder(order);
    clock.advance(RAREST_MS);
    seeder.wire.unchoke();
    unwrap(await reading);
    await finish(read);
    const middle = order.filter((piece) => piece !== COUNT - 1);
    expect(middle.slice(0, AHEAD)).toEqual([...Array(AHEAD).keys()]);
    expect(Math.min(...middle.slice(AHEAD, AHEAD + 8))).toBeGreaterThan(AHEAD + 4);
    leecher.close();
    seeder.close();
  });

  it('looks again when somebody got more, and no more once all is here', async () => {
    const order: number[] = [];
    unwrap(await node.swarm.add(torrentFile, { started: 'all' }));
    const leecher = await playLeecher(8, 39);
    const front = (): string =>
      [...(node.torrent()._selections as unknown as Iterable<{ from: number; to: number }>)]
        .map(({ from, to }) => `${from}-${to}`)
        .join();
    clock.advance(RAREST_MS);
    const before = front();
    leecher.wire.bitfield(bits(8, 80));
    await settle();
    clock.advance(RAREST_MS);
    expect(front()).not.toBe(before);
    const seeder = await playSeeder(order);
    seeder.wire.unchoke();
    await finish();
    await until(() => node.torrent()._selections.length === 0);
    leecher.close();
    seeder.close();
  });
});
