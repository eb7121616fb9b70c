import { LockingScript, TransactionSignature } from '@bsv/sdk';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toHex } from '../shared/hex.ts';
import { concat, u32 } from './bytes.ts';
import { NO_HASH, UPDATE_SIGHASH, WHOLE_SIGHASH, outpoint, preimage } from './preimage.ts';
import { channelLockingScript } from './script.ts';
import { assembleTransaction, outputsBytes } from './spending.ts';
import { CHANNEL, anyPayment, anyTerms, channelOf, curve } from './testing/fixtures.ts';

const anySpend = fc.record({
  terms: anyTerms,
  payment: anyPayment,
  sequence: fc.integer({ min: 0, max: 0xffffffff }),
  lockTime: fc.integer({ min: 0, max: 0xffffffff }),
  payout: fc.uint8Array({ maxLength: 300 }),
});

it('lays out the same bytes as the SDK, for both sighash types and two inputs', () => {
  fc.assert(
    fc.property(anySpend, ({ terms, payment, sequence, lockTime, payout }) => {
      const { capacity, paid } = payment;
      const first = { ...CHANNEL, capacity, lockingScript: channelLockingScript(terms) };
      const second = channelOf('second');
      const payments = [
        { satoshis: capacity - paid, script: payout },
        { satoshis: paid, script: first.lockingScript },
      ];
      const { tx } = assembleTransaction({
        channels: [first, second],
        unlocking: [],
        sequence,
        payments,
        lockTime,
      });
      const sdk = (scope: number) =>
        toHex(
          TransactionSignature.formatBytes({
            sourceTXID: first.fundingTxid,
            sourceOutputIndex: first.vout,
            sourceSatoshis: capacity,
            transactionVersion: 1,
            otherInputs: tx.inputs.slice(1),
            outputs: tx.outputs,
            inputIndex: 0,
            subscript: LockingScript.fromBinary([...first.lockingScript]),
            inputSequence: sequence,
            lockTime,
            scope,
          }),
        );
      const whole = {
        hashPrevouts: curve.hash256(concat(outpoint(first), outpoint(second))),
        hashSequence: curve.hash256(concat(u32(sequence), u32(sequence))),
        sequence,
        hashOutputs: curve.hash256(outputsBytes(payments)),
        lockTime,
        sighash: WHOLE_SIGHASH,
      };
      const update = {
        ...whole,
        hashPrevouts: NO_HASH,
        hashSequence: NO_HASH,
        hashOutputs: curve.hash256(outputsBytes(payments.slice(0, 1))),
        sighash: UPDATE_SIGHASH,
      };
      expect(toHex(preimage(first, whole))).toBe(sdk(WHOLE_SIGHASH));
      expect(toHex(preimage(first, update))).toBe(sdk(UPDATE_SIGHASH));
    }),
  );
});

it('is 388 bytes for a script of 231', () => {
  const fields = {
    hashPrevouts: NO_HASH,
    hashSequence: NO_HASH,
    sequence: 0,
    hashOutputs: NO_HASH,
    lockTime: 0,
    sighash: WHOLE_SIGHASH,
  };
  expect(preimage(CHANNEL, fields)).toHaveLength(388);
});
