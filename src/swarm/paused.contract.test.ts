import { expect, it } from 'vitest';
import { unwrap } from '../shared/result.ts';
import { buyer, hash, torrentFile, useBuyer } from './testing/buyer.ts';
import { until } from './testing/engine.ts';

useBuyer();

it('offers no connection while it is paused, and some again after', async () => {
  unwrap(await buyer.swarm.add(torrentFile, { started: 'all' }));
  const torrent = buyer.torrent();
  await until(() => torrent.ready);
  // What the library asks before each announce.
  const { _getAnnounceOpts: ask } = torrent as unknown as {
    _getAnnounceOpts: () => { numwant: number };
  };
  expect(ask().numwant).toBeGreaterThan(0);
  unwrap(buyer.swarm.pause(hash));
  expect([torrent.paused, ask().numwant]).toEqual([true, 0]);
  unwrap(buyer.swarm.start(hash));
  expect(torrent.paused).toBe(false);
  expect(ask().numwant).toBeGreaterThan(0);
});
