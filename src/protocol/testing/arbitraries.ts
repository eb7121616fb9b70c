import fc from 'fast-check';
import { toHex } from '../../shared/hex.ts';
import { channelId, MAX_SAT_PER_MIB, satoshi, satPerMiB } from '../../shared/units.ts';
import { WIRE_ERRORS, type WireErrorCode } from '../errors.ts';
import {
  KEY_BYTES,
  MAX_BYTE_COUNT,
  MAX_DER_BYTES,
  MAX_DURATION_S,
  MAX_REFUND_AT,
  MAX_SATOSHI,
  MAX_SIGNATURE_BYTES,
  MAX_WINDOW_BYTES,
  MIN_DER_BYTES,
  MIN_RAW_TX_BYTES,
  MIN_REFUND_AT,
  MIN_SIGNATURE_BYTES,
  NONCE_BYTES,
} from '../limits.ts';
import type { Hello, Message } from '../messages.ts';

/** Every message and hello that the wire format can carry. */

const raw = (minLength: number, maxLength = minLength): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength, maxLength });
const whole = (max: number, min = 0): fc.Arbitrary<number> =>
  fc.oneof(fc.maxSafeInteger(), fc.constantFrom(min, max)).map((n) => {
    const span = max - min + 1;
    return min + ((((n - min) % span) + span) % span);
  });
const u32 = whole(2 ** 32 - 1);
const byteCount = whole(MAX_BYTE_COUNT - 1);

export const anySat = whole(MAX_SATOSHI).map(satoshi);
export const anyPrice = whole(MAX_SAT_PER_MIB).map(satPerMiB);
const cid = raw(16).map((bytes) => channelId(toHex(bytes)));
const key = fc
  .tuple(fc.constantFrom(2, 3), raw(KEY_BYTES - 1))
  .map(([sign, x]) => Uint8Array.from([sign, ...x]));
const signature = raw(MIN_SIGNATURE_BYTES, MAX_SIGNATURE_BYTES);
const code = fc.constantFrom(...(Object.keys(WIRE_ERRORS) as WireErrorCode[]));
const detail = fc.string({ unit: 'grapheme-ascii', maxLength: 200 });
const transaction = raw(MIN_RAW_TX_BYTES, 400);
const window = whole(MAX_WINDOW_BYTES);
const type = <T extends Message['type']>(name: T): fc.Arbitrary<T> => fc.constant(name);

const sorted = (values: fc.Arbitrary<number>): fc.Arbitrary<readonly [number, number]> =>
  fc.tuple(values, values).map(([a, b]) => [Math.min(a, b), Math.max(a, b)]);

const terms = fc
  .record({
    type: type('terms'),
    termsId: u32,
    satPerMiB: anyPrice,
    fromBytes: byteCount,
    windows: sorted(window),
    minCapacity: anySat,
    times: sorted(whole(MAX_DURATION_S)),
    unconfirmedCap: anySat,
    validUntil: u32,
  })
  .map(({ windows, times, ...rest }) => ({
    ...rest,
    windowMin: windows[0],
    windowMax: windows[1],
    settleMargin: times[0],
    minLifetime: times[1],
  }));

const open = fc
  .record({
    type: type('open'),
    cid,
    termsId: u32,
    payerKey: key,
    refundAt: whole(MAX_REFUND_AT, MIN_REFUND_AT),
    amounts: sorted(whole(MAX_SATOSHI - 1)),
    vout: u32,
    funding: transaction,
    signature,
  })
  .map(({ amounts, ...rest }) => ({
    ...rest,
    paid: satoshi(amounts[0]),
    capacity: satoshi(amounts[1] + 1),
  }));

const resume = fc.oneof(
  fc.record({ type: type('resume'), cid, paid: anySat, bytes: byteCount, signature }),
  fc.record({
    type: type('resume'),
    cid,
    paid: fc.constant(satoshi(0)),
    bytes: byteCount,
    signature: fc.constant(new Uint8Array(0)),
  }),
);

export const anyMessage: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ type: type('auth'), signature: raw(MIN_DER_BYTES, MAX_DER_BYTES) }),
  terms,
  open,
  fc.record({
    type: type('open_ok'),
    cid,
    status: fc.constantFrom('accepted' as const, 'seen' as const, 'mined' as const),
    credit: anySat,
  }),
  fc.record({ type: type('open_no'), cid, code, detail }),
  fc.record({ type: type('pay'), cid, paid: anySat, bytes: byteCount, signature }),
  fc.record({ type: type('credit'), cid, paid: anySat, window }),
  fc.record({
    type: type('need_pay'),
    cid: fc.option(cid),
    owedBytes: byteCount,
    owedSat: anySat,
    dropAt: u32,
  }),
  resume,
  fc.record({ type: type('close'), cid, paid: anySat }),
  fc.record({ type: type('closed'), cid, rawTx: transaction }),
  fc.record({ type: type('error'), code, cid: fc.option(cid), detail }),
);

export const anyHello: fc.Arbitrary<Hello> = fc.record({
  version: whole(255, 1),
  network: whole(255),
  identity: key,
  nonce: raw(NONCE_BYTES),
});
