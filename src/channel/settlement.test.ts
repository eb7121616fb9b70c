import { Transaction } from '@bsv/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../shared/hex.ts';
import { unwrap } from '../shared/result.ts';
import { satoshi } from '../shared/units.ts';
import { feeFor } from './fee.ts';
import { changeScript, channelLockingScript } from './script.ts';
import { MAX_BATCH, buildSettlement, type SettleChannel } from './settlement.ts';
import { CAPACITY, PAYOUT, TERMS, channelOf, curve, keyPair, payee } from './testing/fixtures.ts';
import { ACCEPTED, judge } from './testing/interpreters.ts';
import { createUpdateSigner } from './update.ts';

const RATE = 100;

/** Channel number `i`, with its own payer, paid up to `paid`. */
const state = (i: number, paid: number): SettleChannel & { payerKey: Uint8Array } => {
  const payer = keyPair(`payer ${i}`);
  const output = {
    ...channelOf(`funding ${i}`),
    vout: i,
    lockingScript: channelLockingScript({ ...TERMS, payerKey: payer.publicKey }),
  };
  const signer = createUpdateSigner(curve, output, payer.privateKey);
  return {
    ...output,
    paid: satoshi(paid),
    payerSignature: signer.sign(satoshi(paid)),
    payeePrivateKey: payee.privateKey,
    payerKey: payer.publicKey,
  };
};
const settle = (channels: readonly SettleChannel[], satoshisPerKb = RATE) =>
  buildSettlement(curve, { channels, payoutScript: PAYOUT, satoshisPerKb });
const refusal = (channels: readonly SettleChannel[], satoshisPerKb = RATE) => {
  const settled = settle(channels, satoshisPerKb);
  if (settled.ok) throw new Error('was built');
  return settled.error;
};

describe('settlement', () => {
  it.each([1, 2, MAX_BATCH])('closes %s channels in one valid transaction', (count) => {
    const channels = Array.from({ length: count }, (_, i) => state(i, 40_000 + i));
    const total = channels.reduce((sum, { paid }) => sum + paid, 0);
    const settled = unwrap(settle(channels));
    const tx = Transaction.fromBinary(settled.rawTx);

    expect(tx.id('hex')).toBe(settled.txid);
    expect(settled.tx.id('hex')).toBe(settled.txid);
    expect([tx.version, tx.lockTime]).toEqual([1, 0]);
    expect(tx.inputs.map(({ sequence }) => sequence)).toEqual(channels.map(() => 0xffffffff));
    expect(
      tx.inputs.map((input) => ({ txid: input.sourceTXID, vout: input.sourceOutputIndex })),
    ).toEqual(channels.map(({ fundingTxid, vout }) => ({ txid: fundingTxid, vout })));
    expect(
      tx.outputs.map(({ satoshis, lockingScript }) => [satoshis, lockingScript.toHex()]),
    ).toEqual([
      ...channels.map(({ paid, payerKey }) => [CAPACITY - paid, toHex(changeScript(payerKey))]),
      [settled.payout, toHex(PAYOUT)],
    ]);
    expect(settled.payout).toBe(total - settled.fee);
    channels.forEach((_, i) => {
      expect(judge(tx, i, channels)).toEqual(ACCEPTED);
    });
  });

  it('pays a fee that its real size asks for, and no more than its longest form would', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 20_000, max: CAPACITY - 1 }), { minLength: 1, maxLength: 4 }),
        fc.double({ min: 0, max: 5000, noNaN: true }),
        (amounts, rate) => {
          const channels = amounts.map((paid, i) => state(i, paid));
          const { rawTx, fee } = unwrap(settle(channels, rate));
          expect(fee).toBeGreaterThanOrEqual(feeFor(rawTx.length, rate));
          // a signature of random r is 1 byte shorter half of the time, 2 bytes once in 256
          expect(fee).toBeLessThanOrEqual(feeFor(rawTx.length + 4 * amounts.length, rate));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('pays 27 sat for one channel at 100 sat/kB', () => {
    expect(unwrap(settle([state(0, 850)])).fee).toBe(27);
  });

  it('says when it is not worth it yet, to the satoshi', () => {
    expect(refusal([state(0, 27)])).toEqual({
      code: 'bad-input',
      message: 'Not worth settling yet: 27 sat are owed and the fee is 27 sat.',
    });
    expect(unwrap(settle([state(0, 28)])).payout).toBe(1);
    expect(refusal([state(0, 0)]).code).toBe('bad-input');
  });

  it('costs nothing where miners ask nothing', () => {
    expect(unwrap(settle([state(0, 1)], 0))).toMatchObject({ fee: 0, payout: 1 });
  });

  it('leaves the payer its last satoshi', () => {
    const { tx } = unwrap(settle([state(0, CAPACITY - 1)]));
    expect(tx.outputs[0]?.satoshis).toBe(1);
  });

  it.each([-1, Number.NaN, Infinity, 10_001])('refuses a fee rate of %s', (rate) => {
    expect(refusal([state(0, 5000)], rate).message).toContain('fee rate');
  });

  it('refuses an update that does not verify', () => {
    const good = state(0, 5000);
    for (const bad of [
      { ...good, paid: satoshi(5001) },
      { ...good, payerSignature: state(1, 5000).payerSignature },
      { ...good, payerSignature: new Uint8Array(0) },
      { ...good, vout: 3 },
    ]) {
      expect(refusal([state(2, 5000), bad]).code).toBe('bad-signature');
    }
  });

  it('refuses a key that is not the payee’s and a script that is no channel', () => {
    const good = state(0, 5000);
    const { privateKey } = keyPair('payer 0');
    expect(refusal([{ ...good, payeePrivateKey: privateKey }]).message).toContain('payee');
    expect(refusal([{ ...good, lockingScript: PAYOUT }]).message).toContain('payment channel');
  });

  it('refuses none, too many and the same channel twice', () => {
    expect(refusal([]).code).toBe('bad-input');
    const many = Array.from({ length: MAX_BATCH + 1 }, (_, i) => ({ ...state(0, 500), vout: i }));
    expect(refusal(many).message).toContain('1 to 50');
    expect(refusal([state(0, 500), state(0, 600)]).message).toContain('twice');
  });
});
