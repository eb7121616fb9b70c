import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CAPACITY_MAX } from '../protocol/policy.ts';
import { systemClock } from '../shared/clock.ts';
import { channelId, MIB, satoshi, satPerMiB, type ChannelId } from '../shared/units.ts';
import { movableClock, startPeer, torrentOf, type Peer } from './testing/nodes.ts';
import { meet, termsOf, type Stranger } from './testing/stranger.ts';
import { startNetwork, type TestNetwork } from './wallet/testing/node.ts';

let net: TestNetwork;
beforeAll(async () => {
  net = await startNetwork();
});
afterAll(() => net.stop());

const COINS = 5_000_000;
/** More than all coins together could pay for. */
const torrent = torrentOf('6', 64 * 1_024 * MIB, 4 * MIB);

/** A payee that the buyer has met and wants everything of. */
const come = async (buyer: Peer): Promise<Stranger> => {
  buyer.engine().torrent({ ...torrent, sellPrice: satPerMiB(0) });
  const payee = meet(buyer, torrent.infoHash);
  await payee.authenticate();
  payee.say(termsOf({ unconfirmedCap: CAPACITY_MAX }));
  buyer.engine().buy({ infoHash: torrent.infoHash, buying: true, expected: torrent.length });
  return payee;
};

const opens = ({ heard }: Stranger): readonly ChannelId[] =>
  heard.flatMap((message) => (message.type === 'open' ? [message.cid] : []));
const hearsOpens = (payee: Stranger, count: number): Promise<void> =>
  vi.waitFor(() => expect(opens(payee)).toHaveLength(count), { timeout: 10_000 });
/** An answer to what was said last shows that everything before it was heard. */
const isHeard = async (payee: Stranger): Promise<void> => {
  const cid = channelId('cd'.repeat(16));
  const from = payee.heard.length;
  payee.say({ type: 'pay', cid, paid: satoshi(1), bytes: 1, signature: new Uint8Array(71) });
  const answer = expect.objectContaining({
    type: 'error',
    code: 'unknown-channel',
    cid,
  }) as unknown;
  await vi.waitFor(() => expect(payee.heard.slice(from)).toContainEqual(answer));
};

describe('a payee', { timeout: 60_000 }, () => {
  it('that credits nothing has no more locked for it than one channel holds', async () => {
    const buyer = await startPeer(net, COINS);
    const payee = await come(buyer);
    await hearsOpens(payee, 1);
    let answered = 0;
    // Until it opens no more, because it may not or because nothing is left.
    for (;;) {
      await vi.waitFor(() => expect(buyer.engine().isBusy()).toBe(false), { timeout: 10_000 });
      const fresh = opens(payee).slice(answered);
      if (fresh.length === 0) break;
      answered += fresh.length;
      for (const cid of fresh) {
        payee.say({ type: 'open_ok', cid, status: 'seen', credit: satoshi(0) });
      }
    }
    const channels = await buyer.ledger().channels();
    const locked = channels.reduce((sum, { capacity }) => sum + capacity, 0);
    expect(answered).toBeGreaterThan(0);
    expect(locked).toBeLessThanOrEqual(CAPACITY_MAX);
    await buyer.close();
  });

  it('that forgets a channel with each breath is shown it once in a while', async () => {
    const buyer = await startPeer(net, COINS);
    const payee = await come(buyer);
    await hearsOpens(payee, 1);
    const [cid] = opens(payee);
    if (cid === undefined) throw new Error('no channel');
    for (let times = 0; times < 100; times += 1) {
      payee.say({ type: 'error', code: 'unknown-channel', cid, detail: '' });
    }
    await isHeard(payee);
    expect(opens(payee)).toHaveLength(1);
    await buyer.close();
  });

  it('that says again and again that it has settled does not have the chain asked as often', async () => {
    const node = await net.node(COINS);
    let asked = 0;
    const chain: typeof node.chain = {
      ...node.chain,
      spentBy: (txid, vout) => {
        asked += 1;
        return node.chain.spentBy(txid, vout);
      },
    };
    const buyer = await startPeer(net, 0, systemClock, { node: { ...node, chain } });
    const payee = await come(buyer);
    await hearsOpens(payee, 1);
    const [cid] = opens(payee);
    if (cid === undefined) throw new Error('no channel');
    payee.say({ type: 'open_ok', cid, status: 'seen', credit: satoshi(1_500) });
    const before = asked;
    for (let times = 0; times < 100; times += 1) {
      payee.say({ type: 'error', code: 'channel-closed', cid, detail: '' });
      payee.say({ type: 'closed', cid, rawTx: new Uint8Array(100) });
    }
    await vi.waitFor(() => expect(asked).toBeGreaterThan(before));
    await isHeard(payee);
    expect(asked - before).toBe(1);
    await buyer.close();
  });
});

it('a clock that was set back makes no peer a flooder', async () => {
  const { clock, pass } = movableClock();
  const victim = await startPeer(net, 0, clock);
  victim.engine().torrent({ ...torrent, sellPrice: satPerMiB(1_088) });
  const peer = meet(victim, torrent.infoHash);
  await peer.authenticate();
  await isHeard(peer);
  pass(-3_600_000);
  await isHeard(peer);
  expect(victim.page.dropped).toEqual([]);
  await victim.close();
});
