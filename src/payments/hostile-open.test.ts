import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Message } from '../protocol/messages.ts';
import { UNCONFIRMED_CAP } from '../protocol/policy.ts';
import { systemClock } from '../shared/clock.ts';
import { unwrap } from '../shared/result.ts';
import { MIB, satoshi, satPerMiB } from '../shared/units.ts';
import { startPeer, torrentOf, type Peer } from './testing/nodes.ts';
import { fundByHand } from './testing/payer-by-hand.ts';
import { meet, type Stranger } from './testing/stranger.ts';
import { startNetwork, type TestNetwork, type TestNode } from './wallet/testing/node.ts';

let net: TestNetwork;
let victim: Peer;
/** Called before the victim hands a transaction to the network. */
let beforeBroadcast: () => Promise<void> = () => Promise.resolve();
const torrent = torrentOf('9', 8 * MIB, 256 * 1024);

beforeAll(async () => {
  net = await startNetwork();
  const node = await net.node(0);
  const chain: typeof node.chain = {
    ...node.chain,
    async broadcast(tx) {
      await beforeBroadcast();
      return node.chain.broadcast(tx);
    },
  };
  victim = await startPeer(net, 0, systemClock, { node: { ...node, chain } });
  victim.engine().torrent({ ...torrent, sellPrice: satPerMiB(1_088) });
});
afterAll(async () => {
  await victim.close();
  await net.stop();
});

const heard = (stranger: Stranger, part: Partial<Message>): Promise<void> =>
  vi.waitFor(() => expect(stranger.heard).toContainEqual(expect.objectContaining(part)), {
    timeout: 10_000,
  });

const come = async ({ keys }: TestNode, to = victim): Promise<Stranger> => {
  const stranger = meet(to, torrent.infoHash, { keys });
  await stranger.authenticate();
  return stranger;
};

/** A channel of a new payer, and that payer on a wire. */
const newcomer = async (...capacities: readonly number[]) => {
  const node = await net.node(0);
  const { channels } = await fundByHand(net, node, victim, ...capacities);
  return { node, channels, stranger: await come(node) };
};

/** What a payer hears of its channels from now on. */
const since = (stranger: Stranger): (() => readonly Message[]) => {
  const from = stranger.heard.length;
  return () => stranger.heard.slice(from);
};

describe('an offer', { timeout: 60_000 }, () => {
  it('of a known channel is answered with the better state that is held', async () => {
    const { channels, stranger } = await newcomer(5_000);
    const [channel] = channels;
    if (channel === undefined) throw new Error('no channel');
    const { cid } = channel;
    stranger.say(channel.offer());
    await heard(stranger, { type: 'open_ok', cid });
    const pay = channel.pay(700);
    stranger.say(pay);
    await heard(stranger, { type: 'credit', cid, paid: satoshi(700) });
    const answers = since(stranger);
    stranger.say(channel.offer());
    const { signature } = pay;
    await heard(stranger, { type: 'resume', cid, paid: satoshi(700), signature });
    expect(answers().map(({ type }) => type)).toContain('open_ok');
    stranger.leave();
  });

  it('of a settled channel is answered with its settlement, also after a restart', async () => {
    const { node, channels, stranger } = await newcomer(5_000);
    const [channel] = channels;
    if (channel === undefined) throw new Error('no channel');
    const { cid } = channel;
    stranger.say(channel.offer());
    await heard(stranger, { type: 'open_ok', cid });
    stranger.say(channel.pay(2_000));
    await heard(stranger, { type: 'credit', cid, paid: satoshi(2_000) });
    stranger.leave();
    const { settled } = unwrap(await victim.engine().settle({ cids: [cid] }));
    expect(settled).toHaveLength(1);
    const rawTx = net.devnet.ledger.record(settled[0]?.txid ?? '')?.tx.raw;
    for (const restarted of [false, true]) {
      if (restarted) {
        await victim.crash();
        victim.engine().torrent({ ...torrent, sellPrice: satPerMiB(1_088) });
      }
      const again = await come(node);
      again.say(channel.offer());
      await heard(again, { type: 'closed', cid, rawTx: Uint8Array.from(rawTx ?? []) });
      expect(again.heard.some(({ type }) => type === 'open_ok')).toBe(false);
      again.leave();
    }
  });

  it('of a channel that was settled before this wallet was restored is refused', async () => {
    const { node, channels, stranger } = await newcomer(5_000);
    const [channel] = channels;
    if (channel === undefined) throw new Error('no channel');
    const { cid, fundingTxid } = channel;
    stranger.say(channel.offer());
    await heard(stranger, { type: 'open_ok', cid });
    stranger.say(channel.pay(2_000));
    await heard(stranger, { type: 'credit', cid, paid: satoshi(2_000) });
    stranger.leave();
    net.devnet.mine();
    const funding = unwrap(await node.chain.beef(fundingTxid));
    // The wallet of the victim, with a ledger that knows nothing of it.
    const offerAgain = async (answer: Partial<Message>): Promise<void> => {
      const heir = await startPeer(net, 0, systemClock, { node: victim.node });
      heir.engine().torrent({ ...torrent, sellPrice: satPerMiB(1_088) });
      const again = await come(node, heir);
      again.say(channel.offer({ funding }));
      await heard(again, { ...answer, cid });
      await heir.close();
    };
    await offerAgain({ type: 'open_ok', status: 'mined' });
    unwrap(await victim.engine().settle({ cids: [cid] }));
    await offerAgain({ type: 'open_no', code: 'funding-double-spent' });
  });

  it('keeps its channel id while it is checked, whoever else names it', async () => {
    const { channels, stranger } = await newcomer(5_000);
    const [channel] = channels;
    if (channel === undefined) throw new Error('no channel');
    const { cid } = channel;
    const thief = await newcomer(5_000);
    const [other] = thief.channels;
    beforeBroadcast = async () => {
      beforeBroadcast = () => Promise.resolve();
      thief.stranger.say(other?.offer({ cid }) ?? channel.offer());
      await heard(thief.stranger, { type: 'open_no', cid, code: 'duplicate-channel' });
    };
    stranger.say(channel.offer());
    await heard(stranger, { type: 'open_ok', cid });
    const [kept] = (await victim.ledger().channels()).filter((one) => one.cid === cid);
    expect(kept).toMatchObject({ peer: stranger.keys.identity, fundingTxid: channel.fundingTxid });
    stranger.leave();
    thief.stranger.leave();
  });

  it('earns no more on a funding that is not mined by being one of many', async () => {
    const capacity = UNCONFIRMED_CAP / 2 + 10_000;
    const { node, channels, stranger } = await newcomer(capacity, capacity, capacity);
    const credits: number[] = [];
    for (const channel of channels) {
      stranger.say(channel.offer());
      await heard(stranger, { type: 'open_ok', cid: channel.cid });
      const answer = stranger.heard.find(
        (message) => message.type === 'open_ok' && message.cid === channel.cid,
      );
      credits.push(answer?.type === 'open_ok' ? answer.credit : Number.NaN);
    }
    expect(credits).toEqual([capacity, UNCONFIRMED_CAP - capacity, 0]);
    stranger.leave();
    await victim.crash();
    victim.engine().torrent({ ...torrent, sellPrice: satPerMiB(1_088) });
    const again = await come(node);
    const [, second, third] = channels;
    for (const [channel, credit] of [
      [second, UNCONFIRMED_CAP - capacity],
      [third, 0],
    ] as const) {
      if (channel === undefined) throw new Error('no channel');
      const { cid, paid, signature } = channel.offer();
      again.say({ type: 'resume', cid, paid, bytes: 0, signature });
      await heard(again, { type: 'open_ok', cid, credit: satoshi(credit) });
    }
    net.devnet.mine();
    net.pass(120_000);
    await victim.engine().tick();
    for (const { cid } of channels.slice(1)) {
      await heard(again, { type: 'open_ok', cid, status: 'mined', credit: satoshi(capacity) });
    }
    again.leave();
  });
});
