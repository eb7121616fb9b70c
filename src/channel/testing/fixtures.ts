import { Hash } from '@bsv/sdk';
import fc from 'fast-check';
import { toHex } from '../../shared/hex.ts';
import { satoshi, txId } from '../../shared/units.ts';
import { createFastCurve } from '../curve.ts';
import type { ChannelOutput } from '../preimage.ts';
import {
  MAX_REFUND_AT,
  MIN_REFUND_AT,
  changeScript,
  channelLockingScript,
  type ChannelTerms,
} from '../script.ts';

export const curve = await createFastCurve();

/** 32 bytes that anyone can recompute: SHA-256 of a name. */
export const bytes32 = (name: string): Uint8Array => Uint8Array.from(Hash.sha256(name, 'utf8'));

/** A key pair out of a name. */
export const keyPair = (name: string) => {
  const privateKey = bytes32(name);
  return { privateKey, publicKey: curve.publicKey(privateKey) };
};

export const payer = keyPair('payer');
export const payee = keyPair('payee');
export const stranger = keyPair('stranger');

export const REFUND_AT = 1_800_000_000;
export const CAPACITY = satoshi(100_000);
export const TERMS: ChannelTerms = {
  payerKey: payer.publicKey,
  payeeKey: payee.publicKey,
  refundAt: REFUND_AT,
};

/** A channel between {@link payer} and {@link payee}; `name` picks the funding transaction id. */
export const channelOf = (name: string, capacity = CAPACITY): ChannelOutput => ({
  fundingTxid: txId(toHex(bytes32(name))),
  vout: 1,
  lockingScript: channelLockingScript(TERMS),
  capacity,
});

export const CHANNEL = channelOf('funding');
export const PAYOUT = changeScript(keyPair('payout').publicKey);

/** Any compressed key encoding; that it is a point is the curve's business. */
const anyKey = fc
  .tuple(fc.constantFrom(2, 3), fc.uint8Array({ minLength: 32, maxLength: 32 }))
  .map(([sign, x]) => Uint8Array.of(sign, ...x));

/** Any terms that a channel script can hold. */
export const anyTerms: fc.Arbitrary<ChannelTerms> = fc.record({
  payerKey: anyKey,
  payeeKey: anyKey,
  refundAt: fc.integer({ min: MIN_REFUND_AT, max: MAX_REFUND_AT }),
});

/** A capacity and an amount that it can pay. */
export const anyPayment = fc
  .tuple(fc.integer({ min: 1, max: 21e14 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([capacity, share]) => ({
    capacity: satoshi(capacity),
    paid: satoshi(Math.min(capacity - 1, Math.floor(capacity * share))),
  }));
