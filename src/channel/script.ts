import { Hash, OP, P2PKH } from '@bsv/sdk';
import { fromHex } from '../shared/hex.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { concat, sameBytes } from './bytes.ts';

/** What a channel's funding output says. */
export interface ChannelTerms {
  /** Payer's channel key, compressed (33 bytes). */
  readonly payerKey: Uint8Array;
  /** Payee's channel key, compressed (33 bytes). */
  readonly payeeKey: Uint8Array;
  /** T: Unix seconds from which the payer alone may take everything back. */
  readonly refundAt: number;
}

/** An nLockTime below this is a block height; channels speak in time only. */
export const MIN_REFUND_AT = 500_000_000;
/** nLockTime is 32 bits wide, and a refund needs room above T to grind in. */
export const MAX_REFUND_AT = 2 ** 32 - 1 - 2 ** 16;

const KEY_LENGTH = 33;

/**
 * The refund branch proves that the preimage on the stack is the one of the spending transaction by
 * signing it in script: with private key d = 1/Gx mod n and nonce k = 1, r is Gx, and s = h + 1.
 */
const GENERATOR_X = fromHex('79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798');
/** d·G for that d. */
const PROOF_KEY = fromHex('038ff83d8cf12121491609c4939dc11c4aa35503508fe432dc5a5c1905608b9218');
/** Start of a DER signature up to s: r = Gx in 32 bytes, s announced with 32 bytes. */
const PROOF_HEAD = concat([0x30, 0x44, 0x02, 0x20], GENERATOR_X, [0x02, 0x20]);
const SIGHASH_ALL_FORKID = 0x41;

const push = (data: ArrayLike<number>): Uint8Array => concat([data.length], data);

const PROVE_PREIMAGE = concat(
  [OP.OP_DUP, OP.OP_HASH256],
  push([31]),
  [OP.OP_SPLIT, OP.OP_1ADD, OP.OP_CAT],
  push(PROOF_HEAD),
  [OP.OP_SWAP, OP.OP_CAT],
  push([SIGHASH_ALL_FORKID]),
  [OP.OP_CAT],
  push(PROOF_KEY),
  [OP.OP_CHECKSIGVERIFY],
);
/** Leaves the last 44 bytes: nSequence, hashOutputs, nLockTime, sighash type. */
const TAKE_TAIL = concat([OP.OP_SIZE], push([44]), [OP.OP_SUB, OP.OP_SPLIT, OP.OP_NIP]);
/** A final sequence would switch nLockTime off. */
const REQUIRE_NOT_FINAL = concat(
  [OP.OP_4, OP.OP_SPLIT, OP.OP_SWAP],
  push([0xff, 0xff, 0xff, 0xff]),
  [OP.OP_EQUAL, OP.OP_NOT, OP.OP_VERIFY],
);
/** A zero byte in front of the sign bit makes the 32-bit nLockTime a positive script number. */
const TAKE_LOCK_TIME = concat(
  push([32]),
  [OP.OP_SPLIT, OP.OP_NIP, OP.OP_4, OP.OP_SPLIT, OP.OP_DROP],
  [OP.OP_0, OP.OP_1, OP.OP_NUM2BIN, OP.OP_CAT, OP.OP_BIN2NUM],
);
const REFUND_CHECKS = concat(PROVE_PREIMAGE, TAKE_TAIL, REQUIRE_NOT_FINAL, TAKE_LOCK_TIME);
/** What follows T: OP_GREATERTHANOREQUAL OP_VERIFY, the payer's key, OP_CHECKSIG OP_ENDIF. */
const AFTER_TIME = 2 + 1 + KEY_LENGTH + 2;
/** Everything but T itself. */
const FIXED_LENGTH = 227;

/** Minimal script number: T needs a fifth byte from 2^31 (the year 2038) on. */
const timeNumber = (time: number): Uint8Array => {
  const digits: number[] = [];
  for (let rest = time; rest > 0; rest = Math.floor(rest / 256)) digits.push(rest % 256);
  if ((digits.at(-1) ?? 0) >= 0x80) digits.push(0);
  return Uint8Array.from(digits);
};

const isKey = (key: Uint8Array): boolean =>
  key.length === KEY_LENGTH && (key[0] === 2 || key[0] === 3);

const areTerms = ({ payerKey, payeeKey, refundAt }: ChannelTerms): boolean =>
  isKey(payerKey) &&
  isKey(payeeKey) &&
  Number.isSafeInteger(refundAt) &&
  refundAt >= MIN_REFUND_AT &&
  refundAt <= MAX_REFUND_AT;

const assemble = ({ payerKey, payeeKey, refundAt }: ChannelTerms): Uint8Array =>
  concat(
    [OP.OP_IF, OP.OP_2],
    push(payerKey),
    push(payeeKey),
    [OP.OP_2, OP.OP_CHECKMULTISIG, OP.OP_ELSE],
    REFUND_CHECKS,
    push(timeNumber(refundAt)),
    [OP.OP_GREATERTHANOREQUAL, OP.OP_VERIFY],
    push(payerKey),
    [OP.OP_CHECKSIG, OP.OP_ENDIF],
  );

/**
 * The funding output's script: both keys together at any time, or the payer alone once nLockTime
 * is at least T (docs/protocol.md). 231 bytes; 232 when T is in 2038 or later.
 * @throws RangeError unless both keys are 33 bytes and T is between {@link MIN_REFUND_AT} and {@link MAX_REFUND_AT}.
 */
export const channelLockingScript = (terms: ChannelTerms): Uint8Array => {
  if (!areTerms(terms)) throw new RangeError('channel keys or refund time out of range');
  return assemble(terms);
};

/** Reads the terms out of a stranger's script. Only the exact template passes: it is rebuilt and compared. */
export const parseChannelLockingScript = (script: Uint8Array): Result<ChannelTerms> => {
  const timeLength = script.length - FIXED_LENGTH;
  if (timeLength === 4 || timeLength === 5) {
    const payerAt = 3;
    const payeeAt = payerAt + KEY_LENGTH + 1;
    const timeAt = script.length - AFTER_TIME - timeLength;
    const terms = {
      payerKey: script.slice(payerAt, payerAt + KEY_LENGTH),
      payeeKey: script.slice(payeeAt, payeeAt + KEY_LENGTH),
      refundAt: script
        .subarray(timeAt, timeAt + timeLength)
        .reduceRight((number, digit) => number * 256 + digit, 0),
    };
    if (areTerms(terms) && sameBytes(assemble(terms), script)) return ok(terms);
  }
  return fail('bad-input', 'The output does not hold a payment channel of this protocol.');
};

/** Where a payer's change goes: P2PKH of its channel key, so that both sides know it unasked. */
export const changeScript = (payerKey: Uint8Array): Uint8Array =>
  new P2PKH().lock(Hash.hash160([...payerKey])).toUint8Array();
