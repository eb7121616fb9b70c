import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitsSet, fullBitfield, heldUntil, overlap, piecesOf } from './extent.ts';
import {
  CRITICAL_BYTES,
  MAX_READERS,
  MAX_WAITING_READERS,
  READ_AHEAD,
  READER_IDLE_MS,
} from './limits.ts';
import { createHeldCount, makePlan } from './plan.ts';
import { createWindows } from './windows.ts';

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
        expect(bitsSet(field, 8 * field.length)).toBe(count);
      }),
    );
    expect(bitsSet(new Uint8Array(), 9)).toBe(9);
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

  it('gives a reader of a wanted file all to its end, and the files after it', () => {
    const plan = makePlan(layout, new Set([0]), [{ file: 0, at: 100 * PIECE, end: 101 * PIECE }]);
    expect(plan.streams).toEqual([{ from: 100, to: 399 }]);
    expect(plan.files).toEqual([{ from: 0, to: 399 }]);
    expect(plan.critical).toEqual(
      Array.from({ length: CRITICAL_BYTES / PIECE }, (_, at) => 100 + at),
    );
  });

  it('gives each reader what it needs next before anyone the rest of the file', () => {
    const plan = makePlan(layout, new Set([0]), [
      { file: 0, at: 300 * PIECE, end: 301 * PIECE },
      { file: 0, at: 100 * PIECE, end: 101 * PIECE },
    ]);
    const next = CRITICAL_BYTES / PIECE - 1;
    expect(plan.urgent).toEqual([
      { from: 300, to: 300 + next },
      { from: 100, to: 100 + next },
    ]);
    expect(plan.streams.map(({ from }) => from)).toEqual([300, 100]);
  });

  it('gives a reader of another file a read-ahead and no more', () => {
    const plan = makePlan(layout, new Set(), [{ file: 1, at: 0, end: PIECE }]);
    expect(plan.streams).toEqual([{ from: 400, to: 400 + READ_AHEAD / PIECE - 1 }]);
    expect(plan.files).toEqual([]);
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

  it('ignores files that are not there', () => {
    expect(makePlan(layout, new Set([7]), [{ file: 9, at: 0, end: 1 }])).toEqual({
      urgent: [],
      streams: [],
      files: [],
      critical: [],
    });
  });
});

describe('readers', () => {
  it('move on in one window, and drop it when they jump', () => {
    const windows = createWindows();
    const first = windows.read({ file: 0, at: 0, end: 10 }, 0);
    expect(first.jumped).toBe(true);
    first.settled();
    const next = windows.read({ file: 0, at: PIECE, end: 2 * PIECE }, 1);
    expect([next.jumped, windows.readers.length]).toEqual([false, 1]);
    next.settled();
    windows.read({ file: 0, at: 900 * PIECE, end: 901 * PIECE }, 2);
    expect(windows.readers.map(({ at }) => at)).toEqual([900 * PIECE]);
  });

  it('keep a place where someone still waits', () => {
    const windows = createWindows();
    windows.read({ file: 0, at: 0, end: 10 }, 0);
    windows.read({ file: 0, at: 900 * PIECE, end: 901 * PIECE }, 0);
    expect(windows.readers.map(({ at }) => at)).toEqual([900 * PIECE, 0]);
  });

  it('are told apart while the first still waits, however near they are', () => {
    const windows = createWindows();
    windows.read({ file: 0, at: 0, end: PIECE }, 0);
    expect(windows.read({ file: 0, at: 9 * PIECE, end: 10 * PIECE }, 0).jumped).toBe(true);
    expect(windows.readers.map(({ at }) => at)).toEqual([9 * PIECE, 0]);
  });

  it('keep their places while they wait, however many have come since', () => {
    const windows = createWindows();
    for (let file = 0; file < 3 * MAX_READERS; file += 1) windows.read({ file, at: 0, end: 1 }, 0);
    expect(windows.readers).toHaveLength(3 * MAX_READERS);
    for (let file = 0; file < MAX_WAITING_READERS; file += 1) {
      windows.read({ file: 100 + file, at: 0, end: 1 }, 0);
    }
    expect(windows.readers).toHaveLength(MAX_WAITING_READERS);
  });

  it('give their place up when they leave, unless they have moved on', () => {
    const windows = createWindows();
    const first = windows.read({ file: 0, at: 0, end: 10 }, 0);
    const next = windows.read({ file: 0, at: 10, end: 20 }, 0);
    first.settled();
    expect([first.left(), windows.readers.length]).toEqual([false, 1]);
    next.settled();
    expect([next.left(), next.left(), windows.readers.length]).toEqual([true, false, 0]);
  });

  it('are forgotten when they stay silent, and are not too many', () => {
    const windows = createWindows();
    for (let file = 0; file < 10; file += 1) windows.read({ file, at: 0, end: 1 }, 0).settled();
    expect(windows.readers).toHaveLength(MAX_READERS);
    expect(windows.expire(READER_IDLE_MS - 1)).toBe(false);
    expect(windows.expire(READER_IDLE_MS)).toBe(true);
    expect(windows.readers).toEqual([]);
  });
});
