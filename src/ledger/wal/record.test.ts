import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DueBytes } from '../../shared/ports/ledger.ts';
import type { InfoHash } from '../../shared/units.ts';
import type { JournalEntry } from '../schema.ts';
import type { FullSlab } from '../slab.ts';
import { createByteWriter } from './bytes.ts';
import { crc32 } from './crc32.ts';
import { readEntry, writeEntry } from './entry.ts';
import { readRecords, writeRecord } from './record.ts';

const floats = fc.float64Array({ maxLength: 20 });
const text = fc.string({ unit: 'grapheme', maxLength: 90 });
const due: fc.Arbitrary<DueBytes> = fc.record({
  infoHash: text as fc.Arbitrary<InfoHash>,
  price: fc.double(),
  bytes: fc.double(),
});
const slab: fc.Arbitrary<FullSlab> = fc.record({
  first: fc.nat(),
  head: fc.record({ meta: floats, ids: text }),
  rows: fc.uint32Array({ maxLength: 30 }),
});
const entry: fc.Arbitrary<JournalEntry> = fc.record(
  {
    cids: text,
    channels: floats,
    signatures: fc.uint8Array({ maxLength: 200 }),
    peers: text,
    accounts: floats,
    due: fc.array(fc.array(due, { maxLength: 3 }), { maxLength: 3 }),
    torrents: text,
    totals: floats,
    slab,
  },
  {
    requiredKeys: ['cids', 'channels', 'signatures', 'peers', 'accounts', 'torrents', 'totals'],
  },
);
const epoch = fc.uint8Array({ minLength: 8, maxLength: 8 });

const writer = createByteWriter();
const bytesOf = (one: JournalEntry): Uint8Array => {
  writer.begin(0);
  writeEntry(writer, one);
  return writer.bytes().slice();
};
const recordOf = (seed: Uint8Array, number: number, one: JournalEntry): Uint8Array =>
  writeRecord(writer, seed, { number, entry: one }).slice();
const join = (parts: readonly Uint8Array[]): Uint8Array => {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};
const numbersOf = (bytes: Uint8Array, seed: Uint8Array): number[] =>
  readRecords(bytes, seed).map(({ number }) => number);

describe('crc32', () => {
  it('is the one of zip files', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array(0))).toBe(0);
  });

  it('goes on where another ended', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
        expect(crc32(b, 0, b.length, crc32(a))).toBe(crc32(join([a, b])));
      }),
    );
  });
});

describe('an entry as bytes', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(entry, (one) => {
        expect(readEntry(bytesOf(one))).toEqual(one);
      }),
    );
  });

  it('is none when a byte is missing or one too many', () => {
    fc.assert(
      fc.property(entry, fc.double({ min: 0, max: 1, maxExcluded: true }), (one, share) => {
        const bytes = bytesOf(one);
        expect(readEntry(bytes.subarray(0, Math.floor(share * bytes.length)))).toBeNull();
        expect(readEntry(join([bytes, Uint8Array.of(0)]))).toBeNull();
      }),
    );
  });

  it('is an entry or none, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(() => readEntry(bytes)).not.toThrow();
      }),
    );
    fc.assert(
      fc.property(entry, fc.nat(), fc.nat({ max: 255 }), (one, at, value) => {
        const bytes = bytesOf(one);
        bytes[at % bytes.length] = value;
        expect(() => readEntry(bytes)).not.toThrow();
      }),
    );
  });
});

describe('records', () => {
  const entries = fc.array(entry, { minLength: 1, maxLength: 5 });

  it('are read as they were written, up to where one is cut', () => {
    fc.assert(
      fc.property(entries, epoch, fc.nat({ max: 1e9 }), fc.nat(), (all, seed, first, cut) => {
        const parts = all.map((one, index) => recordOf(seed, first + index, one));
        const bytes = join(parts);
        const records = all.map((one, index) => ({ number: first + index, entry: one }));
        expect(readRecords(bytes, seed)).toEqual(records);
        const length = cut % bytes.length;
        let whole = 0;
        let end = 0;
        for (const part of parts) {
          end += part.length;
          if (end <= length) whole += 1;
        }
        expect(readRecords(bytes.subarray(0, length), seed)).toEqual(records.slice(0, whole));
      }),
    );
  });

  it('end where a byte is another', () => {
    fc.assert(
      fc.property(
        entries,
        epoch,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (all, seed, at, by) => {
          const bytes = join(all.map((one, index) => recordOf(seed, 1 + index, one)));
          const place = at % bytes.length;
          const sound = readRecords(bytes.subarray(0, place), seed);
          bytes[place] = (bytes[place] ?? 0) ^ by;
          expect(readRecords(bytes, seed)).toEqual(sound);
        },
      ),
    );
  });

  it('of another session are none', () => {
    fc.assert(
      fc.property(entry, epoch, epoch, (one, mine, theirs) => {
        fc.pre(mine.some((byte, index) => byte !== theirs[index]));
        expect(numbersOf(recordOf(theirs, 1, one), mine)).toEqual([]);
      }),
    );
  });

  it('end before what is older', () => {
    const seed = new Uint8Array(8);
    const small = { ...entryOf(), cids: 'a' };
    const old = join([5, 6, 7].map((number) => recordOf(seed, number, small)));
    const bytes = old.slice();
    bytes.set(recordOf(seed, 8, small));
    expect(numbersOf(bytes, seed)).toEqual([8]);
    bytes.set(join([8, 9].map((number) => recordOf(seed, number, small))));
    expect(numbersOf(bytes, seed)).toEqual([8, 9]);
  });

  it('are read or none, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), epoch, (bytes, seed) => {
        expect(numbersOf(bytes, seed)).toEqual([]);
      }),
    );
  });
});

/** An entry of nothing. */
function entryOf(): JournalEntry {
  const none = new Float64Array(0);
  return {
    ...{ cids: '', channels: none, signatures: new Uint8Array(0), peers: '', accounts: none },
    ...{ torrents: '', totals: none },
  };
}
