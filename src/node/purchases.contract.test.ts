import { expect, it } from 'vitest';
import { done, unwrap, type Result } from '../shared/result.ts';
import {
  PIECE,
  buyFrom,
  buyer,
  data,
  hash,
  torrentFile,
  useBuyer,
} from '../swarm/testing/buyer.ts';
import { memoryStore, until } from '../swarm/testing/engine.ts';
import { createPurchases } from './purchases.ts';

useBuyer();

it('a download that is taken up again is bought for what is missing of it', async () => {
  await buyFrom(memoryStore(data));
  const told: unknown[] = [];
  const call = async (_name: string, arg: unknown): Promise<Result<void>> => {
    told.push(arg);
    return done;
  };
  const purchases = createPurchases({
    torrents: buyer.swarm,
    payments: { call: call },
  });
  const bitfield = Uint8Array.of(0b1111_0000);
  unwrap(await buyer.swarm.add(torrentFile, { bitfield }));
  const view = buyer.swarm.get(hash);
  if (view === null) throw new Error('It is not there.');
  unwrap(await purchases.begin(view, [0]));
  unwrap(buyer.swarm.start(hash, [0]));
  expect(told).toEqual([{ infoHash: hash, buying: true, expected: 0 }]);
  await until(() => told.length > 1);
  expect(told.slice(1)).toEqual([{ infoHash: hash, buying: true, expected: 2 * PIECE }]);
});
