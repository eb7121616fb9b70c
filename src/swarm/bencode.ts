/**
 * Bencoding (BEP-3): integers, byte strings, lists, dictionaries. Only what metainfo needs; WebTorrent's
 * own codec is inside its bundle and decodes without bounds.
 */
export type Bencoded = number | Uint8Array | readonly Bencoded[] | BencodedDict;
/** Keys as Latin-1 text, so that byte order is text order. */
export type BencodedDict = ReadonlyMap<string, Bencoded>;

const MAX_DEPTH = 16;
const utf8 = new TextEncoder();

const latin1 = (data: Uint8Array): string => {
  let text = '';
  for (const value of data) text += String.fromCharCode(value);
  return text;
};
const fromLatin1 = (text: string): Uint8Array =>
  Uint8Array.from(text, (char) => char.charCodeAt(0) & 0xff);

/** UTF-8 bytes, the form of every text in metainfo. */
export const bytesOf = (text: string): Uint8Array => utf8.encode(text);

const join = (parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

const write = (value: Bencoded, parts: Uint8Array[]): void => {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new RangeError('bencoded numbers are whole');
    parts.push(utf8.encode(`i${value}e`));
  } else if (value instanceof Uint8Array) {
    parts.push(utf8.encode(`${value.length}:`), value);
  } else if (value instanceof Map) {
    parts.push(utf8.encode('d'));
    for (const key of [...(value as BencodedDict).keys()].sort()) {
      write(fromLatin1(key), parts);
      write((value as BencodedDict).get(key) as Bencoded, parts);
    }
    parts.push(utf8.encode('e'));
  } else {
    parts.push(utf8.encode('l'));
    for (const item of value as readonly Bencoded[]) write(item, parts);
    parts.push(utf8.encode('e'));
  }
};

/** @throws RangeError for a number that is not a safe integer. */
export const encodeBencode = (value: Bencoded): Uint8Array => {
  const parts: Uint8Array[] = [];
  write(value, parts);
  return join(parts);
};

const DIGIT_0 = 0x30;
const COLON = 0x3a;
const MINUS = 0x2d;
const END = 0x65;

/** Decodes one value that fills `data`; null when it is not bencoded, too deep, or has bytes left over. */
export const decodeBencode = (data: Uint8Array): Bencoded | null => {
  let at = 0;

  /** Digits up to `stop`; null unless they are a canonical safe integer. */
  const readNumber = (stop: number): number | null => {
    const negative = data[at] === MINUS;
    if (negative) at += 1;
    const first = at;
    let value = 0;
    for (; data[at] !== stop; at += 1) {
      const digit = (data[at] ?? 0) - DIGIT_0;
      if (digit < 0 || digit > 9) return null;
      value = value * 10 + digit;
      if (!Number.isSafeInteger(value)) return null;
    }
    const digits = at - first;
    if (digits === 0 || (digits > 1 && data[first] === DIGIT_0)) return null;
    if (negative && value === 0) return null;
    at += 1;
    return negative ? -value : value;
  };

  const readBytes = (): Uint8Array | null => {
    const length = readNumber(COLON);
    if (length === null || length < 0 || length > data.length - at) return null;
    const value = data.subarray(at, at + length);
    at += length;
    return value;
  };

  const readValue = (depth: number): Bencoded | null => {
    if (depth > MAX_DEPTH) return null;
    const tag = data[at];
    if (tag === 0x69) {
      at += 1;
      return readNumber(END);
    }
    if (tag === 0x6c) {
      at += 1;
      const list: Bencoded[] = [];
      while (data[at] !== END) {
        const item = readValue(depth + 1);
        if (item === null) return null;
        list.push(item);
      }
      at += 1;
      return list;
    }
    if (tag === 0x64) {
      at += 1;
      const dict = new Map<string, Bencoded>();
      while (data[at] !== END) {
        const key = readBytes();
        const value = key === null ? null : readValue(depth + 1);
        if (key === null || value === null) return null;
        dict.set(latin1(key), value);
      }
      at += 1;
      return dict;
    }
    return readBytes();
  };

  const value = readValue(0);
  return at === data.length ? value : null;
};

export const isDict = (value: Bencoded | null | undefined): value is BencodedDict =>
  value instanceof Map;
export const isList = (value: Bencoded | null | undefined): value is readonly Bencoded[] =>
  Array.isArray(value);
export const isBytes = (value: Bencoded | null | undefined): value is Uint8Array =>
  value instanceof Uint8Array;
