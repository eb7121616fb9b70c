/** One array out of many. */
export const concat = (...parts: readonly ArrayLike<number>[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

/** Whether both hold the same bytes. For public data only: the time it takes tells where they differ. */
export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((value, i) => value === b[i]);

/** Four bytes, little-endian. */
export const u32 = (value: number): Uint8Array => {
  const data = new Uint8Array(4);
  new DataView(data.buffer).setUint32(0, value, true);
  return data;
};

/** Writes a whole number below 2^53 as eight little-endian bytes. */
export const writeU64 = (data: Uint8Array, at: number, value: number): void => {
  const view = new DataView(data.buffer, data.byteOffset);
  view.setUint32(at, value % 2 ** 32, true);
  view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
};

/** Eight bytes, little-endian, of a whole number below 2^53. */
export const u64 = (value: number): Uint8Array => {
  const data = new Uint8Array(8);
  writeU64(data, 0, value);
  return data;
};

/** Bitcoin's variable-length integer, for lengths and counts below 2^32. */
export const varInt = (value: number): Uint8Array => {
  if (value < 0xfd) return Uint8Array.of(value);
  if (value <= 0xffff) return Uint8Array.of(0xfd, value & 0xff, value >> 8);
  return concat([0xfe], u32(value));
};
