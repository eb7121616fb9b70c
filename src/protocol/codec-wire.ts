import type { Layout } from './codec-layout.ts';
import { WIRE_ERRORS, type WireErrorCode } from './errors.ts';
import { MAX_DER_BYTES, MAX_DURATION_S, MAX_WINDOW_BYTES, MIN_DER_BYTES } from './limits.ts';
import type { Auth, Terms, WireFault } from './messages.ts';

const CODE_BY_NUMBER = new Map<number, WireErrorCode>(
  Object.entries(WIRE_ERRORS).map(([code, number]) => [number, code as WireErrorCode]),
);

/** A number that a later version has added reads as `internal`: something is wrong over there. */
export const wireErrorCode = (number: number): WireErrorCode =>
  CODE_BY_NUMBER.get(number) ?? 'internal';

/** `length u8 | signature 8–72` */
export const authLayout: Layout<Auth> = {
  number: 1,
  write(writer, { signature }) {
    writer.shortBytes(signature, 'signature', MIN_DER_BYTES, MAX_DER_BYTES);
  },
  read: (reader) => ({
    type: 'auth',
    signature: reader.shortBytes('signature', MIN_DER_BYTES, MAX_DER_BYTES),
  }),
};

/**
 * `termsId u32 | satPerMiB u32 | fromBytes u64 | windowMin u32 | windowMax u32 | minCapacity u64 |
 * minLifetime u32 | settleMargin u32 | unconfirmedCap u64 | validUntil u32`
 */
export const termsLayout: Layout<Terms> = {
  number: 2,
  write(writer, terms) {
    if (terms.windowMin > terms.windowMax) throw new RangeError('windowMin above windowMax');
    if (terms.settleMargin > terms.minLifetime) throw new RangeError('margin above lifetime');
    writer.u32(terms.termsId, 'termsId');
    writer.price(terms.satPerMiB, 'satPerMiB');
    writer.u64(terms.fromBytes, 'fromBytes');
    writer.u32(terms.windowMin, 'windowMin', 0, MAX_WINDOW_BYTES);
    writer.u32(terms.windowMax, 'windowMax', 0, MAX_WINDOW_BYTES);
    writer.sat(terms.minCapacity, 'minCapacity');
    writer.u32(terms.minLifetime, 'minLifetime', 0, MAX_DURATION_S);
    writer.u32(terms.settleMargin, 'settleMargin', 0, MAX_DURATION_S);
    writer.sat(terms.unconfirmedCap, 'unconfirmedCap');
    writer.u32(terms.validUntil, 'validUntil');
  },
  read(reader) {
    const terms: Terms = {
      type: 'terms',
      termsId: reader.u32('termsId'),
      satPerMiB: reader.price('satPerMiB'),
      fromBytes: reader.u64('fromBytes'),
      windowMin: reader.u32('windowMin', 0, MAX_WINDOW_BYTES),
      windowMax: reader.u32('windowMax', 0, MAX_WINDOW_BYTES),
      minCapacity: reader.sat('minCapacity'),
      minLifetime: reader.u32('minLifetime', 0, MAX_DURATION_S),
      settleMargin: reader.u32('settleMargin', 0, MAX_DURATION_S),
      unconfirmedCap: reader.sat('unconfirmedCap'),
      validUntil: reader.u32('validUntil'),
    };
    reader.expect(terms.windowMin <= terms.windowMax, 'windowMin is above windowMax');
    reader.expect(terms.settleMargin <= terms.minLifetime, 'settleMargin is above minLifetime');
    return terms;
  },
};

/** `code u8 | has cid u8 | cid 16 if so | length u8 | detail 0–200` */
export const faultLayout: Layout<WireFault> = {
  number: 12,
  write(writer, { code, cid, detail }) {
    writer.u8(WIRE_ERRORS[code], 'code');
    writer.optionalCid(cid, 'cid');
    writer.detail(detail);
  },
  read: (reader) => ({
    type: 'error',
    code: wireErrorCode(reader.u8('code', 1)),
    cid: reader.optionalCid('cid'),
    detail: reader.detail(),
  }),
};
