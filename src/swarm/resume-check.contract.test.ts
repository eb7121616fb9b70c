import { afterEach, describe, expect, it } from 'vitest';
import { unwrap } from '../shared/result.ts';
import { satPerMiB } from '../shared/units.ts';
import { fullBitfield } from './extent.ts';
import { MAX_RESUME_SAMPLES } from './limits.ts';
import { resumeSamples } from './resume-check.ts';
import { memoryStore, openNode, until, type TestNode } from './testing/engine.ts';

const PIECE = 262_144;
const COUNT = 250;
const data = new Uint8Array(COUNT * PIECE).map((_, at) => (at * 7 + (at >> 11)) & 0xff);
const half = (COUNT / 2) * PIECE;
const files = [
  new File([data.subarray(0, half)], 'one.mp4'),
  new File([data.subarray(half)], 'two.mp4'),
];
/** Randomness that picks these places of what is held. */
const picking =
  (...places: number[]) =>
  (length: number): Uint8Array =>
    new Uint8Array(
      Uint32Array.from({ length: Math.ceil(length / 4) }, (_, at) => places[at] ?? 0).buffer,
    ).slice(0, length);

describe('samples', () => {
  it('are one in a hundred of what is held, at random, and not too many', () => {
    const held = Array.from({ length: 500 }, (_, at) => at * 2);
    expect(resumeSamples(held, picking(7, 501, 499, 7, 3))).toEqual([14, 2, 998, 6]);
    expect(resumeSamples(held.slice(0, 99), picking(7))).toEqual([]);
    const many = Array.from({ length: 1e5 }, (_, at) => at);
    const spread = picking(...Array.from({ length: 1_000 }, (_, at) => at * 31));
    expect(resumeSamples(many, spread)).toHaveLength(MAX_RESUME_SAMPLES);
    expect(resumeSamples([], picking())).toEqual([]);
  });
});

describe('a torrent that is taken up with a bitfield', () => {
  const nodes: TestNode[] = [];
  afterEach(async () => {
    await Promise.all(nodes.splice(0).map(({ swarm }) => swarm.destroy()));
  });

  it('is hashed where a random sample is bad, in the files of that sample alone', async () => {
    const seeder = openNode(memoryStore(data));
    nodes.push(seeder);
    const hash = unwrap(await seeder.swarm.seed({ files, satPerMiB: satPerMiB(0) }));
    const torrentFile = seeder.swarm.resumeData(hash)?.torrentFile ?? new Uint8Array();

    /** Two pieces of the second file are bad; the library's own sample of it is not. */
    const bad = new Set([COUNT / 2 + 50, COUNT - 9]);
    const takeUp = async (places: number[]) => {
      const read = new Set<number>();
      const lost: number[] = [];
      const store = memoryStore(data, (index, chunk) => {
        read.add(index);
        return bad.has(index) ? chunk.map((byte) => byte ^ 1) : chunk;
      });
      const node = openNode(store, {
        random: picking(...places),
        onLost: (_hash, piece) => lost.push(piece),
      });
      nodes.push(node);
      unwrap(await node.swarm.add(torrentFile, { bitfield: fullBitfield(COUNT), started: [] }));
      await until(() => node.torrent().ready);
      return { read, lost };
    };

    const lucky = await takeUp([3, 8]);
    expect(lucky.lost).toEqual([]);
    // One of each file by the library, and a hundredth.
    expect(lucky.read.size).toBe(4);
    const found = await takeUp([3, COUNT - 9]);
    expect(found.lost).toEqual([...bad]);
    expect(found.read.size).toBeLessThan(COUNT / 2 + 5);
  });
});
