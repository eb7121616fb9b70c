import { fromHex } from '../../shared/hex.ts';
import type { Message } from '../messages.ts';

/** Fields that are bytes; the JSON of docs/vectors holds them as hex. */
const BYTE_FIELDS = new Set(['signature', 'payerKey', 'funding', 'rawTx', 'identity', 'nonce']);

/** A message or hello as a vector writes it, with its bytes as bytes. */
export const fromVector = <T>(fields: Readonly<Record<string, unknown>>): T =>
  Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      BYTE_FIELDS.has(key) ? fromHex(String(value)) : value,
    ]),
  ) as T;

/** Every Uint8Array of a message. */
export const byteFields = (message: Message): readonly Uint8Array[] =>
  Object.values(message).filter((value): value is Uint8Array => value instanceof Uint8Array);
