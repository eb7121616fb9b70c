import type { Layout } from './codec-layout.ts';
import { wireErrorCode } from './codec-wire.ts';
import { WIRE_ERRORS } from './errors.ts';
import {
  MAX_FUNDING_BYTES,
  MAX_RAW_TX_BYTES,
  MAX_REFUND_AT,
  MAX_SIGNATURE_BYTES,
  MIN_RAW_TX_BYTES,
  MIN_REFUND_AT,
  MIN_SIGNATURE_BYTES,
} from './limits.ts';
import type { Close, Closed, Open, OpenNo, OpenOk, Resume } from './messages.ts';

/** How far a funding transaction is, in the order in which it gets there. */
const STATUSES = ['accepted', 'seen', 'mined'] as const;

/**
 * `cid 16 | termsId u32 | payerKey 33 | refundAt u32 | capacity u64 | vout u32 | paid u64 |
 * length u8 | signature 9–73 | length u32 | funding 60–98304`
 */
export const openLayout: Layout<Open> = {
  number: 3,
  write(writer, open) {
    if (open.paid >= open.capacity) throw new RangeError('paid must stay below capacity');
    writer.cid(open.cid);
    writer.u32(open.termsId, 'termsId');
    writer.key(open.payerKey, 'payerKey');
    writer.u32(open.refundAt, 'refundAt', MIN_REFUND_AT, MAX_REFUND_AT);
    writer.sat(open.capacity, 'capacity');
    writer.u32(open.vout, 'vout');
    writer.sat(open.paid, 'paid');
    writer.shortBytes(open.signature, 'signature', MIN_SIGNATURE_BYTES, MAX_SIGNATURE_BYTES);
    writer.longBytes(open.funding, 'funding', MIN_RAW_TX_BYTES, MAX_FUNDING_BYTES);
  },
  read(reader) {
    const open: Open = {
      type: 'open',
      cid: reader.cid('cid'),
      termsId: reader.u32('termsId'),
      payerKey: reader.key('payerKey'),
      refundAt: reader.u32('refundAt', MIN_REFUND_AT, MAX_REFUND_AT),
      capacity: reader.sat('capacity'),
      vout: reader.u32('vout'),
      paid: reader.sat('paid'),
      signature: reader.shortBytes('signature', MIN_SIGNATURE_BYTES, MAX_SIGNATURE_BYTES),
      funding: reader.longBytes('funding', MIN_RAW_TX_BYTES, MAX_FUNDING_BYTES),
    };
    reader.expect(open.paid < open.capacity, 'paid is not below capacity');
    return open;
  },
};

/** `cid 16 | status u8 (0 accepted, 1 seen, 2 mined) | credit u64` */
export const openOkLayout: Layout<OpenOk> = {
  number: 4,
  write(writer, { cid, status, credit }) {
    writer.cid(cid);
    writer.u8(STATUSES.indexOf(status), 'status');
    writer.sat(credit, 'credit');
  },
  read: (reader) => ({
    type: 'open_ok',
    cid: reader.cid('cid'),
    status: STATUSES[reader.u8('status', 0, STATUSES.length - 1)] ?? 'accepted',
    credit: reader.sat('credit'),
  }),
};

/** `cid 16 | code u8 | length u8 | detail 0–200` */
export const openNoLayout: Layout<OpenNo> = {
  number: 5,
  write(writer, { cid, code, detail }) {
    writer.cid(cid);
    writer.u8(WIRE_ERRORS[code], 'code');
    writer.detail(detail);
  },
  read: (reader) => ({
    type: 'open_no',
    cid: reader.cid('cid'),
    code: wireErrorCode(reader.u8('code', 1)),
    detail: reader.detail(),
  }),
};

/** `cid 16 | paid u64 | bytes u64 | length u8 | signature 0 or 9–73` */
export const resumeLayout: Layout<Resume> = {
  number: 9,
  write(writer, { cid, paid, bytes, signature }) {
    const min = signature.length === 0 && paid === 0 ? 0 : MIN_SIGNATURE_BYTES;
    writer.cid(cid);
    writer.sat(paid, 'paid');
    writer.u64(bytes, 'bytes');
    writer.shortBytes(signature, 'signature', min, MAX_SIGNATURE_BYTES);
  },
  read(reader) {
    const resume: Resume = {
      type: 'resume',
      cid: reader.cid('cid'),
      paid: reader.sat('paid'),
      bytes: reader.u64('bytes'),
      signature: reader.shortBytes('signature', 0, MAX_SIGNATURE_BYTES),
    };
    const { length } = resume.signature;
    reader.expect(
      length >= MIN_SIGNATURE_BYTES || (length === 0 && resume.paid === 0),
      'signature is too short',
    );
    return resume;
  },
};

/** `cid 16 | paid u64` */
export const closeLayout: Layout<Close> = {
  number: 10,
  write(writer, { cid, paid }) {
    writer.cid(cid);
    writer.sat(paid, 'paid');
  },
  read: (reader) => ({ type: 'close', cid: reader.cid('cid'), paid: reader.sat('paid') }),
};

/** `cid 16 | length u32 | rawTx 60–98304` */
export const closedLayout: Layout<Closed> = {
  number: 11,
  write(writer, { cid, rawTx }) {
    writer.cid(cid);
    writer.longBytes(rawTx, 'rawTx', MIN_RAW_TX_BYTES, MAX_RAW_TX_BYTES);
  },
  read: (reader) => ({
    type: 'closed',
    cid: reader.cid('cid'),
    rawTx: reader.longBytes('rawTx', MIN_RAW_TX_BYTES, MAX_RAW_TX_BYTES),
  }),
};
