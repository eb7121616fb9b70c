import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Message } from '../protocol/messages.ts';
import { systemClock } from '../shared/clock.ts';
import { unwrap } from '../shared/result.ts';
import { MIB, satoshi, satPerMiB } from '../shared/units.ts';
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
import { fundByHand, type HandMadeChannel } from './testing/payer-by-hand.ts';
import { meet, type Stranger } from './testing/stranger.ts';
import type { PaymentsWallet } from './wallet/port.ts';
import { startNetwork, type TestNetwork, type TestNode } from './wallet/testing/node.ts';

let net: TestNetwork;
beforeAll(async () => {
  net = await startNetwork();
});
afterAll(() => net.stop());
afterEach(() => net.fault({ mode: 'none' }));

const PRICE = 1_088;
const PAID = 3_000;
const torrent = torrentOf('4', 4 * MIB, 256 * 1024);
const EARNED = costOf(torrent.length, PRICE);

const heard = (stranger: Stranger, part: Partial<Message>): Promise<void> =>
  vi.waitFor(() => expect(stranger.heard).toContainEqual(expect.objectContaining(part)), {
    timeout: 10_000,
  });

/** Opens a channel that was made by hand and pays on it. */
const payOn = async (payee: Peer, payer: TestNode, channel: HandMadeChannel): Promise<Stranger> => {
  payee.engine().torrent({ ...torrent, sellPrice: satPerMiB(PRICE) });
  const stranger = meet(payee, torrent.infoHash, { keys: payer.keys });
  await stranger.authenticate();
  stranger.say(channel.offer());
  await heard(stranger, { type: 'open_ok', cid: channel.cid });
  stranger.say(channel.pay(PAID));
  await heard(stranger, { type: 'credit', cid: channel.cid, paid: satoshi(PAID) });
  return stranger;
};

const statusOf = (peer: Peer, cid: string) =>
  peer
    .engine()
    .snapshot()
    .channels.find((one) => one.cid === cid);

/** One look at the chain after everything cached of it has grown old. */
const tick = async (peer: Peer): Promise<void> => {
  net.pass(120_000);
  await peer.engine().tick();
};

/** A payee that an honest buyer has paid, whose funding is mined, and another whose is in the last block. */
const paidByTwo = async (clock = systemClock) => {
  const seeder = await startPeer(net, 0, clock);
  const leecher = await startPeer(net, 50_000);
  const job = bringTogether(torrent, seeder, leecher, PRICE);
  await download(job);
  await paidUp(leecher, seeder, EARNED);
  job.link.cut();
  await leecher.close();
  const honest = seeder.engine().snapshot().channels[0]?.cid ?? '';
  net.devnet.mine();
  const payer = await net.node(0);
  const funding = await fundByHand(net, payer, seeder, 5_000);
  const [channel] = funding.channels;
  if (channel === undefined) throw new Error('no channel');
  (await payOn(seeder, payer, channel)).leave();
  net.devnet.mine();
  const settle = async () => unwrap(await seeder.engine().settle({}));
  return { seeder, honest, funding, cid: channel.cid, settle };
};

describe('a settlement of several channels', { timeout: 60_000 }, () => {
  it('that one dead funding holds back is taken apart: the others are settled', async () => {
    const { seeder, honest, funding, cid, settle } = await paidByTwo();
    await net.fault({ route: '^/v1/tx$', mode: 'drop' });
    expect((await settle()).settled).toEqual([]);
    const batch = statusOf(seeder, honest)?.closingTxid;
    expect(statusOf(seeder, cid)?.closingTxid).toBe(batch);
    await net.fault({ mode: 'none' });
    net.devnet.ledger.reorg(1, [funding.txid]);
    unwrap(await (await net.node(0)).chain.broadcast(await funding.rival()));
    await tick(seeder);
    const closing = statusOf(seeder, honest);
    expect(closing).toMatchObject({ status: 'settled' });
    expect(closing?.closingTxid).not.toBe(batch);
    expect(statusOf(seeder, cid)?.status).toBe('closing');
    await holds(seeder, EARNED - net.feeOf(closing?.closingTxid ?? ''));
    expect((await seeder.ledger().audit()).problems).toEqual([]);
    await seeder.close();
  });

  it('is taken apart as well when the network had it before the funding died', async () => {
    const { seeder, honest, funding, cid, settle } = await paidByTwo();
    const [batch, ...others] = new Set((await settle()).settled.map(({ txid }) => txid));
    expect(others).toEqual([]);
    net.devnet.ledger.reorg(1, [funding.txid]);
    unwrap(await (await net.node(0)).chain.broadcast(await funding.rival()));
    await tick(seeder);
    const closing = statusOf(seeder, honest);
    expect(closing).toMatchObject({ status: 'settled' });
    expect(closing?.closingTxid).not.toBe(batch);
    expect(net.devnet.ledger.status(closing?.closingTxid ?? '')?.state).toBe('SEEN_ON_NETWORK');
    expect(statusOf(seeder, cid)?.status).toBe('closing');
    // The payout that will never be is no coin any more.
    net.devnet.mine();
    await tick(seeder);
    await holds(seeder, EARNED - net.feeOf(closing?.closingTxid ?? ''));
    expect((await seeder.ledger().audit()).problems).toEqual([]);
    await seeder.close();
  });

  it('brings along the fundings that the network has lost', async () => {
    const { seeder, honest, funding, cid, settle } = await paidByTwo();
    const [batch] = new Set((await settle()).settled.map(({ txid }) => txid));
    net.devnet.ledger.reorg(1, [funding.txid]);
    await tick(seeder);
    for (const one of [honest, cid]) {
      expect(statusOf(seeder, one)).toMatchObject({ status: 'settled', closingTxid: batch });
    }
    expect(net.devnet.ledger.record(batch ?? '')).toBeDefined();
    await seeder.close();
  });

  it('that nobody has taken near the refund time is replaced by one for each channel', async () => {
    const { clock, pass } = movableClock();
    const { seeder, honest, cid, settle } = await paidByTwo(clock);
    await net.fault({ route: '^/v1/tx$', mode: 'drop' });
    expect((await settle()).settled).toEqual([]);
    const batch = statusOf(seeder, honest)?.closingTxid;
    pass(7 * 86_400_000 - 4 * 3_600_000);
    await tick(seeder);
    await net.fault({ mode: 'none' });
    await tick(seeder);
    const ends = [honest, cid].map((one) => statusOf(seeder, one));
    expect(ends.map((one) => one?.status)).toEqual(['settled', 'settled']);
    const txids = ends.map((one) => one?.closingTxid ?? '');
    expect(new Set([...txids, batch]).size).toBe(3);
    await holds(seeder, EARNED + PAID - net.feeOf(txids[0] ?? '') - net.feeOf(txids[1] ?? ''));
    await seeder.close();
  });

  it('leaves out a channel whose funding is in no block yet', async () => {
    const { seeder, honest, cid, settle } = await paidByTwo();
    const payer = await net.node(0);
    const { channels } = await fundByHand(net, payer, seeder, 5_000);
    const [young] = channels;
    if (young === undefined) throw new Error('no channel');
    (await payOn(seeder, payer, young)).leave();
    const { settled } = await settle();
    const txidOf = (one: string) => settled.find((each) => each.cid === one)?.txid;
    expect(settled).toHaveLength(3);
    expect(txidOf(honest)).toBe(txidOf(cid));
    expect(txidOf(young.cid)).not.toBe(txidOf(cid));
    await seeder.close();
  });
});

/** A seeder that has restarted since it was paid; a test may do something while it builds the settlement. */
const paidAndRestarted = async () => {
  const node = await net.node(0);
  let script: (() => Promise<void>) | null = null;
  const wallet: PaymentsWallet = {
    ...node.wallet,
    async payoutScript(purpose) {
      const once = script;
      script = null;
      await once?.();
      return node.wallet.payoutScript(purpose);
    },
  };
  const seeder = await startPeer(net, 0, systemClock, { node: { ...node, wallet } });
  const payer = await net.node(0);
  const [channel] = (await fundByHand(net, payer, seeder, 9_000)).channels;
  if (channel === undefined) throw new Error('no channel');
  (await payOn(seeder, payer, channel)).leave();
  await seeder.crash();
  seeder.engine().torrent({ ...torrent, sellPrice: satPerMiB(PRICE) });
  const whileBuilt = (work: () => Promise<void>): void => {
    script = work;
  };
  return { seeder, payer, channel, whileBuilt };
};

describe('a settlement', { timeout: 60_000 }, () => {
  it('stands while another transaction tries to spend the same coin', async () => {
    const seeder = await startPeer(net, 0);
    const payer = await net.node(0);
    const [channel] = (await fundByHand(net, payer, seeder, 9_000)).channels;
    if (channel === undefined) throw new Error('no channel');
    (await payOn(seeder, payer, channel)).leave();
    const [one] = unwrap(await seeder.engine().settle({})).settled;
    const txid = one?.txid ?? '';
    const refund = await payer.chain.broadcastBytes(channel.refund().toUint8Array());
    expect(refund).toMatchObject({ ok: false, error: { code: 'double-spend' } });
    expect(net.devnet.ledger.status(txid)?.state).toBe('DOUBLE_SPEND_ATTEMPTED');
    for (const mine of [false, true]) {
      if (mine) net.devnet.mine();
      await tick(seeder);
      expect(statusOf(seeder, channel.cid)).toMatchObject({ status: 'settled', closingTxid: txid });
    }
    expect(net.devnet.ledger.status(txid)?.state).toBe('MINED');
    expect((await seeder.ledger().outbox()).map(({ status }) => status)).toEqual(['MINED']);
    await seeder.close();
  });

  it('that was signed before its payer came back is the end of the channel', async () => {
    const { seeder, payer, channel, whileBuilt } = await paidAndRestarted();
    const stranger = meet(seeder, torrent.infoHash, { keys: payer.keys });
    whileBuilt(async () => {
      await stranger.authenticate();
      await heard(stranger, { type: 'terms' });
      await net.fault({ route: '^/v1/tx$', mode: 'drop' });
    });
    expect(unwrap(await seeder.engine().settle({})).settled).toEqual([]);
    // What is on its way to the network pays what was paid until then, and no more.
    stranger.say(channel.pay(2 * PAID));
    await heard(stranger, { type: 'error', code: 'channel-closed', cid: channel.cid });
    expect(statusOf(seeder, channel.cid)).toMatchObject({ paid: PAID, status: 'closing' });
    await seeder.close();
  });

  it('is built anew when its payer comes back and pays while it is built', async () => {
    const { seeder, payer, channel, whileBuilt } = await paidAndRestarted();
    let stranger: Stranger | null = null;
    whileBuilt(async () => {
      stranger = meet(seeder, torrent.infoHash, { keys: payer.keys });
      await stranger.authenticate();
      stranger.say(channel.pay(2 * PAID));
      await heard(stranger, { type: 'credit', cid: channel.cid, paid: satoshi(2 * PAID) });
    });
    const { settled } = unwrap(await seeder.engine().settle({}));
    expect(stranger).not.toBeNull();
    const [one] = settled;
    expect((one?.payout ?? 0) + (one?.fee ?? 0)).toBe(2 * PAID);
    await holds(seeder, 2 * PAID - net.feeOf(one?.txid ?? ''));
    expect((await seeder.ledger().audit()).problems).toEqual([]);
    await seeder.close();
  });
});
