import type { Layout } from './codec-layout.ts';
import { MAX_SIGNATURE_BYTES, MAX_WINDOW_BYTES, MIN_SIGNATURE_BYTES } from './limits.ts';
import type { Credit, NeedPay, Pay } from './messages.ts';

/** `cid 16 | paid u64 | bytes u64 | length u8 | signature 9–73`: 107 bytes at most with its number. */
export const payLayout: Layout<Pay> = {
  number: 6,
  write(writer, { cid, paid, bytes, signature }) {
    writer.cid(cid);
    writer.sat(paid, 'paid');
    writer.u64(bytes, 'bytes');
    writer.shortBytes(signature, 'signature', MIN_SIGNATURE_BYTES, MAX_SIGNATURE_BYTES);
  },
  read: (reader) => ({
    type: 'pay',
    cid: reader.cid('cid'),
    paid: reader.sat('paid'),
    bytes: reader.u64('bytes'),
    signature: reader.shortBytes('signature', MIN_SIGNATURE_BYTES, MAX_SIGNATURE_BYTES),
  }),
};

/** `cid 16 | paid u64 | window u32` */
export const creditLayout: Layout<Credit> = {
  number: 7,
  write(writer, { cid, paid, window }) {
    writer.cid(cid);
    writer.sat(paid, 'paid');
    writer.u32(window, 'window', 0, MAX_WINDOW_BYTES);
  },
  read: (reader) => ({
    type: 'credit',
    cid: reader.cid('cid'),
    paid: reader.sat('paid'),
    window: reader.u32('window', 0, MAX_WINDOW_BYTES),
  }),
};

/** `has cid u8 | cid 16 if so | owedBytes u64 | owedSat u64 | dropAt u32` */
export const needPayLayout: Layout<NeedPay> = {
  number: 8,
  write(writer, { cid, owedBytes, owedSat, dropAt }) {
    writer.optionalCid(cid, 'cid');
    writer.u64(owedBytes, 'owedBytes');
    writer.sat(owedSat, 'owedSat');
    writer.u32(dropAt, 'dropAt');
  },
  read: (reader) => ({
    type: 'need_pay',
    cid: reader.optionalCid('cid'),
    owedBytes: reader.u64('owedBytes'),
    owedSat: reader.sat('owedSat'),
    dropAt: reader.u32('dropAt'),
  }),
};
