import { byteReader, bytesOf } from '../ledger/bytes.ts';
import { isBeef, readBeef, type BeefParts } from '../ledger/beef.ts';
import { readTx, type Tx } from '../ledger/transaction.ts';
import { HttpError } from './router.ts';

/** One thing that was sent to be broadcast. */
export type Submitted =
  | { readonly kind: 'tx'; readonly tx: Tx }
  | { readonly kind: 'beef'; readonly beef: BeefParts }
  /** Starts like a BEEF and is none. */
  | { readonly kind: 'broken'; readonly reason: string };

const hexBytes = (value: unknown): Uint8Array => {
  if (typeof value !== 'string') throw new HttpError(400, 'rawTx must be a hex string');
  try {
    return bytesOf(value.trim());
  } catch {
    throw new HttpError(400, 'rawTx is not hex');
  }
};

const jsonItems = (body: Uint8Array): unknown[] => {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString());
    return Array.isArray(value) ? value : [value];
  } catch {
    throw new HttpError(400, 'the body is not JSON');
  }
};

/** The bytes to broadcast, in whichever of ARC's three content types they came. @throws HttpError 400 */
export const payloadsOf = (contentType: string, body: Uint8Array): Uint8Array[] => {
  if (body.length === 0) throw new HttpError(400, 'no transaction found - empty request body');
  if (contentType.includes('application/octet-stream')) return [body];
  if (contentType.includes('text/plain')) {
    return Buffer.from(body)
      .toString()
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map(hexBytes);
  }
  if (!contentType.includes('application/json')) {
    throw new HttpError(400, `content type ${contentType} is not accepted`);
  }
  return jsonItems(body).map((item) =>
    hexBytes(typeof item === 'object' && item !== null && 'rawTx' in item ? item.rawTx : undefined),
  );
};

/** Splits bytes into transactions (plain or extended) and BEEFs. @throws HttpError 400 */
export const parsePayload = (data: Uint8Array): Submitted[] => {
  const reader = byteReader(data);
  const found: Submitted[] = [];
  while (reader.left > 0) {
    const beef = isBeef(reader.peek(4));
    try {
      found.push(
        beef ? { kind: 'beef', beef: readBeef(reader) } : { kind: 'tx', tx: readTx(reader) },
      );
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!beef) throw new HttpError(400, `error parsing transaction: ${reason}`);
      found.push({ kind: 'broken', reason });
      return found;
    }
  }
  return found;
};
