import { fromHex, toHex } from '../../shared/hex.ts';

/** Inflated size that is still believed to be a backup. */
const MAX_INFLATED = 256 * 1024 * 1024;
/** Records are flat; their lists are a few levels down. */
const MAX_DEPTH = 8;

type Bytes = Uint8Array<ArrayBuffer>;

const piped = (
  data: Bytes,
  through: ReadableWritablePair<Bytes, BufferSource>,
): ReadableStreamDefaultReader<Bytes> => new Blob([data]).stream().pipeThrough(through).getReader();

/** @throws RangeError beyond `most` bytes; whatever the stream throws for what is not gzip. */
const collect = async (
  reader: ReadableStreamDefaultReader<Bytes>,
  most: number,
): Promise<Bytes> => {
  const parts: Bytes[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > most) {
      await reader.cancel();
      throw new RangeError('too large');
    }
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
};

/** JSON knows neither bytes nor dates: they become `{$h: hex}` and `{$d: ms}`. */
const toPlain = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return { $h: toHex(value) };
  if (value instanceof Date) return { $d: value.getTime() };
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, toPlain(one)]));
};

const fromPlain = (value: unknown, depth: number): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) throw new RangeError('too deep');
  if (Array.isArray(value)) return value.map((one) => fromPlain(one, depth + 1));
  const entries = Object.entries(value);
  const [[tag, inner] = []] = entries;
  if (entries.length === 1 && tag === '$h' && typeof inner === 'string') return fromHex(inner);
  if (entries.length === 1 && tag === '$d' && Number.isSafeInteger(inner)) {
    return new Date(inner as number);
  }
  // Defines properties and sets none, so that no name reaches a prototype.
  return Object.fromEntries(entries.map(([key, one]) => [key, fromPlain(one, depth + 1)]));
};

/** Records with bytes and dates in them as few bytes. */
export const pack = (value: unknown): Promise<Bytes> => {
  const text = new TextEncoder().encode(JSON.stringify(toPlain(value)));
  return collect(piped(text, new CompressionStream('gzip')), Number.POSITIVE_INFINITY);
};

/** What {@link pack} made. @throws when it did not, or the size is beyond reason. */
export const unpack = async (data: Uint8Array, most = MAX_INFLATED): Promise<unknown> => {
  const stream = new DecompressionStream('gzip');
  const text = await collect(piped(Uint8Array.from(data), stream), most);
  return fromPlain(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text)), 0);
};
