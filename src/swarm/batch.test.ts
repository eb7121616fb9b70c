import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PIECE_HEADER, planBatch, writeBlock } from './batch.ts';

const request = fc.record({
  index: fc.nat(2),
  offset: fc.nat(4).map((block) => block * 100),
  length: fc.constantFrom(100, 60),
});

describe('batches of blocks', () => {
  it('take a prefix of the queue, in order, in runs of neighbours, within both bounds', () => {
    fc.assert(
      fc.property(fc.array(request), fc.nat(1_000), fc.nat(1_000), (queue, maxBytes, credit) => {
        const { runs, taken } = planBatch(queue, maxBytes, (bytes) => bytes <= credit);
        const flat = runs.flat();
        expect(flat).toEqual(queue.slice(0, taken));
        const bytes = flat.reduce((sum, { length }) => sum + length, 0);
        expect(bytes).toBeLessThanOrEqual(credit);
        if (taken > 1) expect(bytes + taken * PIECE_HEADER).toBeLessThanOrEqual(maxBytes);
        for (const run of runs) {
          run.forEach((one, at) => {
            const last = run[at - 1];
            if (last !== undefined) {
              expect([one.index, one.offset]).toEqual([last.index, last.offset + last.length]);
            }
          });
        }
        if (taken === 0 && queue[0] !== undefined) expect(queue[0].length).toBeGreaterThan(credit);
      }),
    );
  });

  it('are piece messages of BEP-3', () => {
    const target = new Uint8Array(20);
    const end = writeBlock(
      target,
      2,
      { index: 0x0102, offset: 0x030405, length: 3 },
      Uint8Array.of(7, 8, 9),
    );
    expect(end).toBe(18);
    expect([...target]).toEqual([0, 0, 0, 0, 0, 12, 7, 0, 0, 1, 2, 0, 3, 4, 5, 7, 8, 9, 0, 0]);
  });
});
