/**
 * Values one after the other as bytes, little endian as every machine that runs a browser is: numbers
 * are copied as they lie in memory. What has a length is led by it, in 32 bits.
 */

/** Writes into memory that is used again: hundreds of writes a second would leave as much garbage. */
export interface ByteWriter {
  /** Forgets what was written; `room` bytes are left free in front. */
  begin(room: number): void;
  u32(value: number): void;
  f64(value: number): void;
  text(value: string): void;
  numbers(values: Float64Array | Uint32Array | Uint8Array): void;
  /** What was written, with the room in front: valid until the next `begin`. */
  bytes(): Uint8Array<ArrayBuffer>;
}

const FIRST_ROOM = 16_384;

export const createByteWriter = (): ByteWriter => {
  const encoder = new TextEncoder();
  let scratch = new Uint8Array(FIRST_ROOM);
  let view = new DataView(scratch.buffer);
  let at = 0;

  const reserve = (length: number): void => {
    if (at + length <= scratch.length) return;
    const larger = new Uint8Array(2 * (at + length));
    larger.set(scratch.subarray(0, at));
    scratch = larger;
    view = new DataView(scratch.buffer);
  };
  const u32 = (value: number): void => {
    reserve(4);
    view.setUint32(at, value, true);
    at += 4;
  };

  return {
    begin(room) {
      at = 0;
      reserve(room);
      at = room;
    },
    u32,
    f64(value) {
      reserve(8);
      view.setFloat64(at, value, true);
      at += 8;
    },
    text(value) {
      reserve(4 + 3 * value.length);
      const { written } = encoder.encodeInto(value, scratch.subarray(at + 4));
      u32(written);
      at += written;
    },
    numbers(values) {
      u32(values.byteLength);
      reserve(values.byteLength);
      scratch.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
      at += values.byteLength;
    },
    bytes: () => scratch.subarray(0, at),
  };
};

/** Reads what a {@link ByteWriter} wrote. Past the end, or of what is no text, everything is empty. */
export interface ByteReader {
  u32(): number;
  f64(): number;
  text(): string;
  bytes(): Uint8Array<ArrayBuffer>;
  f64s(): Float64Array<ArrayBuffer>;
  u32s(): Uint32Array<ArrayBuffer>;
  /** Whether all that was asked for was there. */
  isSound(): boolean;
  /** Whether that, and nothing is left. */
  isDone(): boolean;
}

export const createByteReader = (source: Uint8Array): ByteReader => {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let at = 0;
  let sound = true;

  /** Where `length` bytes are that count as read now; null when there are not so many. */
  const take = (length: number): number | null => {
    sound &&= length <= source.length - at;
    if (!sound) return null;
    at += length;
    return at - length;
  };
  const u32 = (): number => {
    const from = take(4);
    return from === null ? 0 : view.getUint32(from, true);
  };
  /** A copy, which numbers can be read from as they lie. */
  const copy = (unit: number): Uint8Array<ArrayBuffer> => {
    const length = u32();
    sound &&= length % unit === 0;
    const from = take(length);
    return from === null ? new Uint8Array(0) : new Uint8Array(source.slice(from, from + length));
  };

  return {
    u32,
    f64() {
      const from = take(8);
      return from === null ? 0 : view.getFloat64(from, true);
    },
    text() {
      const length = u32();
      const from = take(length);
      if (from === null) return '';
      try {
        return decoder.decode(source.subarray(from, from + length));
      } catch {
        sound = false;
        return '';
      }
    },
    bytes: () => copy(1),
    f64s: () => new Float64Array(copy(8).buffer),
    u32s: () => new Uint32Array(copy(4).buffer),
    isSound: () => sound,
    isDone: () => sound && at === source.length,
  };
};
