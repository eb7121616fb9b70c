import { expect, it } from 'vitest';
import { unwrap } from '../shared/result.ts';
import { BLOCKS, buyer, hash, playSeeder, torrentFile, useBuyer } from './testing/buyer.ts';
import { until } from './testing/engine.ts';

useBuyer();

it('asks a peer that has sent nothing yet for the first piece and the last at once', async () => {
  unwrap(await buyer.swarm.add(torrentFile, { started: 'all' }));
  const { peer, asked } = await playSeeder();
  await until(() => asked.length > BLOCKS);
  expect(asked.slice(0, BLOCKS + 1).map(([index]) => index)).toEqual([
    ...Array<number>(BLOCKS).fill(0),
    5,
  ]);
  // What is shown is measured.
  expect(buyer.swarm.get(hash)?.downloadSpeed).toBe(0);
  peer.close();
});
