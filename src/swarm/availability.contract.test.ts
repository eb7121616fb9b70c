import { afterEach, describe, expect, it } from 'vitest';
import { unwrap } from '../shared/result.ts';
import { satPerMiB } from '../shared/units.ts';
import type { LibWire } from './library.ts';
import { memoryStore, openNode, until, type TestNode } from './testing/engine.ts';
import { playPeer, type ScriptedPeer } from './testing/peer.ts';

/** What the library does about each piece that a peer says it has. */

/** Kinds of messages (BEP-3, BEP-10). */
const HAVE = 4;
const EXTENDED = 20;
/** 40 pieces. */
const data = new Uint8Array(40 * 262_144).fill(3);

let node: TestNode;
let peer: ScriptedPeer;

afterEach(async () => {
  peer.close();
  await node.swarm.destroy();
});

/** A seeder's end of a wire to a peer that has nothing yet, and how often it looked what that has. */
const start = async () => {
  node = openNode(memoryStore(new Uint8Array(data.length)));
  const film = new File([data], 'film.mp4');
  unwrap(await node.swarm.seed({ files: [film], satPerMiB: satPerMiB(1) }));
  peer = await playPeer(node);
  const [wire] = node.torrent().wires;
  if (wire === undefined) throw new Error('there is no wire');
  const torrent = node.torrent() as unknown as { _updateWireInterest(wire: LibWire): void };
  const look = torrent._updateWireInterest.bind(torrent);
  let looks = 0;
  torrent._updateWireInterest = (of) => {
    looks += 1;
    look(of);
  };
  return { wire, looks: () => looks, count: node.torrent().pieces.length };
};

/** Messages of this payload that come in one packet. */
const say = (payloads: readonly (readonly number[])[]): void => {
  peer.wire.push(Uint8Array.from(payloads.flatMap((one) => [0, 0, 0, one.length, ...one])));
};

describe('what a peer tells of its pieces', () => {
  it('is looked at together', async () => {
    const { wire, looks, count } = await start();
    expect(count).toBe(40);
    const pieces = Array.from({ length: count }, (_, piece) => piece);
    say(pieces.map((piece) => [HAVE, 0, 0, 0, piece]));
    await until(() => wire.peerPieces.get(count - 1) && looks() > 0);
    expect(looks()).toBeLessThanOrEqual(2);

    const { extendedMapping } = wire as unknown as { extendedMapping: Record<number, string> };
    const ids = Object.keys(extendedMapping).map(Number);
    const id = ids.find((one) => extendedMapping[one] === 'lt_donthave') ?? 0;
    const before = looks();
    say(pieces.map((piece) => [EXTENDED, id, 0, 0, 0, piece]));
    await until(() => !wire.peerPieces.get(count - 1) && looks() > before);
    expect(looks() - before).toBeLessThanOrEqual(2);
  });
});
