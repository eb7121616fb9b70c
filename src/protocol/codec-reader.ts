import { toHex } from '../shared/hex.ts';
import {
  channelId,
  MAX_SAT_PER_MIB,
  satoshi,
  satPerMiB,
  type ChannelId,
  type Satoshi,
  type SatPerMiB,
} from '../shared/units.ts';
import {
  CHANNEL_ID_BYTES,
  KEY_BYTES,
  MAX_BYTE_COUNT,
  MAX_DETAIL_BYTES,
  MAX_SATOSHI,
} from './limits.ts';

const NO_CHANNEL = channelId('0'.repeat(2 * CHANNEL_ID_BYTES));
/** Replaces what is not UTF-8; a byte order mark is text like any other. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Control and format characters (bidirectional overrides among them) would forge lines of a log. */
export const plainText = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');

/**
 * Takes fields from the front of a buffer that a stranger sent, big-endian. The first field that is
 * missing or out of bounds is noted in {@link problem}; from then on every field reads as its
 * smallest value, so that callers look once, at the end. Nothing is allocated before its length has
 * been found in the buffer, and no result shares memory with it.
 */
export class Reader {
  readonly #data: Uint8Array;
  #at = 0;
  #problem: string | null = null;

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  /** What is wrong with the buffer, or null. */
  problem(): string | null {
    return this.#problem;
  }

  /** Notes `problem` unless `good`. */
  expect(good: boolean, problem: string): void {
    if (!good) this.#problem ??= problem;
  }

  u8(what: string, min = 0, max = 0xff): number {
    return this.#number(1, min, max, what);
  }

  u32(what: string, min = 0, max = 0xffffffff): number {
    return this.#number(4, min, max, what);
  }

  /** Eight bytes on the wire; bounded so that the number is exact. */
  u64(what: string, max = MAX_BYTE_COUNT): number {
    return this.#number(8, 0, max, what);
  }

  sat(what: string): Satoshi {
    return satoshi(this.u64(what, MAX_SATOSHI));
  }

  price(what: string): SatPerMiB {
    return satPerMiB(this.u32(what, 0, MAX_SAT_PER_MIB));
  }

  /** A copy of the next `length` bytes. */
  bytes(length: number, what: string): Uint8Array {
    const start = this.#take(length, what);
    if (start === null) return new Uint8Array(0);
    // Not `slice`: on Node's Buffer, which some libraries hand out, that shares the memory.
    const copy = new Uint8Array(length);
    copy.set(this.#data.subarray(start, start + length));
    return copy;
  }

  /** A compressed point: 02 or 03 and 32 bytes. Whether it is on the curve is for the verifier. */
  key(what: string): Uint8Array {
    const key = this.bytes(KEY_BYTES, what);
    this.expect(key[0] === 2 || key[0] === 3, `${what} is not a compressed point`);
    return key;
  }

  cid(what: string): ChannelId {
    const raw = this.bytes(CHANNEL_ID_BYTES, what);
    return this.#problem === null ? channelId(toHex(raw)) : NO_CHANNEL;
  }

  /** One byte 0, or one byte 1 and a channel id. */
  optionalCid(what: string): ChannelId | null {
    return this.u8(`presence of ${what}`, 0, 1) === 1 ? this.cid(what) : null;
  }

  /** Length in one byte, then as many bytes. */
  shortBytes(what: string, min: number, max: number): Uint8Array {
    return this.bytes(this.u8(`length of ${what}`, min, max), what);
  }

  /** Length in four bytes, then as many bytes. */
  longBytes(what: string, min: number, max: number): Uint8Array {
    return this.bytes(this.u32(`length of ${what}`, min, max), what);
  }

  detail(): string {
    return plainText(utf8.decode(this.shortBytes('detail', 0, MAX_DETAIL_BYTES)));
  }

  #number(length: number, min: number, max: number, what: string): number {
    const start = this.#take(length, what);
    if (start === null) return 0;
    let value = 0;
    for (let i = start; i < start + length; i += 1) value = value * 256 + (this.#data[i] ?? 0);
    if (value >= min && value <= max) return value;
    this.#problem = `${what} is out of bounds`;
    return 0;
  }

  /** Moves past `length` bytes; returns where they start, or null when there are fewer. */
  #take(length: number, what: string): number | null {
    if (this.#problem !== null) return null;
    if (this.#data.length - this.#at < length) {
      this.#problem = `${what} is cut off`;
      return null;
    }
    const start = this.#at;
    this.#at += length;
    return start;
  }
}
