import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { unwrap } from '../shared/result.ts';
import { BLOCK_LENGTH, MIB } from '../shared/units.ts';
import { helloOf, introduce, startPeer, torrentOf, type Peer } from './testing/nodes.ts';
import { connect, download, until } from './testing/page.ts';
import { startNetwork, type TestNetwork } from './wallet/testing/node.ts';

let net: TestNetwork;
beforeAll(async () => {
  net = await startNetwork();
});
afterAll(() => net.stop());

const PRICE = 1_088;
const costOf = (bytes: number): number => Math.ceil((bytes * PRICE) / MIB);
const pieces = (count: number, from = 0): number[] =>
  Array.from({ length: count }, (_, i) => from + i);

const paidUp = (leecher: Peer, seeder: Peer, sat: number): Promise<void> =>
  until(
    seeder.page,
    () =>
      leecher.engine().snapshot().totals.paidSat === sat &&
      seeder.engine().snapshot().totals.earnedSat === sat,
    `${sat} sat paid and earned`,
  );

/** Waits for the wallet to take in what the chain holds for it. */
const holds = (peer: Peer, sat: number): Promise<void> =>
  vi.waitFor(async () => expect(await peer.node.available()).toBe(sat), { timeout: 10_000 });

describe('two engines', () => {
  it('trade a title for exactly its price and settle it on the chain', async () => {
    const seeder = await startPeer(net, 0);
    const leecher = await startPeer(net, 50_000);
    const torrent = torrentOf('a', 3 * MIB + 12_345, 256 * 1024);
    introduce(torrent, seeder, leecher, PRICE);
    const link = connect(leecher.page, seeder.page, torrent.infoHash, helloOf([seeder, leecher]));
    const count = Math.ceil(torrent.length / torrent.pieceLength);
    const bytes = await download({
      ...torrent,
      seeder: seeder.page,
      leecher: leecher.page,
      link,
      pieces: pieces(count),
    });
    expect(bytes).toBe(torrent.length);
    await paidUp(leecher, seeder, costOf(bytes));
    expect(leecher.engine().snapshot().totals.paidBlocks).toBe(
      Math.ceil(torrent.length / BLOCK_LENGTH),
    );

    const report = unwrap(await leecher.engine().settle({}));
    expect(report.skipped).toEqual([]);
    expect(report.settled).toHaveLength(1);
    const [channel] = seeder.engine().snapshot().channels;
    expect(channel?.status).toBe('settled');
    expect(channel?.paid).toBe(costOf(bytes));
    const fee = net.feeOf(channel?.closingTxid ?? '');
    expect(channel?.closingFee).toBe(fee);
    await holds(seeder, costOf(bytes) - fee);
    const funding = net.feeOf(channel?.fundingTxid ?? '');
    await holds(leecher, 50_000 - funding - costOf(bytes));
    for (const peer of [seeder, leecher]) {
      expect((await peer.ledger().audit()).problems).toEqual([]);
      await peer.close();
    }
  }, 60_000);
});
