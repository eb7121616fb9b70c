import { Beef, PublicKey, Transaction } from '@bsv/sdk';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildSettlement } from '../../channel/settlement.ts';
import { createUpdateSigner } from '../../channel/update.ts';
import { toHex } from '../../shared/hex.ts';
import { unwrap } from '../../shared/result.ts';
import { satoshi } from '../../shared/units.ts';
import { channelChangeScript, channelPayerKey } from './channel-key.ts';
import {
  channelRequest,
  curve,
  fund,
  startNetwork,
  verifies,
  type TestNetwork,
} from './testing/node.ts';

// The machines that run this are shared and slow at times.
vi.setConfig({ testTimeout: 30_000 });

let net: TestNetwork;
beforeAll(async () => {
  net = await startNetwork();
});
afterAll(() => net.stop());

describe('a wallet on a local network', () => {
  it('pays through channels and gets every satoshi of the change back', async () => {
    const payer = await net.node(100_000);
    const payee = await net.node(0);
    const { requests, funded } = await fund(payer, payee, 20_000, 15_000, 5_000);
    const { txid, beef, vouts, sent } = unwrap(funded);

    expect(sent).toBe(true);
    expect(vouts).toEqual([0, 1, 2]);
    expect(await verifies(beef, payee)).toBe(true);
    const tx = Transaction.fromAtomicBEEF(beef);
    expect([tx.version, tx.lockTime]).toEqual([1, 0]);
    requests.forEach(({ lockingScript, capacity }, i) => {
      const output = tx.outputs[vouts[i] ?? -1];
      expect(output?.satoshis).toBe(capacity);
      expect(output?.lockingScript.toHex()).toBe(toHex(lockingScript));
    });
    expect(await payer.available()).toBe(100_000 - 40_000 - net.feeOf(txid));

    const paid = [12_345, 14_999, 1_700];
    const outputs = requests.map(({ cid, lockingScript, capacity, payeeKey }, i) => ({
      fundingTxid: txid,
      vout: vouts[i] ?? -1,
      lockingScript,
      capacity,
      paid: satoshi(paid[i] ?? 0),
      payeePrivateKey: payeeKey,
      cid,
    }));
    const payout = unwrap(await payee.wallet.payoutScript('settlement 1'));
    const settlement = unwrap(
      buildSettlement(curve, {
        channels: outputs.map(({ cid, ...output }) => ({
          ...output,
          payerSignature: createUpdateSigner(
            curve,
            output,
            Uint8Array.from(channelPayerKey(payer.keys, cid).toArray('be', 32)),
          ).sign(output.paid),
        })),
        payoutScript: payout.lockingScript,
        satoshisPerKb: await payee.chain.feeRate(),
      }),
    );
    const settled = Beef.fromBinary(beef);
    settled.mergeRawTx(settlement.rawTx);
    const settlementBeef = settled.toUint8ArrayAtomic(settlement.txid);

    const { derivationPrefix, derivationSuffix } = payout;
    unwrap(
      await payee.wallet.internalize({
        beef: settlementBeef,
        outputs: [{ vout: 3, derivationPrefix, derivationSuffix }],
        purpose: 'payout',
      }),
    );
    for (const [vout, { cid }] of outputs.entries()) {
      const home = unwrap(await payer.wallet.recoverChange({ cid, settlementBeef, vout }));
      expect(home).toEqual({ txid: settlement.txid, fee: 0 });
      await payer.wallet.relinquish({ txid, vout });
    }

    const total = paid.reduce((sum, sat) => sum + sat, 0);
    expect(await payer.available()).toBe(100_000 - total - net.feeOf(txid));
    expect(await payee.available()).toBe(total - net.feeOf(settlement.txid));
    expect(unwrap(await payer.wallet.listChannelOutputs())).toEqual([]);

    // What came home is money like any other.
    const again = unwrap((await fund(payer, payee, 60_000)).funded);
    expect(net.devnet.ledger.record(again.txid)).toBeDefined();
    expect(await verifies(again.beef, payee)).toBe(true);
    const earned = (await payee.available()) - 1_000;
    const spent = unwrap((await fund(payee, payer, earned)).funded);
    expect(net.devnet.ledger.record(spent.txid)).toBeDefined();
  });

  it('keeps the change script of a channel for whoever has the key and the id', async () => {
    const payer = await net.node(0);
    const { cid } = await channelRequest(payer, payer, 1_000);
    const key = channelPayerKey(payer.keys, cid);
    const hash = key.toPublicKey().toHash('hex') as string;
    expect(toHex(channelChangeScript(payer.keys, cid).lockingScript)).toBe(`76a914${hash}88ac`);
  });

  it('names a payout script by its purpose, however long that is', async () => {
    const { wallet, keys } = await net.node(0);
    const long = 'settlement '.repeat(500);
    const scripts = await Promise.all(
      ['a', 'a', 'b', long, long, `${long}!`].map((purpose) => wallet.payoutScript(purpose)),
    );
    const hex = scripts.map((script) => toHex(unwrap(script).lockingScript));
    expect([hex[0], hex[3]]).toEqual([hex[1], hex[4]]);
    expect(new Set(hex).size).toBe(4);
    const { lockingScript, derivationPrefix, derivationSuffix } = unwrap(
      await wallet.payoutScript(long),
    );
    const { publicKey } = await keys.wallet.getPublicKey({
      protocolID: [2, '3241645161d8'],
      keyID: `${derivationPrefix} ${derivationSuffix}`,
      counterparty: 'self',
      forSelf: true,
    });
    const hash = PublicKey.fromString(publicKey).toHash('hex') as string;
    expect(toHex(lockingScript)).toBe(`76a914${hash}88ac`);
  });

  it('does no harm when change or payout is taken in twice', async () => {
    const payer = await net.node(50_000);
    const script = unwrap(await payer.wallet.payoutScript('twice'));
    const gift = net.devnet.faucet.give(script.lockingScript, 7_000);
    const { derivationPrefix, derivationSuffix } = script;
    const args = {
      beef: Uint8Array.from(Buffer.from(gift.beef, 'hex')),
      outputs: [{ vout: gift.vout, derivationPrefix, derivationSuffix }],
      purpose: 'payout' as const,
    };
    expect(await payer.wallet.internalize(args)).toEqual({ ok: true, value: undefined });
    expect(await payer.wallet.internalize(args)).toEqual({ ok: true, value: undefined });
    expect(await payer.available()).toBe(57_000);
  });

  it('refuses what is not ours, and a payment without proof', async () => {
    const node = await net.node(0);
    const other = await net.node(0);
    const script = unwrap(await other.wallet.payoutScript('not yours'));
    const gift = net.devnet.faucet.give(script.lockingScript, 7_000);
    const { derivationPrefix, derivationSuffix } = script;
    const outputs = [{ vout: gift.vout, derivationPrefix, derivationSuffix }];
    const beef = Uint8Array.from(Buffer.from(gift.beef, 'hex'));
    const foreign = await node.wallet.internalize({ beef, outputs, purpose: 'received' });
    expect(foreign).toMatchObject({ ok: false, error: { code: 'bad-input' } });
    const half = beef.subarray(0, beef.length / 2);
    const cut = await other.wallet.internalize({ beef: half, outputs, purpose: 'received' });
    expect(cut).toMatchObject({ ok: false, error: { code: 'bad-input' } });
    // Another block than the one that the proof leads to.
    const proof = Beef.fromBinary(beef);
    for (const bump of proof.bumps) bump.blockHeight -= 1;
    const forged = await other.wallet.internalize({
      beef: proof.toUint8ArrayAtomic(gift.txid),
      outputs,
      purpose: 'received',
    });
    expect(forged).toMatchObject({ ok: false, error: { code: 'bad-input' } });
    expect(await node.available()).toBe(0);
    expect(await other.available()).toBe(0);
  });

  it('loses nothing when there is too little money', async () => {
    const node = await net.node(10_000);
    const refused = await fund(node, node, 10_000);
    expect(refused.funded).toMatchObject({ ok: false, error: { code: 'insufficient-funds' } });
    expect(await node.available()).toBe(10_000);
    const { txid } = unwrap((await fund(node, node, 9_000)).funded);
    expect(await node.available()).toBe(1_000 - net.feeOf(txid));
  });

  it('funds in turn when asked at once, also from change that is not mined', async () => {
    const node = await net.node(200_000);
    const rounds = await Promise.all(Array.from({ length: 15 }, () => fund(node, node, 4_000)));
    const funded = rounds.map((round) => unwrap(round.funded));
    expect(new Set(funded.map(({ txid }) => txid)).size).toBe(15);
    const fees = funded.reduce((sum, { txid }) => sum + net.feeOf(txid), 0);
    expect(await node.available()).toBe(200_000 - 15 * 4_000 - fees);
    for (const { beef } of funded) expect(await verifies(beef, node)).toBe(true);
    const long = funded.at(-1)?.beef.length ?? 0;

    net.devnet.mine();
    net.pass(60_000);
    await node.wallet.tick();
    const short = unwrap((await fund(node, node, 4_000)).funded).beef;
    expect(await verifies(short, node)).toBe(true);
    expect(Beef.fromBinary(short).txs.length).toBeLessThanOrEqual(4);
    expect(short.length).toBeLessThan(long);
  });

  it('keeps money, channels and history through a restart', async () => {
    const node = await net.node(30_000);
    const { requests, funded } = await fund(node, node, 5_000, 6_000);
    const { txid } = unwrap(funded);
    const before = await node.available();
    const again = await node.restarted();
    expect(await again.available()).toBe(before);
    expect(unwrap(await again.wallet.listChannelOutputs())).toEqual(
      requests.map(({ capacity, instructions }, vout) => ({
        txid,
        vout,
        satoshis: capacity,
        instructions,
      })),
    );
    const history = unwrap(await again.wallet.history(10, 0));
    expect(history.map(({ sat, status }) => [sat, status])).toEqual([
      [-11_000 - net.feeOf(txid), 'sent'],
      [30_000, 'sent'],
    ]);
    expect(unwrap(await again.wallet.history(10, 1)).map(({ sat }) => sat)).toEqual([30_000]);
    unwrap((await fund(again, again, 7_000)).funded);
  });

  it('finds payments to its address, and then gives a fresh one', async () => {
    const node = await net.node(0);
    const { address, lockingScript } = unwrap(await node.wallet.receive());
    expect(unwrap(await node.wallet.receive()).address).toBe(address);
    expect(unwrap(await node.wallet.scan())).toEqual({ received: 0 });
    const give = (sat: number) =>
      net.devnet.faucet.give(Uint8Array.from(Buffer.from(lockingScript, 'hex')), sat);
    give(4_000);
    expect(unwrap(await node.wallet.scan())).toEqual({ received: 4_000 });
    expect(unwrap(await node.wallet.scan())).toEqual({ received: 0 });
    expect(await node.available()).toBe(4_000);
    expect(unwrap(await node.wallet.receive()).address).not.toBe(address);
    give(500);
    expect(unwrap(await node.wallet.scan())).toEqual({ received: 500 });
    expect(await node.available()).toBe(4_500);
  });

  it('gives an address that others can pay to', async () => {
    const node = await net.node(0);
    const { address } = unwrap(await node.wallet.receive());
    const answer = await fetch(net.devnet.urls.faucet, {
      method: 'POST',
      body: JSON.stringify({ address, satoshis: 2_500 }),
    });
    expect(answer.status).toBe(200);
    expect(unwrap(await node.wallet.scan())).toEqual({ received: 2_500 });
  });
});
