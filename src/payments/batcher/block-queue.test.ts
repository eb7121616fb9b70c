import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockQueue } from './block-queue.ts';

type Row = readonly [torrent: number, piece: number, offset: number, length: number];

const rowsOf = (queue: BlockQueue): Row[] =>
  Array.from({ length: queue.size }, (_, i) => [
    queue.torrent(i),
    queue.piece(i),
    queue.offset(i),
    queue.length(i),
  ]);

describe('the queue of blocks', () => {
  it('behaves like a list', () => {
    const step = fc.oneof(
      fc.record({
        push: fc.integer({ min: 1, max: 200 }),
        piece: fc.nat(3),
        torrents: fc.array(fc.nat(3), { minLength: 1, maxLength: 5 }),
      }),
      fc.record({ drop: fc.nat(150) }),
      fc.record({ strike: fc.nat(3) }),
      fc.record({ dropOf: fc.nat(150), torrent: fc.nat(3) }),
    );
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const queue = new BlockQueue();
        let list: Row[] = [];
        let offset = 0;
        for (const one of steps) {
          if ('push' in one) {
            for (let i = 0; i < one.push; i += 1) {
              offset += 1;
              const torrent = one.torrents[i % one.torrents.length] ?? 0;
              queue.push(torrent, one.piece, offset, 10 + i, 3, offset);
              list.push([torrent, one.piece, offset, 10 + i]);
            }
          } else if ('drop' in one) {
            queue.drop(one.drop);
            list = list.slice(one.drop);
          } else if ('dropOf' in one) {
            const own = list.filter(([torrent]) => torrent === one.torrent);
            const gone = new Set(own.slice(0, one.dropOf));
            queue.dropOf(one.torrent, gone.size);
            list = list.filter((row) => !gone.has(row));
          } else {
            const isStruck = ([torrent, piece]: Row) => torrent === 1 && piece === one.strike;
            const units = queue.strike(1, one.strike);
            const struck = list.filter(isStruck);
            expect(units).toBe(struck.reduce((sum, [, , , length]) => sum + 3 * length, 0));
            list = list.filter((row) => !isStruck(row));
          }
          expect(rowsOf(queue)).toEqual(list);
          const bytes = list.reduce((sum, [, , , length]) => sum + length, 0);
          expect([queue.bytes, queue.units]).toEqual([bytes, 3 * bytes]);
        }
      }),
    );
  });

  it('pours into another in order', () => {
    const from = new BlockQueue();
    const to = new BlockQueue();
    to.push(0, 0, 0, 1, 1, 0);
    for (let i = 1; i < 100; i += 1) from.push(i, i, i, i, i, i);
    from.shift(to);
    from.pour(to);
    expect(from.size).toBe(0);
    expect(rowsOf(to).map(([torrent]) => torrent)).toEqual(
      Array.from({ length: 100 }, (_, i) => i),
    );
    expect(to.price(99)).toBe(99);
    expect(to.time(99)).toBe(99);
  });
});
