import { LockingScript, Transaction, UnlockingScript } from '@bsv/sdk';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../shared/clock.ts';
import { ok, unwrap } from '../shared/result.ts';
import { MIB, txId } from '../shared/units.ts';
import {
  bringTogether,
  costOf,
  holds,
  paidUp,
  startPeer,
  torrentOf,
  type Peer,
} from './testing/nodes.ts';
import { download } from './testing/page.ts';
import { startNetwork, type TestNetwork } from './wallet/testing/node.ts';

let net: TestNetwork;
beforeAll(async () => {
  net = await startNetwork();
});
afterAll(() => net.stop());
afterEach(async () => {
  net.devnet.ledger.setSatPerKb(100);
  await net.fault({ mode: 'none' });
});

const PRICE = 1_088;
const COINS = 50_000;

/** Both have traded, and are not connected any more. */
const traded = async (digit: string, leecher: Peer) => {
  const seeder = await startPeer(net, 0);
  const torrent = torrentOf(digit, 2 * MIB, 256 * 1024);
  const job = bringTogether(torrent, seeder, leecher, PRICE);
  await download(job);
  const price = costOf(torrent.length, PRICE);
  await paidUp(leecher, seeder, price);
  job.link.cut();
  return { seeder, price };
};

const channelOf = (peer: Peer) => peer.engine().snapshot().channels[0];

/** One look at the chain after everything cached of it has grown old. */
const tick = async (peer: Peer): Promise<void> => {
  net.pass(120_000);
  await peer.engine().tick();
};

const listed = async (peer: Peer): Promise<number> =>
  unwrap(await peer.node.wallet.listChannelOutputs()).length;

const settle = async (seeder: Peer): Promise<string> => {
  const { settled } = unwrap(await seeder.engine().settle({}));
  expect(settled).toHaveLength(1);
  return settled[0]?.txid ?? '';
};

const home = (leecher: Peer, price: number): Promise<void> =>
  holds(leecher, COINS - price - net.feeOf(channelOf(leecher)?.fundingTxid ?? ''));

const audited = async (...peers: Peer[]): Promise<void> => {
  for (const peer of peers) {
    expect((await peer.ledger().audit()).problems).toEqual([]);
    await peer.close();
  }
};

describe('a payer whose channel has been settled', () => {
  it('keeps the output in its wallet until the settlement is mined', async () => {
    const leecher = await startPeer(net, COINS);
    const { seeder, price } = await traded('1', leecher);
    const closingTxid = await settle(seeder);
    await tick(leecher);
    expect(channelOf(leecher)).toMatchObject({ status: 'settled', closingTxid });
    expect(await listed(leecher)).toBe(1);
    net.devnet.mine();
    await tick(leecher);
    expect(await listed(leecher)).toBe(0);
    await home(leecher, price);
    await audited(seeder, leecher);
  }, 60_000);

  it('has it open again when the network drops the settlement, also after a restart', async () => {
    const leecher = await startPeer(net, COINS);
    const { seeder, price } = await traded('2', leecher);
    net.devnet.mine(2);
    const closingTxid = await settle(seeder);
    await tick(leecher);
    net.devnet.mine();
    net.devnet.ledger.reorg(1, [closingTxid]);
    await net.fault({ route: '^/v1/tx$', mode: 'drop' });
    await leecher.crash();
    await tick(leecher);
    expect(channelOf(leecher)).toMatchObject({ status: 'closing', closingTxid: null, paid: price });
    await net.fault({ mode: 'none' });
    await tick(seeder);
    await tick(leecher);
    expect(channelOf(leecher)).toMatchObject({ status: 'settled', closingTxid });
    net.devnet.mine();
    await tick(leecher);
    expect(await listed(leecher)).toBe(0);
    await home(leecher, price);
    await audited(seeder, leecher);
  }, 60_000);

  it('gets the change of another settlement that has come instead', async () => {
    const leecher = await startPeer(net, COINS);
    const { seeder, price } = await traded('3', leecher);
    net.devnet.mine(2);
    const first = await settle(seeder);
    await tick(leecher);
    expect(channelOf(leecher)?.closingTxid).toBe(first);
    net.devnet.mine();
    net.devnet.ledger.reorg(1, [first]);
    // The payee hears that it is refused, and makes another one, for another fee.
    await net.fault({ route: '^/v1/tx$', mode: 'reject', count: 1 });
    net.pass(120_000);
    net.devnet.ledger.setSatPerKb(450);
    await tick(seeder);
    await tick(seeder);
    const second = channelOf(seeder)?.closingTxid;
    expect(channelOf(seeder)?.status).toBe('settled');
    expect(second).not.toBe(first);
    net.devnet.mine();
    await tick(leecher);
    await tick(leecher);
    expect(channelOf(leecher)).toMatchObject({ status: 'settled', closingTxid: second });
    expect(await listed(leecher)).toBe(0);
    await home(leecher, price);
    await audited(seeder, leecher);
  }, 60_000);

  it('is not told so by a look-up service that lies', async () => {
    const node = await net.node(COINS);
    let lie: Transaction | null = null;
    const chain: typeof node.chain = {
      ...node.chain,
      spentBy: async (...asked) =>
        lie === null ? node.chain.spentBy(...asked) : ok({ txid: txId(lie.id('hex')), vin: 0 }),
      rawTx: async (txid) =>
        lie === null ? node.chain.rawTx(txid) : ok(Uint8Array.from(lie.toBinary())),
    };
    const leecher = await startPeer(net, 0, systemClock, { node: { ...node, chain } });
    const { seeder } = await traded('4', leecher);
    const { fundingTxid, cid } = channelOf(leecher) ?? {};
    lie = new Transaction();
    lie.addInput({
      sourceTXID: fundingTxid ?? '',
      sourceOutputIndex: 0,
      unlockingScript: UnlockingScript.fromHex('51'),
    });
    lie.addOutput({ satoshis: 1, lockingScript: LockingScript.fromHex('51') });
    await tick(leecher);
    expect(channelOf(leecher)?.status).toBe('open');
    lie = null;
    const closingTxid = await settle(seeder);
    await leecher.crash();
    await tick(leecher);
    expect(channelOf(leecher)).toMatchObject({ cid, status: 'settled', closingTxid });
    await audited(seeder, leecher);
  }, 60_000);
});
