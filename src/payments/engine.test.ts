import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { unwrap } from '../shared/result.ts';
import { BLOCK_LENGTH, MIB, satoshi, satPerMiB } from '../shared/units.ts';
import {
  bringTogether,
  costOf,
  helloOf,
  holds,
  introduce,
  paidUp,
  startPeer,
  torrentOf,
  type Peer,
} from './testing/nodes.ts';
import { connect, download, until } from './testing/page.ts';
import { startNetwork, type TestNetwork } from './wallet/testing/node.ts';

let net: TestNetwork;
beforeAll(async () => {
  net = await startNetwork();
});
afterAll(() => net.stop());

const PRICE = 1_088;

describe('two engines', () => {
  it('trade a title for exactly its price and settle it on the chain', async () => {
    const seeder = await startPeer(net, 0);
    const leecher = await startPeer(net, 50_000);
    const torrent = torrentOf('a', 3 * MIB + 12_345, 256 * 1024);
    const job = bringTogether(torrent, seeder, leecher, PRICE);
    const bytes = await download(job);
    expect(bytes).toBe(torrent.length);
    await paidUp(leecher, seeder, costOf(bytes, PRICE));
    const { totals } = leecher.engine().snapshot();
    expect(totals.paidBlocks).toBe(Math.ceil(torrent.length / BLOCK_LENGTH));
    expect(totals.paidBytes).toBe(bytes);
    const { income } = seeder.engine().snapshot().engine;
    expect(income.refused).toEqual({});
    expect(income.events).toBeGreaterThanOrEqual(totals.paidBlocks);
    expect(income.creditSat).toBeGreaterThanOrEqual(costOf(bytes, PRICE));

    const report = unwrap(await leecher.engine().settle({}));
    expect(report.skipped).toEqual([]);
    expect(report.settled).toHaveLength(1);
    const [channel] = seeder.engine().snapshot().channels;
    expect(channel?.status).toBe('settled');
    expect(channel?.paid).toBe(costOf(bytes, PRICE));
    const fee = net.feeOf(channel?.closingTxid ?? '');
    expect(channel?.closingFee).toBe(fee);
    await holds(seeder, costOf(bytes, PRICE) - fee);
    const funding = net.feeOf(channel?.fundingTxid ?? '');
    await holds(leecher, 50_000 - funding - costOf(bytes, PRICE));
    for (const peer of [seeder, leecher]) {
      expect((await peer.ledger().audit()).problems).toEqual([]);
      await peer.close();
    }
  }, 60_000);

  it('have the fee rate when a price that was looked at is accepted', async () => {
    const seeder = await startPeer(net, 0);
    const leecher = await startPeer(net, 50_000);
    const feeRate = vi.spyOn(leecher.node.chain, 'feeRate');
    const torrent = torrentOf('9', MIB, 128 * 1024);
    introduce(torrent, seeder, leecher, PRICE);
    leecher.engine().buy({ infoHash: torrent.infoHash, buying: false, expected: 0 });
    connect(leecher.page, seeder.page, torrent.infoHash, helloOf([seeder, leecher]));
    await vi.waitFor(() => expect(feeRate).toHaveBeenCalled(), { timeout: 15_000 });
    expect(leecher.engine().snapshot().channels).toEqual([]);
    for (const peer of [seeder, leecher]) await peer.close();
  }, 60_000);

  it('roll over to further channels when one is used up', async () => {
    const seeder = await startPeer(net, 0);
    const leecher = await startPeer(net, 50_000);
    const torrent = torrentOf('b', 4 * MIB, 128 * 1024);
    const job = bringTogether(torrent, seeder, leecher, PRICE);
    // The page expects little, so the first channel is small; what follows is asked for on top.
    leecher.engine().buy({ infoHash: torrent.infoHash, buying: true, expected: 64 * 1024 });
    const parts = job.pieces.map((piece) => ({ ...job, pieces: [piece] }));
    for (const [done, part] of parts.entries()) {
      await download(part);
      const expected = Math.min(256 * 1024, torrent.length - (done + 1) * torrent.pieceLength);
      leecher.engine().buy({ infoHash: torrent.infoHash, buying: true, expected });
    }
    await paidUp(leecher, seeder, costOf(torrent.length, PRICE));
    const { channels } = leecher.engine().snapshot();
    expect(channels.length).toBeGreaterThan(1);
    expect(channels.every(({ paid, capacity }) => paid < capacity)).toBe(true);
    const report = unwrap(await seeder.engine().settle({}));
    expect(report.settled.length + report.skipped.length).toBe(channels.length);
    const settled = report.settled.reduce((sum, { payout, fee }) => sum + payout + fee, 0);
    const kept = seeder.engine().snapshot().wallet.pending;
    expect(settled + kept).toBe(costOf(torrent.length, PRICE));
    for (const peer of [seeder, leecher]) {
      expect((await peer.ledger().audit()).problems).toEqual([]);
      await peer.close();
    }
  }, 60_000);

  it('go on buying while the seller settles what it has', async () => {
    const seeder = await startPeer(net, 0);
    const leecher = await startPeer(net, 50_000);
    const torrent = torrentOf('c', 4 * MIB, 256 * 1024);
    const job = bringTogether(torrent, seeder, leecher, PRICE);
    const half = job.pieces.length / 2;
    await download({ ...job, pieces: job.pieces.slice(0, half) });
    const rest = download({ ...job, pieces: job.pieces.slice(half) });
    const report = unwrap(await seeder.engine().settle({}));
    expect(report.settled).toHaveLength(1);
    await rest;
    await paidUp(leecher, seeder, costOf(torrent.length, PRICE));
    await until(
      leecher.page,
      () =>
        leecher
          .engine()
          .snapshot()
          .channels.some(({ status }) => status === 'settled'),
      'the buyer hears of it',
    );
    const mine = leecher.engine().snapshot().channels;
    const theirs = seeder.engine().snapshot().channels;
    for (const { cid, paid } of mine)
      expect(theirs.find((one) => one.cid === cid)?.paid).toBe(paid);
    for (const peer of [seeder, leecher]) {
      expect((await peer.ledger().audit()).problems).toEqual([]);
      await peer.close();
    }
  }, 60_000);

  it('charge a new price from the byte on that was said', async () => {
    const seeder = await startPeer(net, 0);
    const leecher = await startPeer(net, 50_000);
    const torrent = torrentOf('d', 6 * MIB, 256 * 1024);
    const job = bringTogether(torrent, seeder, leecher, PRICE);
    await download({ ...job, pieces: job.pieces.slice(0, 8) });
    seeder.engine().torrent({ ...torrent, sellPrice: satPerMiB(2 * PRICE) });
    await download({ ...job, pieces: job.pieces.slice(8) });
    await until(
      seeder.page,
      () => {
        const { paidSat } = leecher.engine().snapshot().totals;
        const { earnedSat } = seeder.engine().snapshot().totals;
        const [peer] = seeder.engine().snapshot().peers;
        return paidSat === earnedSat && peer?.owedSat === 0;
      },
      'nothing is owed',
    );
    const { paidSat } = leecher.engine().snapshot().totals;
    expect(paidSat).toBeGreaterThan(costOf(torrent.length, PRICE));
    expect(paidSat).toBeLessThan(costOf(torrent.length, 2 * PRICE));
    expect((await seeder.ledger().audit()).problems).toEqual([]);
    await seeder.close();
    await leecher.close();
  }, 60_000);

  it('trade ten titles at once, whose pieces grow side by side', async () => {
    const seeder = await startPeer(net, 0);
    const leecher = await startPeer(net, 100_000);
    const jobs = [...'0123456789'].map((digit) =>
      bringTogether(torrentOf(digit, 2 * MIB, MIB), seeder, leecher, PRICE),
    );
    await Promise.all(jobs.map(download));
    const each = costOf(2 * MIB, PRICE);
    await paidUp(leecher, seeder, 10 * each);
    for (const { paidSat } of leecher.engine().snapshot().torrents) expect(paidSat).toBe(each);
    for (const peer of [seeder, leecher]) {
      expect((await peer.ledger().audit()).problems).toEqual([]);
      await peer.close();
    }
  }, 60_000);

  it('trade titles of different prices in batches of one title each, by the fixed rule', async () => {
    const seeder = await startPeer(net, 0);
    const leecher = await startPeer(net, 100_000);
    const { settings } = leecher.engine().snapshot();
    const batcher = { ...settings.batcher, mode: 'fixed' as const };
    unwrap(await leecher.engine().settings({ ...settings, batcher }));
    // Whole satoshi a block, so that no title pays another's rounding.
    const prices = [1_088, 1_600, 2_176];
    const jobs = prices.map((price, at) =>
      bringTogether(torrentOf('567'.charAt(at), 2 * MIB, 256 * 1024), seeder, leecher, price),
    );
    await Promise.all(jobs.map(download));
    await paidUp(leecher, seeder, costOf(2 * MIB, 4_864));
    for (const [at, { infoHash }] of jobs.entries()) {
      const titleOf = (peer: Peer) =>
        peer
          .engine()
          .snapshot()
          .torrents.find((one) => one.infoHash === infoHash);
      expect(titleOf(leecher)?.paidSat).toBe(costOf(2 * MIB, prices[at] ?? 0));
      expect(titleOf(leecher)?.paidBlocks).toBe(128);
      expect(titleOf(seeder)?.earnedBytes).toBe(2 * MIB);
    }
    for (const peer of [seeder, leecher]) {
      expect((await peer.ledger().audit()).problems).toEqual([]);
      await peer.close();
    }
  }, 60_000);

  it('give free data away without channels', async () => {
    const seeder = await startPeer(net, 0);
    const leecher = await startPeer(net, 0);
    const torrent = torrentOf('e', MIB, 256 * 1024);
    await download(bringTogether(torrent, seeder, leecher, 0));
    expect(leecher.engine().snapshot().totals.paidBlocks).toBe(0);
    expect(leecher.engine().snapshot().channels).toEqual([]);
    await seeder.close();
    await leecher.close();
  }, 60_000);
});

describe('a buyer', () => {
  it('pays several sellers of one title, each for what it sent', async () => {
    const sellers = await Promise.all([startPeer(net, 0), startPeer(net, 0)]);
    const leecher = await startPeer(net, 20_000);
    const torrent = torrentOf('3', 8 * MIB, 256 * 1024);
    const jobs = sellers.map((seller) => bringTogether(torrent, seller, leecher, PRICE));
    await Promise.all(
      jobs.map((job, at) =>
        download({
          ...job,
          pieces: job.pieces.filter((piece) => (piece % 4 === 0 ? 0 : 1) === at),
        }),
      ),
    );
    const exactly = (): void => {
      const earned = sellers.map((seller) => seller.engine().snapshot().totals.earnedSat);
      expect(earned).toEqual([costOf(2 * MIB, PRICE), costOf(6 * MIB, PRICE)]);
    };
    await vi.waitFor(exactly, { timeout: 15_000 });
    expect(leecher.engine().snapshot().totals.paidSat).toBe(costOf(torrent.length, PRICE));
    for (const peer of [...sellers, leecher]) {
      expect((await peer.ledger().audit()).problems).toEqual([]);
      await peer.close();
    }
  }, 60_000);

  it('asks a seeder for nothing while it cannot pay, and starts when money comes', async () => {
    const seeder = await startPeer(net, 0);
    const leecher = await startPeer(net, 0);
    const torrent = torrentOf('f', MIB, 256 * 1024);
    const job = bringTogether(torrent, seeder, leecher, PRICE);
    const { wire } = job.link;
    await until(
      leecher.page,
      () => leecher.page.buys.get(wire)?.state === 'not-buying',
      'no money, no buying',
    );
    unwrap(await leecher.node.wallet.testCoins(satoshi(20_000)));
    await leecher.engine().refreshFunds();
    await download(job);
    await paidUp(leecher, seeder, costOf(torrent.length, PRICE));
    await seeder.close();
    await leecher.close();
  }, 60_000);

  it('does not pay a lone source for a bad piece, and bans it', async () => {
    const seeder = await startPeer(net, 0);
    const leecher = await startPeer(net, 50_000);
    const torrent = torrentOf('1', 4 * MIB, MIB);
    const job = bringTogether(torrent, seeder, leecher, PRICE);
    await download({ ...job, pieces: [0, 1], verdict: (piece) => piece !== 1 });
    expect(leecher.page.dropped).toContainEqual({
      wire: job.link.wire,
      code: 'bad-piece',
      ban: true,
    });
    job.link.cut();
    await leecher.close();
    const { paidSat } = leecher.engine().snapshot().totals;
    expect(paidSat).toBeLessThanOrEqual(2 * costOf(MIB, PRICE));
    expect((await leecher.ledger().audit()).problems).toEqual([]);
    await seeder.close();
  }, 60_000);

  it('stops at its price cap and within its budget', async () => {
    const seeder = await startPeer(net, 0);
    const leecher = await startPeer(net, 50_000);
    const { settings } = leecher.engine().snapshot();
    const torrent = torrentOf('2', 8 * MIB, 256 * 1024);
    const budget = { ...settings.budget, maxSatPerMiB: satPerMiB(PRICE - 1) };
    unwrap(await leecher.engine().settings({ ...settings, budget }));
    const job = bringTogether(torrent, seeder, leecher, PRICE);
    const { wire } = job.link;
    const stateIs = (state: string): Promise<void> =>
      until(leecher.page, () => leecher.page.buys.get(wire)?.state === state, state);
    await stateIs('too-expensive');
    const title = satoshi(costOf(5 * MIB, PRICE));
    const next = { ...settings.budget, maxSatPerTitle: title };
    unwrap(await leecher.engine().settings({ ...settings, budget: next }));
    await stateIs('buying');
    const stopped = download(job).catch(() => 0);
    await stateIs('not-buying');
    expect(leecher.engine().snapshot().totals.paidSat).toBeLessThanOrEqual(title);
    job.link.cut();
    leecher.page.giveUp();
    seeder.page.giveUp();
    await stopped;
    await seeder.close();
    await leecher.close();
  }, 60_000);
});
