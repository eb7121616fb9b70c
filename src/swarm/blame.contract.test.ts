import { describe, expect, it } from 'vitest';
import { unwrap } from '../shared/result.ts';
import { BLOCK_LENGTH, satPerMiB } from '../shared/units.ts';
import {
  buyAtOnce,
  buyer,
  data,
  decide,
  film,
  hash,
  node,
  receivedBytes,
  seeder,
  settle,
  status,
  torrentFile,
  useBuyer,
} from './testing/buyer.ts';
import { connect, memoryStore, until } from './testing/engine.ts';

useBuyer();

describe('bad blocks', () => {
  const corrupt = (bad: number) =>
    memoryStore(data, (index, chunk) => {
      if (index !== bad) return chunk;
      return chunk.map((value, at) => (at % BLOCK_LENGTH === 5 ? value ^ 1 : value));
    });

  it('blames, reports and bans the only source of a failed piece', async () => {
    const liar = node(corrupt(4));
    unwrap(await liar.swarm.seed({ files: [film], satPerMiB: satPerMiB(0) }));
    buyAtOnce();
    unwrap(await buyer.swarm.add(torrentFile, { started: 'all' }));
    await connect(liar, buyer);
    await until(() => buyer.payments.of('wireClosed').length === 1);
    const bad = buyer.payments.of('pieceChecked').filter(({ good }) => !good);
    expect(bad).toEqual([{ infoHash: hash, piece: 4, good: false, wires: [1] }]);
    // One piece is all it cost: the library alone would fetch it again for ever.
    expect(receivedBytes()).toBeLessThanOrEqual(data.length);
    const { cut } = await connect(liar, buyer);
    await settle();
    expect(buyer.swarm.get(hash)?.peers).toEqual([]);
    cut();
    const honest = await seeder();
    await connect(honest, buyer);
    await until(() => status() === 'seeding');
  });

  it('finds the liar among several by fetching the piece again from one', async () => {
    const liar = node(corrupt(0));
    unwrap(await liar.swarm.seed({ files: [film], satPerMiB: satPerMiB(0) }));
    const honest = await seeder();
    unwrap(await buyer.swarm.add(torrentFile));
    await connect(liar, buyer);
    await connect(honest, buyer);
    await until(() => buyer.payments.of('wireOpened').length === 2);
    const liarId = liar.client().peerIdBuffer;
    const guilty = buyer.payments
      .of('wireOpened')
      .find(({ theirPeerId }) => theirPeerId.every((value, at) => value === liarId[at]))?.wire;
    for (const { wire } of buyer.payments.of('wireOpened')) decide(wire, true);
    const ready = (): boolean => buyer.torrent().wires.every(({ peerChoking }) => !peerChoking);
    await until(() => buyer.torrent().wires.length === 2 && ready());
    for (const wire of buyer.torrent().wires) wire.downloadSpeed = () => 0;
    // Both are asked at once for little at a time, so the first copy of piece 0 is mixed.
    unwrap(buyer.swarm.start(hash));
    await until(() => status() === 'seeding');
    const [first, ...later] = buyer.payments.of('pieceChecked').filter(({ good }) => !good);
    expect(first?.wires).toHaveLength(2);
    expect(later.at(-1)).toEqual({ infoHash: hash, piece: 0, good: false, wires: [guilty] });
    expect(later.every(({ wires }) => wires.length === 1 && wires[0] === guilty)).toBe(true);
    expect(buyer.swarm.get(hash)?.peers.map(({ wire }) => wire)).not.toContain(guilty);
  });
});
