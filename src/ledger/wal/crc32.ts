/** Remainders of all bytes, for the reflected polynomial of IEEE 802.3. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  return rest;
});

/**
 * CRC-32, as in zip files, of `bytes` from `from` to before `to`.
 * @param before the sum of what stands in front of them, to go on from there
 * @returns 32 bits, without a sign
 */
export const crc32 = (bytes: Uint8Array, from = 0, to = bytes.length, before = 0): number => {
  let rest = ~before;
  for (let at = from; at < to; at += 1) {
    rest = (rest >>> 8) ^ (TABLE[(rest ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
  }
  return ~rest >>> 0;
};
