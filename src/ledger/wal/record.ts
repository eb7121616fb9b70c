import type { Journaled } from '../session.ts';
import type { ByteWriter } from './bytes.ts';
import { crc32 } from './crc32.ts';
import { readEntry, writeEntry } from './entry.ts';

/**
 * A record of the log: CRC-32 of the rest (32 bits), length of the entry (32), its number (64, as a
 * float), the entry. The sum begins with the epoch of the session, so that what another session left
 * in the same place is no record of this one.
 */
const LENGTH_AT = 4;
const NUMBER_AT = 8;
const ENTRY_AT = 16;

/** @returns the record, in the memory of `writer`. */
export const writeRecord = (
  writer: ByteWriter,
  epoch: Uint8Array,
  { number, entry }: Journaled,
): Uint8Array<ArrayBuffer> => {
  writer.begin(ENTRY_AT);
  writeEntry(writer, entry);
  const bytes = writer.bytes();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint32(LENGTH_AT, bytes.length - ENTRY_AT, true);
  view.setFloat64(NUMBER_AT, number, true);
  view.setUint32(0, crc32(bytes, LENGTH_AT, bytes.length, crc32(epoch)), true);
  return bytes;
};

/**
 * The records at the beginning of `bytes`, whose numbers follow one another. What comes after the last
 * one was torn by a crash or is older: the log begins at its beginning again, over what it held, once
 * that is in IndexedDB, and the numbers of what it held are lower.
 */
export const readRecords = (bytes: Uint8Array, epoch: Uint8Array): readonly Journaled[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const seed = crc32(epoch);
  const records: Journaled[] = [];
  let at = 0;
  while (bytes.length - at >= ENTRY_AT) {
    const end = at + ENTRY_AT + view.getUint32(at + LENGTH_AT, true);
    if (end > bytes.length) break;
    if (view.getUint32(at, true) !== crc32(bytes, at + LENGTH_AT, end, seed)) break;
    const number = view.getFloat64(at + NUMBER_AT, true);
    const last = records.at(-1);
    if (!Number.isSafeInteger(number) || (last !== undefined && number !== last.number + 1)) break;
    const entry = readEntry(bytes.subarray(at + ENTRY_AT, end));
    if (entry === null) break;
    records.push({ number, entry });
    at = end;
  }
  return records;
};
