import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../shared/clock.ts';
import { fail, unwrap } from '../shared/result.ts';
import { MIB } from '../shared/units.ts';
import {
  bringTogether,
  costOf,
  holds,
  movableClock,
  paidUp,
  startPeer,
  torrentOf,
  type Peer,
} from './testing/nodes.ts';
import { download } from './testing/page.ts';
import type { PaymentsWallet } from './wallet/port.ts';
import { startNetwork, type TestNetwork } from './wallet/testing/node.ts';

let net: TestNetwork;
beforeAll(async () => {
  net = await startNetwork();
});
afterAll(() => net.stop());

const PRICE = 1_088;
const DAY_MS = 86_400_000;

/** Lets blocks pass until the chain's own clock has moved that far. */
const advance = async (seconds: number): Promise<void> => {
  const body = JSON.stringify({ advanceSeconds: seconds, mine: true });
  const answer = await fetch(`${net.devnet.urls.devnet}/clock`, { method: 'POST', body });
  if (!answer.ok) throw new Error(await answer.text());
  net.pass(120_000);
};

const sums = (leecher: Peer, seeder: Peer) => ({
  paid: leecher.engine().snapshot().totals.paidSat,
  earned: seeder.engine().snapshot().totals.earnedSat,
});

const audited = async (...peers: Peer[]): Promise<void> => {
  for (const peer of peers) {
    expect((await peer.ledger().audit()).problems).toEqual([]);
    await peer.close();
  }
};

describe('after a restart', () => {
  it.each(['leecher', 'seeder', 'both'] as const)(
    'of the %s the same channel goes on',
    async (who) => {
      const seeder = await startPeer(net, 0);
      const leecher = await startPeer(net, 50_000);
      const torrent = torrentOf('a', 6 * MIB, 256 * 1024);
      const first = bringTogether(torrent, seeder, leecher, PRICE);
      const half = first.pieces.length / 2;
      await download({ ...first, pieces: first.pieces.slice(0, half) });
      first.link.cut();
      if (who !== 'seeder') await leecher.crash();
      if (who !== 'leecher') await seeder.crash();
      const before = sums(leecher, seeder);
      expect(before.earned).toBeLessThanOrEqual(before.paid);

      const second = bringTogether(torrent, seeder, leecher, PRICE);
      await download({ ...second, pieces: second.pieces.slice(half) });
      await vi.waitFor(() => {
        const { paid, earned } = sums(leecher, seeder);
        expect(earned).toBe(paid);
        // Nothing of the second half is lost, and of the first at most what was not signed yet.
        expect(paid).toBeGreaterThanOrEqual(costOf(torrent.length / 2, PRICE));
        expect(paid).toBeLessThanOrEqual(costOf(torrent.length, PRICE));
      });
      expect(leecher.engine().snapshot().channels).toHaveLength(1);
      await audited(seeder, leecher);
    },
    60_000,
  );

  it('what was received and not signed for is paid, once', async () => {
    const seeder = await startPeer(net, 0);
    const leecher = await startPeer(net, 50_000);
    const { settings } = leecher.engine().snapshot();
    const batcher = { mode: 'fixed', maxEvents: 1_000, maxWaitMs: 5_000 } as const;
    unwrap(await leecher.engine().settings({ ...settings, batcher }));
    const torrent = torrentOf('e', MIB, 128 * 1024);
    const first = bringTogether(torrent, seeder, leecher, PRICE);
    await download({ ...first, pieces: [0, 1] });
    await vi.waitFor(async () => {
      const [account] = await leecher.ledger().accounts();
      expect(account?.due).toEqual([
        { infoHash: torrent.infoHash, price: PRICE, bytes: 256 * 1024 },
      ]);
    });
    expect(leecher.engine().snapshot().totals.paidSat).toBe(0);
    await leecher.crash();
    first.link.cut();
    unwrap(await leecher.engine().settings({ ...settings }));
    bringTogether(torrent, seeder, leecher, PRICE);
    await paidUp(leecher, seeder, costOf(256 * 1024, PRICE));
    await audited(seeder, leecher);
  }, 60_000);

  it('a channel whose funding nobody lived to see is used as soon as the chain shows it', async () => {
    const seeder = await startPeer(net, 0);
    const node = await net.node(50_000);
    const funded = vi.fn<() => void>();
    const wallet: PaymentsWallet = {
      ...node.wallet,
      // The worker dies after the wallet has stored and sent the transaction.
      async fundChannels(requests) {
        unwrap(await node.wallet.fundChannels(requests));
        funded();
        return new Promise(() => undefined);
      },
    };
    const leecher = await startPeer(net, 0, systemClock, { node: { ...node, wallet } });
    const torrent = torrentOf('f', MIB, 256 * 1024);
    const first = bringTogether(torrent, seeder, leecher, PRICE);
    await vi.waitFor(() => expect(funded).toHaveBeenCalledOnce());
    first.link.cut();
    await net.fault({ mode: 'drop' });
    await leecher.crash();
    await leecher.engine().tick();
    expect(leecher.engine().snapshot().channels[0]?.status).toBe('opening');
    await net.fault({ mode: 'none' });
    net.pass(120_000);
    await leecher.engine().tick();
    expect(leecher.engine().snapshot().channels[0]?.status).toBe('open');
    await download(bringTogether(torrent, seeder, leecher, PRICE));
    await paidUp(leecher, seeder, costOf(torrent.length, PRICE));
    expect(funded).toHaveBeenCalledOnce();
    await audited(seeder, leecher);
  }, 60_000);

  it('a channel whose funding seemed to be refused is used when the wallet has it after all', async () => {
    const seeder = await startPeer(net, 0);
    const node = await net.node(50_000);
    const wallet: PaymentsWallet = {
      ...node.wallet,
      async fundChannels(requests) {
        unwrap(await node.wallet.fundChannels(requests));
        return fail('rejected', 'The network refused the transaction.');
      },
    };
    const leecher = await startPeer(net, 0, systemClock, { node: { ...node, wallet } });
    const torrent = torrentOf('8', MIB, 256 * 1024);
    const job = bringTogether(torrent, seeder, leecher, PRICE);
    const status = () => leecher.engine().snapshot().channels[0]?.status;
    await vi.waitFor(() => expect(status()).toBe('failed'));
    await leecher.engine().tick();
    expect(status()).toBe('open');
    await download(job);
    await paidUp(leecher, seeder, costOf(torrent.length, PRICE));
    await audited(seeder, leecher);
  }, 60_000);

  it('a settlement that the payee never reported is found by asking the chain', async () => {
    const seeder = await startPeer(net, 0);
    const leecher = await startPeer(net, 50_000);
    const torrent = torrentOf('9', 2 * MIB, 256 * 1024);
    const job = bringTogether(torrent, seeder, leecher, PRICE);
    await download(job);
    const price = costOf(torrent.length, PRICE);
    await paidUp(leecher, seeder, price);
    job.link.cut();
    const { settled } = unwrap(await seeder.engine().settle({}));
    expect(settled).toHaveLength(1);
    await audited(seeder);
    expect(leecher.engine().snapshot().channels[0]?.status).toBe('open');
    await leecher.crash();
    net.pass(120_000);
    await leecher.engine().tick();
    const [channel] = leecher.engine().snapshot().channels;
    expect(channel).toMatchObject({
      status: 'settled',
      closingTxid: settled[0]?.txid,
      paid: price,
    });
    await holds(leecher, 50_000 - price - net.feeOf(channel?.fundingTxid ?? ''));
    await audited(leecher);
  }, 60_000);

  it('a signed settlement that the network did not hear of is sent', async () => {
    const seeder = await startPeer(net, 0);
    const leecher = await startPeer(net, 50_000);
    const torrent = torrentOf('b', 2 * MIB, 256 * 1024);
    const job = bringTogether(torrent, seeder, leecher, PRICE);
    await download(job);
    await paidUp(leecher, seeder, costOf(torrent.length, PRICE));
    job.link.cut();
    await net.fault({ mode: 'drop' });
    const report = unwrap(await seeder.engine().settle({}));
    await net.fault({ mode: 'none' });
    expect(report.settled).toEqual([]);
    await seeder.crash();
    net.pass(120_000);
    await seeder.engine().tick();
    const [channel] = seeder.engine().snapshot().channels;
    expect(channel?.status).toBe('settled');
    await holds(seeder, costOf(torrent.length, PRICE) - net.feeOf(channel?.closingTxid ?? ''));
    // The buyer was not there; it asks the chain.
    net.pass(120_000);
    await leecher.engine().tick();
    expect(leecher.engine().snapshot().channels[0]?.status).toBe('settled');
    const [funding] = leecher.engine().snapshot().channels;
    await holds(
      leecher,
      50_000 - costOf(torrent.length, PRICE) - net.feeOf(funding?.fundingTxid ?? ''),
    );
    await audited(seeder, leecher);
  }, 60_000);
});

describe('in the end', () => {
  it('channels of several buyers are settled in one transaction', async () => {
    const seeder = await startPeer(net, 0);
    const leechers = await Promise.all([1, 2, 3].map(() => startPeer(net, 50_000)));
    const torrent = torrentOf('c', MIB, 256 * 1024);
    for (const leecher of leechers) {
      await download(bringTogether(torrent, seeder, leecher, PRICE));
    }
    const each = costOf(torrent.length, PRICE);
    await vi.waitFor(() => {
      expect(seeder.engine().snapshot().totals.earnedSat).toBe(3 * each);
    });
    net.devnet.mine();
    const report = unwrap(await seeder.engine().settle({}));
    expect(report.settled).toHaveLength(3);
    const [txid, ...others] = new Set(report.settled.map((one) => one.txid));
    expect(others).toEqual([]);
    await holds(seeder, 3 * each - net.feeOf(txid ?? ''));
    net.devnet.mine();
    net.pass(120_000);
    for (const leecher of leechers) {
      await leecher.engine().tick();
      const [channel] = leecher.engine().snapshot().channels;
      expect(channel?.status).toBe('settled');
      await holds(leecher, 50_000 - each - net.feeOf(channel?.fundingTxid ?? ''));
    }
    await audited(seeder, ...leechers);
  }, 60_000);

  it('a buyer takes back what nobody settled in time', async () => {
    const { clock, pass } = movableClock();
    const seeder = await startPeer(net, 0);
    const leecher = await startPeer(net, 50_000, clock);
    const torrent = torrentOf('d', MIB, 256 * 1024);
    const job = bringTogether(torrent, seeder, leecher, PRICE);
    await download(job);
    job.link.cut();
    await seeder.close();
    pass(8 * DAY_MS);
    await advance(8 * 86_400);
    await leecher.engine().tick();
    const [channel] = leecher.engine().snapshot().channels;
    expect(channel?.status).toBe('refunded');
    const fees = net.feeOf(channel?.fundingTxid ?? '') + net.feeOf(channel?.closingTxid ?? '');
    expect(channel?.closingFee).toBe(net.feeOf(channel?.closingTxid ?? ''));
    await holds(leecher, 50_000 - fees);
    await leecher.close();
  }, 60_000);
});
