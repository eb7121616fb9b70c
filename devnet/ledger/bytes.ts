import { createHash } from 'node:crypto';

/** SHA-256 applied twice, as Bitcoin hashes everything that has an identity. */
export const hash256 = (data: Uint8Array): Uint8Array =>
  createHash('sha256').update(createHash('sha256').update(data).digest()).digest();

/** Single SHA-256. */
export const sha256 = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest();

/** Lower-case hex; Node's own, because transactions here may be megabytes long. */
export const hexOf = (data: Uint8Array): string =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex');

/** @throws RangeError unless `text` is an even number of hex digits. */
export const bytesOf = (text: string): Uint8Array => {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) throw new RangeError('not hex');
  return Buffer.from(text, 'hex');
};

/** Hashes are shown with their bytes reversed. */
export const displayOf = (hash: Uint8Array): string => hexOf(Uint8Array.from(hash).reverse());

/** The bytes of a hash that is given as it is shown. */
export const hashBytes = (display: string): Uint8Array => bytesOf(display).reverse();

export const concatBytes = (parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);

export const u32 = (value: number): Uint8Array => {
  const data = Buffer.alloc(4);
  data.writeUInt32LE(value >>> 0);
  return data;
};

export const u64 = (value: number): Uint8Array => {
  const data = Buffer.alloc(8);
  data.writeBigUInt64LE(BigInt(value));
  return data;
};

/** Bitcoin's variable-length integer. */
export const varInt = (value: number): Uint8Array => {
  if (value < 0xfd) return Uint8Array.of(value);
  if (value <= 0xffff) return Uint8Array.of(0xfd, value & 0xff, value >>> 8);
  if (value <= 0xffffffff) return concatBytes([Uint8Array.of(0xfe), u32(value)]);
  return concatBytes([Uint8Array.of(0xff), u64(value)]);
};

/** Reads forward through bytes that a stranger wrote; every read beyond the end throws RangeError. */
export interface ByteReader {
  readonly offset: number;
  readonly left: number;
  take(length: number): Uint8Array;
  peek(length: number): Uint8Array;
  slice(from: number): Uint8Array;
  u8(): number;
  u32(): number;
  /** Values above 2^53 lose their low bits, and are far outside every range that is accepted. */
  u64(): number;
  varInt(): number;
  /** A count of things that take at least `least` bytes each, so that it cannot exceed the input. */
  count(least: number): number;
}

export const byteReader = (data: Uint8Array): ByteReader => {
  const view = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  let offset = 0;
  const forward = (length: number): number => {
    if (length < 0 || length > view.length - offset) throw new RangeError('data ends too early');
    const at = offset;
    offset += length;
    return at;
  };
  const reader: ByteReader = {
    get offset() {
      return offset;
    },
    get left() {
      return view.length - offset;
    },
    take: (length) => {
      const at = forward(length);
      return view.subarray(at, at + length);
    },
    peek: (length) => view.subarray(offset, offset + length),
    slice: (from) => view.subarray(from, offset),
    u8: () => view.readUInt8(forward(1)),
    u32: () => view.readUInt32LE(forward(4)),
    u64: () => Number(view.readBigUInt64LE(forward(8))),
    varInt: () => {
      const first = reader.u8();
      if (first < 0xfd) return first;
      if (first === 0xfd) return view.readUInt16LE(forward(2));
      return first === 0xfe ? reader.u32() : reader.u64();
    },
    count: (least) => {
      const count = reader.varInt();
      if (count * least > reader.left) throw new RangeError('count exceeds the data');
      return count;
    },
  };
  return reader;
};
