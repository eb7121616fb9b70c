import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { unwrap } from '../shared/result.ts';
import { BLOCK_LENGTH, MIB, wireId } from '../shared/units.ts';
import { bringTogether, costOf, helloOf, paidUp, startPeer, torrentOf } from './testing/nodes.ts';
import { connect, download, type Download } from './testing/page.ts';
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

/** Blocks that were asked for before, and come whatever the buyer wants by now. */
const straggle = (job: Download, piece: number): void => {
  const { seeder, leecher, link, infoHash } = job;
  expect(seeder.serve(link.wire, BLOCK_LENGTH)).toBe(true);
  const rows = Uint32Array.of(link.wire, piece, 0, BLOCK_LENGTH);
  seeder.engine().posts.blocksSent({ rows });
  leecher.engine().posts.blocksReceived({ rows: rows.slice() });
  leecher.engine().posts.pieceChecked({ infoHash, piece, good: true, wires: [wireId(link.wire)] });
};

describe('the rest of a trade that is over', () => {
  it('opens no channel, is remembered, and is paid with the next purchase', async () => {
    const seeder = await startPeer(net, 0);
    const leecher = await startPeer(net, 50_000);
    const torrent = torrentOf('e', 16 * BLOCK_LENGTH, BLOCK_LENGTH);
    const { infoHash } = torrent;
    const job = bringTogether(torrent, seeder, leecher, PRICE);
    await download({ ...job, pieces: [0, 1, 2, 3] });
    await paidUp(leecher, seeder, costOf(4 * BLOCK_LENGTH, PRICE));

    leecher.engine().buy({ infoHash, buying: false, expected: 12 * BLOCK_LENGTH });
    const statuses = () =>
      leecher
        .engine()
        .snapshot()
        .channels.map(({ status }) => status);
    unwrap(await leecher.engine().settle({}));
    await vi.waitFor(() => expect(statuses()).toEqual(['settled']), { timeout: 15_000 });
    straggle(job, 4);
    const due = [{ infoHash, price: PRICE, bytes: BLOCK_LENGTH }];
    await vi.waitFor(async () =>
      expect(await leecher.ledger().accounts()).toMatchObject([{ due }]),
    );
    expect(statuses()).toEqual(['settled']);
    expect(leecher.engine().snapshot().totals.paidSat).toBe(132);

    job.link.cut();
    await leecher.crash();
    const again = bringTogether(torrent, seeder, leecher, PRICE);
    await download({ ...again, pieces: [5, 6] });
    await paidUp(leecher, seeder, costOf(7 * BLOCK_LENGTH, PRICE));
    for (const peer of [seeder, leecher]) {
      expect((await peer.ledger().audit()).problems).toEqual([]);
      await peer.close();
    }
  }, 60_000);
});

describe('what is owed to somebody who is gone', () => {
  it('is told to the page, and paid when the two meet again', async () => {
    const seeder = await startPeer(net, 0);
    const leecher = await startPeer(net, 50_000);
    const torrent = torrentOf('f', 4 * BLOCK_LENGTH, BLOCK_LENGTH);
    const { infoHash } = torrent;
    const job = bringTogether(torrent, seeder, leecher, PRICE);
    const wire = () => leecher.page.buys.get(job.link.wire);
    await vi.waitFor(() => expect(wire()?.state).toBe('buying'), { timeout: 15_000 });
    straggle(job, 0);
    job.link.cut();
    const owed = (): number => leecher.page.owed.get(infoHash) ?? 0;
    await vi.waitFor(() => expect(owed()).toBe(1), { timeout: 15_000 });
    // The channel may be open by now and the payment signed: nobody has heard of it.
    expect(seeder.engine().snapshot().totals.earnedSat).toBe(0);

    connect(leecher.page, seeder.page, infoHash, helloOf([seeder, leecher]), 1);
    await paidUp(leecher, seeder, costOf(BLOCK_LENGTH, PRICE));
    await vi.waitFor(() => expect(owed()).toBe(0), { timeout: 15_000 });
    for (const peer of [seeder, leecher]) {
      expect((await peer.ledger().audit()).problems).toEqual([]);
      await peer.close();
    }
  }, 60_000);
});

describe('a balance that is less than the price of it all', () => {
  it('is spent as far as it goes', async () => {
    const seeder = await startPeer(net, 0);
    const leecher = await startPeer(net, 6_000);
    const torrent = torrentOf('f', 8 * MIB, 256 * 1024);
    const job = bringTogether(torrent, seeder, leecher, PRICE);
    const pieces = job.pieces.slice(0, 6);
    await download({ ...job, pieces });
    await paidUp(leecher, seeder, costOf(pieces.length * torrent.pieceLength, PRICE));
    for (const peer of [seeder, leecher]) {
      expect((await peer.ledger().audit()).problems).toEqual([]);
      await peer.close();
    }
  }, 60_000);
});
