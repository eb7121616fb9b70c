import type { DueBytes } from '../../shared/ports/ledger.ts';
import type { InfoHash } from '../../shared/units.ts';
import type { JournalEntry } from '../schema.ts';
import type { FullSlab } from '../slab.ts';
import { createByteReader, type ByteReader, type ByteWriter } from './bytes.ts';

/** Which of the parts that may be absent are there. */
const HAS_DUE = 1;
const HAS_SLAB = 2;

/**
 * Appends an entry: flags; `cids`, `channels`, `signatures`, `peers`, `accounts`, `torrents`,
 * `totals`; then, if there, what is due (for each account a count, then info hash, price, bytes each)
 * and the slab (first id, `meta`, `ids`, `rows`).
 */
export const writeEntry = (writer: ByteWriter, entry: JournalEntry): void => {
  const { due, slab } = entry;
  writer.u32((due === undefined ? 0 : HAS_DUE) | (slab === undefined ? 0 : HAS_SLAB));
  writer.text(entry.cids);
  writer.numbers(entry.channels);
  writer.numbers(entry.signatures);
  writer.text(entry.peers);
  writer.numbers(entry.accounts);
  writer.text(entry.torrents);
  writer.numbers(entry.totals);
  if (due !== undefined) {
    writer.u32(due.length);
    for (const ofAccount of due) {
      writer.u32(ofAccount.length);
      for (const { infoHash, price, bytes } of ofAccount) {
        writer.text(infoHash);
        writer.f64(price);
        writer.f64(bytes);
      }
    }
  }
  if (slab !== undefined) {
    writer.f64(slab.first);
    writer.numbers(slab.head.meta);
    writer.text(slab.head.ids);
    writer.numbers(slab.rows);
  }
};

/** A count and as many items; no more than there are bytes for, whatever the count says. */
const readList = <T>(reader: ByteReader, read: () => T): readonly T[] => {
  const items: T[] = [];
  for (let left = reader.u32(); left > 0 && reader.isSound(); left -= 1) items.push(read());
  return items;
};

const readDue = (reader: ByteReader): readonly (readonly DueBytes[])[] =>
  readList(reader, () =>
    readList(reader, () => ({
      infoHash: reader.text() as InfoHash,
      price: reader.f64(),
      bytes: reader.f64(),
    })),
  );

const readSlab = (reader: ByteReader): FullSlab => ({
  first: reader.f64(),
  head: { meta: reader.f64s(), ids: reader.text() },
  rows: reader.u32s(),
});

/** The entry that {@link writeEntry} wrote; null when these bytes are none, whatever they are. */
export const readEntry = (bytes: Uint8Array): JournalEntry | null => {
  const reader = createByteReader(bytes);
  const flags = reader.u32();
  const entry: JournalEntry = {
    cids: reader.text(),
    channels: reader.f64s(),
    signatures: reader.bytes(),
    peers: reader.text(),
    accounts: reader.f64s(),
    torrents: reader.text(),
    totals: reader.f64s(),
    ...((flags & HAS_DUE) !== 0 && { due: readDue(reader) }),
    ...((flags & HAS_SLAB) !== 0 && { slab: readSlab(reader) }),
  };
  return reader.isDone() && flags <= (HAS_DUE | HAS_SLAB) ? entry : null;
};
