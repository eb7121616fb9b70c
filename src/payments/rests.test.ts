import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BLOCK_LENGTH } from '../shared/units.ts';
import { bringTogether, costOf, paidUp, startPeer, torrentOf } from './testing/nodes.ts';
import { download } from './testing/page.ts';
import { startNetwork, type TestNetwork } from './wallet/testing/node.ts';

let net: TestNetwork;
beforeAll(async () => {
  net = await startNetwork();
});
afterAll(() => net.stop());

/** 33 sat a block: 45 blocks fill the smallest channel and leave 14 sat in it. */
const PRICE = 2_112;
const FILL = 45;
/** The third full channel makes the rests worth more than a block. */
const BLOCKS = 4 * FILL;

describe('the rests of full channels', () => {
  it('are not taken for money that can pay, however many there are', async () => {
    const seeder = await startPeer(net, 0);
    const leecher = await startPeer(net, 50_000);
    const torrent = torrentOf('d', BLOCKS * BLOCK_LENGTH, BLOCK_LENGTH);
    const job = bringTogether(torrent, seeder, leecher, PRICE);
    // Nothing more is expected, so each channel is the smallest.
    const { infoHash } = torrent;
    for (const piece of job.pieces) {
      leecher.engine().buy({ infoHash, buying: true, expected: 0 });
      await download({ ...job, pieces: [piece] });
      // Each channel is filled to the last block, and the next begins with one block alone.
      if (piece % FILL > 0 && piece % FILL < FILL - 1) continue;
      await paidUp(leecher, seeder, costOf((piece + 1) * BLOCK_LENGTH, PRICE));
    }
    const { channels } = leecher.engine().snapshot();
    expect(channels.map(({ paid }) => paid)).toEqual([1_485, 1_485, 1_485, 1_485]);
    for (const peer of [seeder, leecher]) {
      expect((await peer.ledger().audit()).problems).toEqual([]);
      await peer.close();
    }
  }, 60_000);
});
