import { afterEach, describe, expect, it, vi } from 'vitest';
import { unwrap } from '../shared/result.ts';
import { satPerMiB } from '../shared/units.ts';
import { MAX_HANDSHAKES, METADATA_PER_SECOND, METADATA_PIECE, METADATA_TIMES } from './limits.ts';
import { manualClock } from './testing/clock.ts';
import { memoryStore, openNode, until, type TestNode } from './testing/engine.ts';
import { playPeer, type ScriptedPeer } from './testing/peer.ts';

/** The library's own exchange of metadata, against a peer that makes the most of it. */

const data = new Uint8Array(4 * 262_144).fill(7);

let node: TestNode;
let peer: ScriptedPeer;
/** Messages of ut_metadata that came: the kind and the piece of each. */
let heard: string[];

const hear = (message: Uint8Array): void => {
  const text = new TextDecoder('latin1').decode(message);
  const [, kind, piece] = /^d8:msg_typei(\d)e5:piecei(\d+)e/u.exec(text) ?? [];
  heard.push(`${['ask', 'data', 'reject'][Number(kind)]} ${piece}`);
};
const say = (text: string, trailer = ''): void =>
  peer.wire.extended('ut_metadata', new TextEncoder().encode(text + trailer));
const ask = (piece: number): void => say(`d8:msg_typei0e5:piecei${piece}ee`);
const count = (what: string): number => heard.filter((line) => line.startsWith(what)).length;
const shake = (size: number): void => {
  const message = `d1:md11:ut_metadatai3ee13:metadata_sizei${size}ee`;
  (peer.wire.extended as (id: unknown, data: Uint8Array) => void)(
    0,
    new TextEncoder().encode(message),
  );
};
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 30; turn += 1) await new Promise((next) => setImmediate(next));
};
const play = async (size?: number): Promise<void> => {
  heard = [];
  peer = await playPeer(node, {
    isEarly: size !== undefined,
    speaks: { ut_metadata: hear },
    ...(size === undefined ? {} : { tells: { metadata_size: size } }),
  });
};

afterEach(async () => {
  peer.close();
  await node.swarm.destroy();
});

describe('metadata that is given', () => {
  it('is given a few times, and then seldom; what does not exist, never', async () => {
    const clock = manualClock();
    node = openNode(memoryStore(data), { clock });
    const film = new File([data], 'film.mp4');
    unwrap(await node.swarm.seed({ files: [film], satPerMiB: satPerMiB(1) }));
    await play();
    for (let time = 0; time < 20; time += 1) ask(0);
    await until(() => heard.length === 20);
    expect([count('data 0'), count('reject 0')]).toEqual([METADATA_TIMES, 20 - METADATA_TIMES]);
    clock.advance(1_000);
    for (let time = 0; time < 20; time += 1) ask(0);
    await until(() => heard.length === 40);
    // No more than the metadata is long may be saved up.
    const more = Math.min(METADATA_PER_SECOND, METADATA_TIMES);
    expect(count('data 0')).toBe(METADATA_TIMES + more);
    ask(1);
    say('d8:msg_typei0e5:piece3:onee');
    await until(() => count('reject 1') === 1);
    await settle();
    expect(heard).toHaveLength(41);
    expect(peer.log).not.toContain('close');
  });
});

describe('metadata that is taken', () => {
  const size = 2 * METADATA_PIECE;
  const give = (piece: number, byte: string): void =>
    say(`d8:msg_typei1e5:piecei${piece}e10:total_sizei${size}ee`, byte.repeat(METADATA_PIECE));

  const join = async (): Promise<void> => {
    node = openNode(memoryStore(null));
    unwrap(await node.swarm.add(`magnet:?xt=urn:btih:${'cd'.repeat(20)}`));
    await play(size);
  };

  it('is asked for once, however often a peer tells its size', async () => {
    await join();
    await until(() => count('ask') === 2);
    for (let time = 0; time < 10; time += 1) shake(5_000_000);
    await settle();
    expect(heard).toEqual(['ask 0', 'ask 1']);
    const held = node.torrent().wires[0]?.ut_metadata;
    expect(held?.metadata).toHaveLength(size);
    for (let time = 0; time < MAX_HANDSHAKES; time += 1) shake(size);
    await until(() => peer.log.includes('close'));
  });

  it('is hashed once for each time that it is asked for, and no more after it failed twice', async () => {
    const digest = vi.spyOn(crypto.subtle, 'digest');
    await join();
    await until(() => count('ask') === 2);
    const before = digest.mock.calls.length;
    const giveAll = async (): Promise<void> => {
      give(0, 'a');
      for (let time = 0; time < 10; time += 1) give(1, 'b');
      await settle();
    };
    await giveAll();
    await until(() => count('ask') === 4);
    await giveAll();
    await giveAll();
    const long = digest.mock.calls.slice(before).filter(([, of]) => of.byteLength === size);
    expect(long).toHaveLength(2);
    expect(count('ask')).toBe(4);
  });
});
