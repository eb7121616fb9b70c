/** Decoders of unpacked values. Each throws RangeError for what is not exactly as asked. */

export type Fields = Readonly<Record<string, unknown>>;

const refuse = (what: string): never => {
  throw new RangeError(`the backup holds no ${what} where one should be`);
};

export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Uint8Array) &&
  !(value instanceof Date)
    ? (value as Fields)
    : refuse('record');

export const textOf = (value: unknown, longest: number): string =>
  typeof value === 'string' && value.length <= longest ? value : refuse('text');

/** A whole number from 0 to `most`. */
export const wholeOf = (value: unknown, most = Number.MAX_SAFE_INTEGER): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= most
    ? value
    : refuse('number');

export const bytesOf = (value: unknown, shortest: number, longest: number): Uint8Array =>
  value instanceof Uint8Array && value.length >= shortest && value.length <= longest
    ? value
    : refuse('bytes');

export const oneOf = <T extends string>(value: unknown, words: readonly T[]): T =>
  words.find((word) => word === value) ?? refuse(`word of ${words.join(', ')}`);

export const listOf = <T>(
  value: unknown,
  longest: number,
  item: (value: unknown) => T,
): readonly T[] =>
  Array.isArray(value) && value.length <= longest ? value.map(item) : refuse('list');

export const orNull = <T>(value: unknown, decode: (value: unknown) => T): T | null =>
  value === null ? null : decode(value);
