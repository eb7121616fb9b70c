import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fullBitfield, hasAll, hasBit, heldUntil, overlap, piecesOf } from './extent.ts';
import { CRITICAL_BYTES, READ_AHEAD } from './limits.ts';
import { createHeldCount, makePlan } from './plan.ts';

const PIECE = 262_144;
const layouts = fc.array(fc.nat(3 * 50), { minLength: 1, maxLength: 6 }).map((lengths) => {
  let offset = 0;
  const files = lengths.map((length) => {
    const file = { offset, length };
    offset += length;
    return file;
  });
  return { files, pieceLength: 50, total: offset };
});

describe('extents', () => {
  it('counts each held byte in its file once', () => {
    fc.assert(
      fc.property(layouts, fc.array(fc.nat(20)), ({ files, pieceLength, total }, pieces) => {
        const held = createHeldCount({ files, pieceLength });
        for (const piece of pieces) held.add(piece);
        files.forEach((file, at) => {
          const expected = [...new Set(pieces)].reduce(
            (sum, piece) => sum + overlap(file, piece, pieceLength),
            0,
          );
          expect(held.of(at)).toBe(expected);
        });
        expect(held.total).toBeLessThanOrEqual(total);
      }),
    );
  });

  it('counts a bad piece no longer, once', () => {
    const held = createHeldCount({ files: [{ offset: 0, length: 150 }], pieceLength: 100 });
    held.add(0);
    held.add(1);
    held.remove(1);
    held.remove(1);
    expect([held.of(0), held.total]).toEqual([100, 100]);
    held.add(1);
    expect(held.total).toBe(150);
  });

  it('says how far a file is held', () => {
    const bits = [true, true, false, true];
    const bitfield = { get: (at: number) => bits[at] ?? false, buffer: new Uint8Array(1) };
    const file = { offset: 30, length: 160 };
    expect(heldUntil(file, 0, 50, bitfield)).toBe(70);
    expect(heldUntil(file, 70, 50, bitfield)).toBe(70);
    expect(heldUntil(file, 125, 50, bitfield)).toBe(160);
    expect(heldUntil(file, 160, 50, bitfield)).toBe(160);
    expect(heldUntil(file, -1, 50, bitfield)).toBe(-1);
  });

  it('fills bitfields without spare bits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), (count) => {
        const field = fullBitfield(count);
        expect(field.length).toBe(Math.ceil(count / 8));
        const peer = { get: (at: number) => hasBit(field, at), buffer: field };
        expect(hasAll(peer, count)).toBe(true);
        expect(hasAll(peer, count + 1)).toBe(false);
        expect(hasBit(field, count)).toBe(false);
      }),
    );
  });

  it('takes nobody for a seeder who has said nothing', () => {
    const silent = { get: () => false, buffer: new Uint8Array() };
    expect(hasAll(silent, 9)).toBe(false);
    expect(hasAll({ ...silent, get: () => true }, 9)).toBe(true);
  });

  it('finds no pieces for nothing', () => {
    const file = { offset: 10, length: 100 };
    expect(piecesOf(file, 0, 0, 50)).toBeNull();
    expect(piecesOf(file, 100, 101, 50)).toBeNull();
    expect(piecesOf(file, -1, 5, 50)).toBeNull();
    expect(piecesOf(file, 39, 1_000, 50)).toEqual({ from: 0, to: 2 });
  });
});

describe('plans', () => {
  const layout = {
    files: [
      { offset: 0, length: 400 * PIECE },
      { offset: 400 * PIECE, length: 400 * PIECE },
    ],
    pieceLength: PIECE,
  };

  const NEXT = CRITICAL_BYTES / PIECE;
  const FILM = 400 * PIECE;

  it('gives a reader of a wanted file all to its end, and the files after it', () => {
    const reader = { reader: 1, file: 0, at: 100 * PIECE, end: FILM };
    const plan = makePlan(layout, new Set([0]), [reader]);
    expect(plan.urgent).toEqual([{ from: 100, to: 99 + NEXT }]);
    expect(plan.streams).toEqual([{ from: 100, to: 399 }]);
    expect(plan.files).toEqual([{ from: 0, to: 399 }]);
    expect(plan.critical).toEqual(Array.from({ length: NEXT }, (_, at) => 100 + at));
  });

  it('gives each reader what it asked for next before anyone the rest of the file', () => {
    const plan = makePlan(layout, new Set([0]), [
      { reader: 1, file: 0, at: 100 * PIECE, end: 101 * PIECE },
      { reader: 2, file: 0, at: 300 * PIECE, end: FILM },
    ]);
    expect(plan.urgent).toEqual([
      { from: 100, to: 100 },
      { from: 300, to: 299 + NEXT },
    ]);
  });

  it('goes on where the newest reader is, then with what comes before it', () => {
    const readers = [350, 100, 300, 200].map((piece, reader) => ({
      reader,
      file: 0,
      at: piece * PIECE,
      end: FILM,
    }));
    expect(makePlan(layout, new Set([0]), readers).streams).toEqual([
      { from: 200, to: 399 },
      { from: 100, to: 199 },
    ]);
  });

  it('gives every reader all that it needs in streams of which none lies in one before', () => {
    const place = fc.record({ file: fc.nat(1), piece: fc.nat(399), pieces: fc.nat(300) });
    fc.assert(
      fc.property(fc.array(place, { maxLength: 12 }), fc.boolean(), (places, isWanted) => {
        const readers = places.map(({ file, piece, pieces }, reader) => ({
          reader,
          file,
          at: piece * PIECE,
          end: Math.min(FILM, (piece + 1 + pieces) * PIECE),
        }));
        const { streams, urgent } = makePlan(layout, new Set(isWanted ? [0, 1] : []), readers);
        const pieces = new Set<number>();
        for (const [at, { from, to }] of streams.entries()) {
          for (let piece = from; piece <= to; piece += 1) pieces.add(piece);
          const around = streams.findIndex((other) => other.from <= from && other.to >= to);
          expect(around).toBe(at);
        }
        for (const { file, at, end } of readers) {
          const last = isWanted ? FILM : Math.min(FILM, Math.max(end, at + READ_AHEAD));
          for (let piece = at / PIECE; piece < last / PIECE; piece += 1) {
            expect(pieces.has(file * 400 + piece)).toBe(true);
          }
        }
        expect(urgent).toHaveLength(readers.length);
      }),
      { numRuns: 50 },
    );
  });

  it('gives a reader of another file a read-ahead and no more', () => {
    const plan = makePlan(layout, new Set(), [{ reader: 1, file: 1, at: 0, end: PIECE }]);
    expect(plan.streams).toEqual([{ from: 400, to: 400 + READ_AHEAD / PIECE - 1 }]);
    expect(plan.files).toEqual([]);
  });

  it('leaves to the rarest first what lies beyond the read-ahead, and then what was skipped', () => {
    const wanted = new Set([0]);
    const { ahead, rest } = makePlan(layout, wanted, [
      { reader: 1, file: 0, at: 100 * PIECE, end: FILM },
      { reader: 2, file: 1, at: 0, end: PIECE },
    ]);
    const soon = READ_AHEAD / PIECE;
    expect(ahead).toEqual([
      { from: 400, to: 399 + soon },
      { from: 100, to: 99 + soon },
    ]);
    expect(rest).toEqual([
      { from: 100 + soon, to: 399 },
      { from: 0, to: 399 },
    ]);
  });

  it('keeps only the beginning at hand while nobody reads, and joins files of one priority', () => {
    const { ahead, rest } = makePlan(layout, new Set([0, 1]), []);
    expect(ahead).toEqual([{ from: 0, to: NEXT - 1 }]);
    expect(rest).toEqual([{ from: 0, to: 799 }]);
    const high = makePlan(layout, new Set([0, 1]), [], new Map([[1, 'high']]));
    expect(high.ahead).toEqual([{ from: 400, to: 399 + NEXT }]);
    expect(high.rest).toEqual([
      { from: 400, to: 799 },
      { from: 0, to: 399 },
    ]);
  });

  it('fetches the files of high priority first and those of low priority last', () => {
    const four = {
      files: [0, 1, 2, 3].map((at) => ({ offset: at * PIECE, length: PIECE })),
      pieceLength: PIECE,
    };
    const priorities = new Map([
      [0, 'low'],
      [2, 'high'],
    ] as const);
    const plan = makePlan(four, new Set([0, 1, 2, 3]), [], priorities);
    expect(plan.files.map(({ from }) => from)).toEqual([2, 1, 3, 0]);
  });

  it('begins with both ends of the first file: a player reads both before it plays', () => {
    const ends = (wanted: number[], high?: number) =>
      makePlan(
        layout,
        new Set(wanted),
        [],
        high === undefined ? undefined : new Map([[high, 'high']]),
      ).ends.map(({ from, to }) => [from, to]);
    expect(ends([0, 1])).toEqual([
      [0, 0],
      [399, 399],
    ]);
    expect(ends([0, 1], 1)).toEqual([
      [400, 400],
      [799, 799],
    ]);
    expect(ends([])).toEqual([]);
    const short = makePlan({ ...layout, files: [{ offset: 0, length: 9 }] }, new Set([0]), []);
    expect(short.ends).toEqual([{ from: 0, to: 0 }]);
  });

  it('ignores files that are not there', () => {
    expect(makePlan(layout, new Set([7]), [{ reader: 1, file: 9, at: 0, end: 1 }])).toEqual({
      urgent: [],
      ahead: [],
      rest: [],
      streams: [],
      files: [],
      ends: [],
      critical: [],
    });
  });
});
