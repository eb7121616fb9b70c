import { fromHex } from '../shared/hex.ts';
import type { ChannelId } from '../shared/units.ts';
import { MAX_SAT_PER_MIB } from '../shared/units.ts';
import { plainText } from './codec-reader.ts';
import { KEY_BYTES, MAX_BYTE_COUNT, MAX_DETAIL_BYTES, MAX_SATOSHI } from './limits.ts';

const utf8 = new TextEncoder();

/** As much of `text` as fits, cut between characters. */
const detailBytes = (text: string): Uint8Array => {
  const buffer = new Uint8Array(MAX_DETAIL_BYTES);
  return buffer.subarray(0, utf8.encodeInto(plainText(text), buffer).written);
};

/**
 * Collects the fields of a message, big-endian. The counterpart of {@link Reader}, with the same
 * bounds: what this writes, every reader accepts.
 * @throws RangeError from each method when a value is out of bounds: that is an error of our own.
 */
export class Writer {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  u8(value: number, what: string, min = 0, max = 0xff): void {
    this.#number(value, 1, min, max, what);
  }

  u32(value: number, what: string, min = 0, max = 0xffffffff): void {
    this.#number(value, 4, min, max, what);
  }

  u64(value: number, what: string, max = MAX_BYTE_COUNT): void {
    this.#number(value, 8, 0, max, what);
  }

  sat(value: number, what: string): void {
    this.u64(value, what, MAX_SATOSHI);
  }

  price(value: number, what: string): void {
    this.u32(value, what, 0, MAX_SAT_PER_MIB);
  }

  bytes(data: Uint8Array, length: number, what: string): void {
    if (data.length !== length) throw new RangeError(`${what} must have ${length} bytes`);
    this.#push(data);
  }

  key(data: Uint8Array, what: string): void {
    if (data[0] !== 2 && data[0] !== 3) throw new RangeError(`${what} is not a compressed point`);
    this.bytes(data, KEY_BYTES, what);
  }

  cid(cid: ChannelId): void {
    this.#push(fromHex(cid));
  }

  optionalCid(cid: ChannelId | null, what: string): void {
    this.u8(cid === null ? 0 : 1, `presence of ${what}`, 0, 1);
    if (cid !== null) this.cid(cid);
  }

  shortBytes(data: Uint8Array, what: string, min: number, max: number): void {
    this.u8(data.length, `length of ${what}`, min, max);
    this.#push(data);
  }

  longBytes(data: Uint8Array, what: string, min: number, max: number): void {
    this.u32(data.length, `length of ${what}`, min, max);
    this.#push(data);
  }

  /** Text for logs; what does not fit is cut off. */
  detail(text: string): void {
    this.shortBytes(detailBytes(text), 'detail', 0, MAX_DETAIL_BYTES);
  }

  /** Everything written so far, in a fresh buffer. */
  finish(): Uint8Array {
    const data = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      data.set(part, at);
      at += part.length;
    }
    return data;
  }

  #number(value: number, length: number, min: number, max: number, what: string): void {
    if (!Number.isSafeInteger(value) || value < min || value > max) {
      throw new RangeError(`${what} must be a whole number from ${min} to ${max}, got ${value}`);
    }
    const part = new Uint8Array(length);
    let rest = value;
    for (let i = length - 1; i >= 0; i -= 1) {
      part[i] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    this.#push(part);
  }

  #push(part: Uint8Array): void {
    this.#parts.push(part);
    this.#length += part.length;
  }
}
