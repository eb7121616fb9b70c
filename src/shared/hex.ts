const DIGITS = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'));

/** Lower-case hex of `data`. */
export const toHex = (data: Uint8Array): string => {
  let text = '';
  for (const value of data) text += DIGITS[value];
  return text;
};

/** @throws RangeError unless `text` is an even number of hex digits. */
export const fromHex = (text: string): Uint8Array => {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) throw new RangeError('not hex');
  const data = new Uint8Array(text.length / 2);
  for (let i = 0; i < data.length; i += 1) {
    data[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  }
  return data;
};
