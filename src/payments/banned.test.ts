import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { MIB } from '../shared/units.ts';
import { bringTogether, costOf, startPeer, torrentOf } from './testing/nodes.ts';
import { download } from './testing/page.ts';
import { meet, termsOf } from './testing/stranger.ts';
import { startNetwork, type TestNetwork } from './wallet/testing/node.ts';

let net: TestNetwork;
beforeAll(async () => {
  net = await startNetwork();
});
afterAll(() => net.stop());

it('an identity that sent a bad piece is not bought from again, whatever peer id it comes with', async () => {
  const liar = await startPeer(net, 0);
  const victim = await startPeer(net, 50_000);
  const torrent = torrentOf('a', 4 * MIB, 256 * 1024);
  const job = bringTogether(torrent, liar, victim, 1_088);
  await download({ ...job, pieces: [0], verdict: () => false });
  const dropped = { wire: job.link.wire, code: 'bad-piece', ban: true };
  expect(victim.page.dropped).toContainEqual(dropped);
  job.link.cut();
  expect(victim.engine().snapshot().totals.paidSat).toBeLessThanOrEqual(costOf(256 * 1024, 1_088));

  const again = meet(victim, torrent.infoHash, { keys: liar.node.keys });
  await again.authenticate();
  again.say({ type: 'error', code: 'internal', cid: null, detail: '' });
  await vi.waitFor(() =>
    expect(victim.page.dropped).toContainEqual({ wire: again.wire, code: 'internal', ban: true }),
  );
  expect(victim.page.buys.get(again.wire)).toMatchObject({ allowed: false, state: 'refused' });
  const honest = meet(victim, torrent.infoHash);
  await honest.authenticate();
  honest.say(termsOf());
  await vi.waitFor(() =>
    expect(victim.page.buys.get(honest.wire)).toMatchObject({ allowed: true, state: 'buying' }),
  );
  for (const peer of [liar, victim]) await peer.close();
}, 60_000);
