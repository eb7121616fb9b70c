import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MIB } from '../shared/units.ts';
import { bringTogether, costOf, helloOf, paidUp, startPeer, torrentOf } from './testing/nodes.ts';
import { connect, download } from './testing/page.ts';
import { startNetwork, type TestNetwork } from './wallet/testing/node.ts';

let net: TestNetwork;
beforeAll(async () => {
  net = await startNetwork();
});
afterAll(() => net.stop());

const PRICE = 1_088;

describe('a page that dies without a word', () => {
  it('finds its credit again when nothing was owed', async () => {
    const seeder = await startPeer(net, 0);
    const leecher = await startPeer(net, 50_000);
    const torrent = torrentOf('a', 2 * MIB, 256 * 1024);
    const first = bringTogether(torrent, seeder, leecher, PRICE);
    await download({ ...first, pieces: [0, 1, 2, 3] });
    await paidUp(leecher, seeder, costOf(MIB, PRICE));
    first.link.cut();
    await seeder.crash();
    const second = bringTogether(torrent, seeder, leecher, PRICE);
    await download({ ...second, pieces: [4, 5, 6, 7] });
    await paidUp(leecher, seeder, costOf(2 * MIB, PRICE));
    for (const peer of [seeder, leecher]) await peer.close();
  }, 60_000);

  it('is replaced by the page that comes after it, and its debt is known then', async () => {
    const seeder = await startPeer(net, 0);
    const leecher = await startPeer(net, 50_000);
    const torrent = torrentOf('b', 2 * MIB, 256 * 1024);
    const first = bringTogether(torrent, seeder, leecher, PRICE);
    await download({ ...first, pieces: [0, 1, 2, 3] });
    await paidUp(leecher, seeder, costOf(MIB, PRICE));
    // A block that never arrives: the page is gone, its wire looks alive.
    expect(seeder.page.serve(first.link.wire, 16_384)).toBe(true);
    const rows = Uint32Array.of(first.link.wire, 4, 0, 16_384);
    seeder.engine().posts.blocksSent({ rows });
    await leecher.crash();
    const hello = helloOf([seeder, leecher]);
    leecher
      .engine()
      .torrent({ ...torrent, sellPrice: seeder.engine().snapshot().settings.defaultSellPrice });
    leecher.engine().buy({ infoHash: torrent.infoHash, buying: true, expected: MIB });
    const link = connect(leecher.page, seeder.page, torrent.infoHash, hello, 1);
    const dropped = { wire: first.link.wire, code: 'replaced', ban: false };
    await vi.waitFor(() => expect(seeder.page.dropped).toContainEqual(dropped));
    expect(
      seeder
        .engine()
        .snapshot()
        .peers.map(({ wire }) => wire),
    ).not.toContain(link.wire);
    first.link.cut();
    await download({ ...first, link, pieces: [4, 5, 6, 7] });
    await paidUp(leecher, seeder, costOf(2 * MIB, PRICE));
    expect(seeder.engine().snapshot().peers[0]?.owedSat).toBe(0);
    for (const peer of [seeder, leecher]) {
      expect((await peer.ledger().audit()).problems).toEqual([]);
      await peer.close();
    }
  }, 60_000);
});
