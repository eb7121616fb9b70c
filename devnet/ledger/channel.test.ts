import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFastCurve, type Curve } from '../../src/channel/curve.ts';
import type { ChannelOutput } from '../../src/channel/preimage.ts';
import { buildRefund } from '../../src/channel/refund.ts';
import { channelLockingScript } from '../../src/channel/script.ts';
import { buildSettlement, type SettleChannel } from '../../src/channel/settlement.ts';
import { createUpdateSigner } from '../../src/channel/update.ts';
import { unwrap } from '../../src/shared/result.ts';
import { satoshi, txId } from '../../src/shared/units.ts';
import { alice, bob, payment, workbench, type Workbench } from '../testing/workbench.ts';
import { bytesOf } from './bytes.ts';
import type { Submission } from './ledger.ts';
import { decodeTx, encodeTx } from './transaction.ts';

// All of it is computed for real, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** The product's channel transactions under the rules of the node, byte for byte as they are sent. */

const secret = (digit: string): Uint8Array => bytesOf(digit.repeat(64));
const PAYER = secret('3');
const PAYEE = secret('5');
const LIFETIME = 7 * 86_400;

let curve: Curve;
let bench: Workbench;
let refundAt: number;

beforeAll(async () => {
  curve = await createFastCurve();
});
beforeEach(() => {
  bench = workbench();
  refundAt = Math.floor(bench.ledger.now() / 1000) + LIFETIME;
});

/** Opens `count` channels of 10,000 satoshi in one transaction. */
const open = (count = 1): ChannelOutput[] => {
  const lockingScript = channelLockingScript({
    payerKey: curve.publicKey(PAYER),
    payeeKey: curve.publicKey(PAYEE),
    refundAt,
  });
  const coin = bench.fund(alice, count * 10_000 + 10_000);
  const outputs = Array.from({ length: count }, () => ({
    satoshis: 10_000,
    script: lockingScript,
  }));
  const funding = payment(alice, [coin], outputs);
  expect(bench.ledger.submit(funding)).toMatchObject({ ok: true });
  return outputs.map((_, vout) => ({
    fundingTxid: txId(funding.txid),
    vout,
    lockingScript,
    capacity: satoshi(10_000),
  }));
};
const paid = (channel: ChannelOutput, amount: number): SettleChannel => ({
  ...channel,
  paid: satoshi(amount),
  payerSignature: createUpdateSigner(curve, channel, PAYER).sign(satoshi(amount)),
  payeePrivateKey: PAYEE,
});
const settlement = (channels: readonly SettleChannel[]) =>
  decodeTx(
    unwrap(buildSettlement(curve, { channels, payoutScript: bob.script, satoshisPerKb: 100 }))
      .rawTx,
  );
const refund = (channel: ChannelOutput) =>
  decodeTx(
    unwrap(
      buildRefund(curve, {
        ...channel,
        payerPrivateKey: PAYER,
        payoutScript: alice.script,
        satoshisPerKb: 100,
      }),
    ).rawTx,
  );
const only = (channels: readonly ChannelOutput[]): ChannelOutput => {
  const [channel] = channels;
  if (channel === undefined) throw new Error('no channel');
  return channel;
};
const outcome = (answer: Submission): string | number =>
  answer.ok ? answer.status.state : answer.refusal.code;
/** Lets median time pass the refund's lock time, as the control of the clock does. */
const waitForRefund = (): void => {
  bench.ledger.advance(LIFETIME + 600);
  for (let i = 0; i < 6; i += 1) bench.ledger.mine();
};

describe('channels on the ledger', () => {
  it('settle, one and fifty at a time', () => {
    expect(outcome(bench.ledger.submit(settlement([paid(only(open()), 4_000)])))).toBe(
      'SEEN_ON_NETWORK',
    );
    const batch = settlement(open(50).map((channel, index) => paid(channel, 100 + index)));
    expect(outcome(bench.ledger.submit(batch))).toBe('SEEN_ON_NETWORK');
    bench.ledger.mine();
    expect(bench.ledger.status(batch.txid)?.state).toBe('MINED');
  });

  it('do not let the payee lower the change', () => {
    const tx = settlement([paid(only(open()), 4_000)]);
    const [change, payout] = tx.outputs;
    if (change === undefined || payout === undefined) throw new Error('two outputs expected');
    const greedy = encodeTx({
      ...tx,
      outputs: [
        { ...change, satoshis: 5_000 },
        { ...payout, satoshis: payout.satoshis + 1_000 },
      ],
    });
    expect(outcome(bench.ledger.submit(greedy))).toBe(461);
  });

  it('refund only after their time, as the chain tells it', () => {
    const tx = refund(only(open()));
    expect(outcome(bench.ledger.submit(tx))).toBe('REJECTED');
    bench.ledger.advance(LIFETIME + 600);
    bench.ledger.mine();
    expect(outcome(bench.ledger.submit(tx))).toBe('REJECTED');
    for (let i = 0; i < 5; i += 1) bench.ledger.mine();
    expect(outcome(bench.ledger.submit(tx))).toBe('SEEN_ON_NETWORK');
  });

  it('cannot be refunded early by giving up the lock time', () => {
    const tx = refund(only(open()));
    const inputs = tx.inputs.map((input) => ({ ...input, sequence: 0xffffffff }));
    expect(outcome(bench.ledger.submit(encodeTx({ ...tx, inputs })))).toBe(461);
    expect(outcome(bench.ledger.submit(encodeTx({ ...tx, lockTime: 0 })))).toBe(461);
  });

  it('go to whoever comes first after their time; a batch fails whole', () => {
    const [first, second] = open(2);
    if (first === undefined || second === undefined) throw new Error('two channels expected');
    const back = refund(first);
    waitForRefund();
    expect(outcome(bench.ledger.submit(back))).toBe('SEEN_ON_NETWORK');
    const batch = settlement([paid(first, 4_000), paid(second, 4_000)]);
    expect(bench.ledger.submit(batch)).toMatchObject({
      ok: false,
      refusal: { code: 466, competing: [back.txid] },
    });
    expect(outcome(bench.ledger.submit(settlement([paid(second, 4_000)])))).toBe('SEEN_ON_NETWORK');
  });
});
