/** One bit a piece, most significant bit of a byte first; spare bits at the end are 0 (BEP-3). */

/** Bytes of a bitfield of `pieces` bits. */
export const bitfieldSize = (pieces: number): number => Math.ceil(pieces / 8);

export const hasBit = (bits: Uint8Array, index: number): boolean =>
  ((bits[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0;

/** Sets or clears a bit; says whether that changed it. Bits outside are left alone. */
export const putBit = (bits: Uint8Array, index: number, on: boolean): boolean => {
  const byte = bits[index >> 3];
  if (byte === undefined || index < 0 || hasBit(bits, index) === on) return false;
  bits[index >> 3] = byte ^ (0x80 >> (index & 7));
  return true;
};

/** A bitfield with the first `pieces` bits set. */
export const fullBitfield = (pieces: number): Uint8Array<ArrayBuffer> => {
  const bits = new Uint8Array(bitfieldSize(pieces)).fill(0xff);
  const spare = bits.length * 8 - pieces;
  if (spare > 0) bits[bits.length - 1] = (0xff << spare) & 0xff;
  return bits;
};

/** Index of the first clear bit from `from` on, at most `end`. */
export const firstClear = (bits: Uint8Array, from: number, end: number): number => {
  let index = from;
  while (index < end && hasBit(bits, index)) index += 1;
  return index;
};
