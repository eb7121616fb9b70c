import { Beef } from '@bsv/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { toHex } from '../../shared/hex.ts';
import { unwrap } from '../../shared/result.ts';
import { txId } from '../../shared/units.ts';
import { channelRequest, fund, startNetwork, verifies, type TestNetwork } from './testing/node.ts';
import { openToolbox } from './toolbox.ts';

// The machines that run this are shared and slow at times.
vi.setConfig({ testTimeout: 30_000 });

let net: TestNetwork;
beforeAll(async () => {
  net = await startNetwork();
});
afterAll(() => net.stop());
beforeEach(() => net.fault({ mode: 'none' }));

describe('a wallet in trouble', () => {
  it('follows the fee floor when it moves', async () => {
    const node = await net.node(100_000);
    unwrap((await fund(node, node, 2_000)).funded);
    net.devnet.ledger.setSatPerKb(450);
    try {
      const { txid } = unwrap((await fund(node, node, 2_000)).funded);
      const least = (net.sizeOf(txid) * 450) / 1_000;
      expect(net.feeOf(txid)).toBeGreaterThanOrEqual(least);
      expect(net.feeOf(txid)).toBeLessThanOrEqual(least + 3);
    } finally {
      net.devnet.ledger.setSatPerKb(100);
    }
    net.pass(60_000);
    const { txid } = unwrap((await fund(node, node, 2_000)).funded);
    expect(net.feeOf(txid)).toBeLessThanOrEqual(net.sizeOf(txid) / 10 + 3);
  });

  it('gets its coins back when the network refuses the funding', async () => {
    const node = await net.node(50_000);
    await net.fault({ route: '^/v1/tx$', mode: 'reject' });
    const { funded } = await fund(node, node, 20_000);
    expect(funded).toMatchObject({ ok: false, error: { code: 'rejected' } });
    await net.fault({ mode: 'none' });
    expect(await node.available()).toBe(50_000);
    expect(unwrap(await node.wallet.listChannelOutputs())).toEqual([]);
    unwrap((await fund(node, node, 20_000)).funded);
  });

  it('keeps a funding that nobody answered, and sends it when somebody does', async () => {
    const node = await net.node(50_000);
    await net.fault({ route: '^/v1/tx$', mode: 'drop' });
    const { txid, sent } = unwrap((await fund(node, node, 20_000)).funded);
    expect(sent).toBe(false);
    expect(net.devnet.ledger.record(txid)).toBeUndefined();
    const again = await node.restarted();
    expect(unwrap(await again.wallet.listChannelOutputs())).toHaveLength(1);
    await again.wallet.tick();
    expect(net.devnet.ledger.record(txid)).toBeUndefined();
    await net.fault({ mode: 'none' });
    net.pass(60_000);
    await again.wallet.tick();
    expect(net.feeOf(txid)).toBeGreaterThan(0);
    expect(await again.available()).toBe(30_000 - net.feeOf(txid));
    expect(unwrap(await again.wallet.listChannelOutputs())).toHaveLength(1);
  });

  it('spends nothing while the broadcast service is known to be down', async () => {
    const node = await net.node(50_000);
    await net.fault({ route: '^/v1/policy$', mode: 'fail' });
    net.pass(60_000);
    for (let i = 0; i < 4; i += 1) await node.chain.feeRate();
    const { funded } = await fund(node, node, 20_000);
    expect(funded).toMatchObject({ ok: false, error: { code: 'network' } });
    await net.fault({ mode: 'none' });
    expect(await node.available()).toBe(50_000);
    expect(unwrap(await node.wallet.history(10, 0))).toHaveLength(1);
  });

  it('sends again what the network took and forgot', async () => {
    const node = await net.node(50_000);
    await net.fault({ route: '^/v1/tx$', mode: 'lie' });
    const { txid, sent } = unwrap((await fund(node, node, 20_000)).funded);
    await net.fault({ mode: 'none' });
    expect([sent, net.devnet.ledger.record(txid)]).toEqual([true, undefined]);
    await node.wallet.tick();
    expect(net.devnet.ledger.record(txid)).toBeDefined();
  });

  it('takes in a payment later when nobody answered at first', async () => {
    const node = await net.node(0);
    const script = unwrap(await node.wallet.payoutScript('later'));
    const payer = await net.node(50_000);
    const payment = unwrap(
      await payer.wallet.fundChannels([
        { ...(await channelRequest(payer, payer, 9_000)), lockingScript: script.lockingScript },
      ]),
    );
    const { derivationPrefix, derivationSuffix } = script;
    const args = {
      beef: payment.beef,
      outputs: [{ vout: 0, derivationPrefix, derivationSuffix }],
      purpose: 'received' as const,
    };
    await net.fault({ route: '^/v1/tx$', mode: 'fail' });
    const silent = await node.wallet.internalize(args);
    expect(silent).toMatchObject({ ok: false, error: { code: 'network' } });
    await net.fault({ mode: 'none' });
    unwrap(await node.wallet.internalize(args));
    expect(await node.available()).toBe(9_000);
  });

  it('takes up what was refused and is on the chain after all, and spends no coin of it twice', async () => {
    const node = await net.node(50_000);
    const { lockingScript } = unwrap(await node.wallet.receive());
    const gift = net.devnet.faucet.give(Uint8Array.from(Buffer.from(lockingScript, 'hex')), 7_000);
    expect(unwrap(await node.wallet.scan())).toEqual({ received: 7_000 });
    const { txid } = unwrap((await fund(node, node, 20_000)).funded);
    const after = await node.available();
    // Gone from the network, which then refuses both for a while.
    await net.fault({ route: '^/v1/tx/', mode: 'fail', status: 404 });
    await net.fault({ route: '^/v1/tx$', mode: 'reject' });
    net.devnet.mine();
    net.pass(60_000);
    await node.wallet.tick();
    expect(unwrap(await node.wallet.listChannelOutputs())).toEqual([]);
    expect(await node.available()).not.toBe(after);
    await net.fault({ mode: 'none' });
    net.devnet.mine();
    net.pass(60_000);
    await node.wallet.tick();
    expect(net.devnet.ledger.record(gift.txid)).toBeDefined();
    expect(unwrap(await node.wallet.listChannelOutputs())).toMatchObject([{ txid }]);
    expect(await node.available()).toBe(after);
    unwrap((await fund(node, node, 20_000)).funded);
  });

  it('takes in a payment that failed before when the chain shows it again', async () => {
    const node = await net.node(0);
    const { lockingScript } = unwrap(await node.wallet.receive());
    net.devnet.faucet.give(Uint8Array.from(Buffer.from(lockingScript, 'hex')), 7_000);
    unwrap(await node.wallet.scan());
    await net.fault({ route: '^/v1/tx/', mode: 'fail', status: 404 });
    await net.fault({ route: '^/v1/tx$', mode: 'reject' });
    net.devnet.mine();
    net.pass(60_000);
    await node.wallet.tick();
    expect(await node.available()).toBe(0);
    await net.fault({ mode: 'none' });
    net.pass(60_000);
    // By the look at the address alone, whatever else is done with failed transactions.
    expect(unwrap(await node.wallet.scan())).toEqual({ received: 7_000 });
    expect(await node.available()).toBe(7_000);
  });

  it('takes in what it can when one payment cannot be read, and that one later', async () => {
    const node = await net.node(0);
    const { lockingScript } = unwrap(await node.wallet.receive());
    const script = Uint8Array.from(Buffer.from(lockingScript, 'hex'));
    const gifts = [4_000, 5_000, 6_000].map((sat) => net.devnet.faucet.give(script, sat));
    await net.fault({ route: `tx/${gifts[0]?.txid ?? ''}/beef`, mode: 'fail' });
    expect(unwrap(await node.wallet.scan())).toEqual({ received: 11_000 });
    expect(await node.wallet.scan()).toMatchObject({ ok: false });
    await net.fault({ mode: 'none' });
    expect(unwrap(await node.wallet.scan())).toEqual({ received: 4_000 });
    expect(await node.available()).toBe(15_000);
  });

  it('drops coins that a copy of the wallet has spent', async () => {
    const one = await net.node(40_000);
    const copy = await net.node(0, one.keys);
    const shared = unwrap(await one.wallet.receive());
    const gift = net.devnet.faucet.give(
      Uint8Array.from(Buffer.from(shared.lockingScript, 'hex')),
      30_000,
    );
    expect(unwrap(await copy.wallet.scan())).toEqual({ received: 70_000 });
    expect(unwrap(await one.wallet.scan())).toEqual({ received: 30_000 });
    expect(gift.txid).toHaveLength(64);
    unwrap((await fund(one, one, 65_000)).funded);
    const { funded } = await fund(copy, copy, 60_000);
    expect(funded).toMatchObject({ ok: false, error: { code: 'double-spend' } });
    expect(await copy.available()).toBe(0);
  });

  it('frees coins of a transaction that was never finished', async () => {
    const node = await net.node(25_000);
    await node.wallet.close();
    const toolbox = await openToolbox({ ...node, network: 'devnet' });
    const request = await channelRequest(node, node, 5_000);
    await toolbox.wallet.createAction({
      description: 'Never signed',
      outputs: [
        {
          lockingScript: toHex(request.lockingScript),
          satoshis: request.capacity,
          outputDescription: 'payment channel',
        },
      ],
      options: { signAndProcess: false },
    });
    const held = toolbox.storage.sumSpendableSatoshisInBasket(
      toolbox.userId,
      toolbox.changeBasketId,
      true,
    );
    expect(await held).toBe(0);
    await toolbox.close();
    expect(await (await node.restarted()).available()).toBe(25_000);
  });

  it('proves its coins anew when their block loses', async () => {
    const node = await net.node(60_000);
    net.devnet.mine();
    net.pass(60_000);
    await node.wallet.tick();
    // The other branch holds the coins a block later.
    net.devnet.ledger.reorg(1);
    net.devnet.mine(2);
    net.pass(60_000);
    await node.wallet.tick();
    const { beef } = unwrap((await fund(node, node, 5_000)).funded);
    expect(await verifies(beef, node)).toBe(true);
    expect(Beef.fromBinary(beef).txs).toHaveLength(2);
  });

  it('answers what it has no services for with a failure', async () => {
    const node = await net.node(5_000);
    const empty = await node.wallet.fundChannels([]);
    expect(empty).toMatchObject({ ok: false, error: { code: 'bad-input' } });
    await node.wallet.relinquish({ txid: txId('00'.repeat(32)), vout: 0 });
    expect(await node.available()).toBe(5_000);
  });
});
