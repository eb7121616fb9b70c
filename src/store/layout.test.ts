import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLayout } from './layout.ts';

const torrents = fc.record({
  pieceLength: fc.integer({ min: 1, max: 50 }),
  lengths: fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 20 }),
});

const build = ({ pieceLength, lengths }: { pieceLength: number; lengths: number[] }) => {
  const length = lengths.reduce((sum, each) => sum + each, 0);
  const files = lengths.map((each, index) => ({ path: String(index), length: each }));
  const layout = createLayout(pieceLength, length, files);
  if (!layout) throw new Error('the layout must be valid');
  return { layout, length };
};

describe('layout', () => {
  it('splits any range as a byte by byte walk over the joined files does', () => {
    fc.assert(
      fc.property(torrents, fc.nat(1300), fc.nat(200), (torrent, offset, size) => {
        const { layout } = build(torrent);
        const joined = torrent.lengths.flatMap((each, file) =>
          Array.from({ length: each }, (_, at) => `${file}:${at}`),
        );
        const split = layout
          .spans(offset, size)
          .flatMap((span) =>
            Array.from({ length: span.length }, (_, at) => `${span.file}:${span.offset + at}`),
          );
        expect(split).toEqual(joined.slice(offset, offset + size));
      }),
    );
  });

  it('gives no empty span, and no two spans of one file in a row', () => {
    fc.assert(
      fc.property(torrents, (torrent) => {
        const { layout, length } = build(torrent);
        const spans = layout.spans(0, length);
        expect(spans.every((span) => span.length > 0)).toBe(true);
        expect(new Set(spans.map((span) => span.file)).size).toBe(spans.length);
      }),
    );
  });

  it('gives piece sizes that add up to the length', () => {
    fc.assert(
      fc.property(torrents, (torrent) => {
        const { layout, length } = build(torrent);
        let total = 0;
        for (let piece = 0; piece < layout.pieceCount; piece += 1) {
          const size = layout.pieceSize(piece);
          expect(size).toBeGreaterThan(0);
          expect(size).toBeLessThanOrEqual(torrent.pieceLength);
          total += size;
        }
        expect(total).toBe(length);
        expect(layout.pieceSize(layout.pieceCount)).toBe(0);
        expect(layout.pieceSize(-1)).toBe(0);
        expect(layout.pieceSize(0.5)).toBe(0);
      }),
    );
  });

  it('refuses numbers that contradict each other', () => {
    const files = [{ path: 'a', length: 10 }];
    expect(createLayout(4, 11, files)).toBeNull();
    expect(createLayout(0, 10, files)).toBeNull();
    expect(createLayout(1.5, 10, files)).toBeNull();
    expect(createLayout(4, 0, [])).toBeNull();
    expect(createLayout(4, Number.NaN, files)).toBeNull();
    expect(createLayout(4, 10, [{ path: 'a', length: -10 }])).toBeNull();
    const huge = { path: 'a', length: Number.MAX_SAFE_INTEGER };
    expect(createLayout(4, Number.MAX_SAFE_INTEGER, [huge, huge])).toBeNull();
  });
});
