import { fromHex, toHex } from '../../shared/hex.ts';
import {
  documentBounds,
  documentErrors,
  documentMessages,
  type DocumentField,
  type DocumentMessage,
} from './document.ts';

/**
 * A second codec, made of nothing but the tables of docs/protocol.md: what it and the real one do not
 * agree on, the document says wrongly.
 */

export type Fields = Readonly<Record<string, unknown>>;

const MESSAGES = documentMessages();
const ERRORS = documentErrors();
const BOUNDS = documentBounds();

const numberOf = (field: DocumentField, value: unknown): bigint => {
  if (field.names.length > 0) return BigInt(field.names.indexOf(String(value)));
  if (field.name === 'code') {
    return BigInt(ERRORS.find(({ code }) => code === value)?.number ?? 0);
  }
  return BigInt(Number(value));
};

const bigEndian = (value: bigint, width: number): string =>
  value.toString(16).padStart(2 * width, '0');

const bytesOf = ({ name }: DocumentField, value: unknown): Uint8Array =>
  name === 'detail' ? new TextEncoder().encode(String(value)) : fromHex(String(value));

/** The bytes of a message (its fields as a vector writes them), as hex. */
export const writeByDocument = (message: Fields): string => {
  const layout = MESSAGES.find(({ type }) => type === message['type']);
  if (layout === undefined) throw new Error(`The document has no ${String(message['type'])}.`);
  let hex = bigEndian(BigInt(layout.number), 1);
  layout.fields.forEach((field, at) => {
    const value = message[field.name];
    if (field.name === 'length') {
      const next = layout.fields[at + 1];
      if (next === undefined) throw new Error('A length has nothing behind it.');
      hex += bigEndian(BigInt(bytesOf(next, message[next.name]).length), field.width);
    } else if (field.name === 'flag') hex += message['cid'] === null ? '00' : '01';
    else if (field.width > 0) hex += bigEndian(numberOf(field, value), field.width);
    else if (!field.optional || value !== null) hex += toHex(bytesOf(field, value));
  });
  return hex;
};

/** Conditions that the document puts on several fields at once. */
const agree = (type: string, read: ReadonlyMap<string, bigint>): boolean => {
  const value = (name: string): bigint => read.get(name) ?? 0n;
  if (type === 'terms') {
    return (
      value('windowMin') <= value('windowMax') && value('settleMargin') <= value('minLifetime')
    );
  }
  if (type === 'open') return value('paid') < value('capacity');
  return type !== 'resume' || value('signature') > 0n || value('paid') === 0n;
};

/** Reads the fields; numbers, and lengths of what is bytes, by name; null when one is not allowed. */
const readFields = (
  { fields }: DocumentMessage,
  data: Uint8Array,
): ReadonlyMap<string, bigint> | null => {
  const read = new Map<string, bigint>();
  let at = 1;
  for (const [place, field] of fields.entries()) {
    if (field.optional && read.get('flag') === 0n) continue;
    if (field.width > 0) {
      if (at + field.width > data.length) return null;
      const value = BigInt(`0x${toHex(data.subarray(at, at + field.width))}`);
      const wide = 2n ** BigInt(8 * field.width) - 1n;
      const [least, most] = BOUNDS.get(field.name) ?? [0, wide];
      if (value < BigInt(least) || value > BigInt(most)) return null;
      read.set(field.name, value);
      at += field.width;
      continue;
    }
    const [least, most] = field.bytes;
    const counted = fields[place - 1]?.name === 'length';
    const length = counted ? Number(read.get('length')) : least;
    const fits = (length >= least && length <= most) || (field.orEmpty && length === 0);
    if (!fits || at + length > data.length) return null;
    if (field.name === 'payerKey' && data[at] !== 2 && data[at] !== 3) return null;
    read.set(field.name, BigInt(length));
    at += length;
  }
  return read;
};

/** What the document says about these bytes. */
export const judgeByDocument = (data: Uint8Array): 'message' | 'unknown' | 'malformed' => {
  const [shortest, longest] = BOUNDS.get('whole message in bytes') ?? [0, 0];
  if (data.length < shortest || data.length > longest || data[0] === 0) return 'malformed';
  const layout = MESSAGES.find(({ number }) => number === data[0]);
  if (layout === undefined) return 'unknown';
  const read = readFields(layout, data);
  return read !== null && agree(layout.type, read) ? 'message' : 'malformed';
};
