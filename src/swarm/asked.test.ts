import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAsked } from './asked.ts';
import { LATE_BLOCK_MS, MAX_ASKED } from './limits.ts';

describe('asked blocks', () => {
  it('pays each request once, in any order of answers', () => {
    const request = fc.tuple(fc.nat(2), fc.nat(2), fc.integer({ min: 1, max: 2 }));
    fc.assert(
      fc.property(fc.array(request), fc.array(request), (requests, answers) => {
        const asked = createAsked();
        const open = new Map<string, number>();
        for (const block of requests) {
          asked.ask(...block);
          open.set(block.join(), (open.get(block.join()) ?? 0) + 1);
        }
        for (const block of answers) {
          const left = open.get(block.join()) ?? 0;
          expect(asked.answer(...block, 0)).toBe(left > 0);
          if (left > 0) open.set(block.join(), left - 1);
        }
        expect(asked.size).toBe([...open.values()].reduce((sum, count) => sum + count, 0));
      }),
    );
  });

  it('pays a block that comes late after its cancel, but not for ever', () => {
    const asked = createAsked();
    asked.ask(1, 0, 5);
    asked.ask(2, 0, 5);
    asked.cancel(1, 0, 5, 0);
    asked.cancel(2, 0, 5, 1);
    expect(asked.answer(1, 0, 5, LATE_BLOCK_MS - 1)).toBe(true);
    expect(asked.answer(2, 0, 5, LATE_BLOCK_MS + 1)).toBe(false);
    expect(asked.size).toBe(0);
  });

  it('keeps a request that was made again after a cancel', () => {
    const asked = createAsked();
    asked.ask(1, 0, 5);
    asked.cancel(1, 0, 5, 0);
    asked.ask(1, 0, 5);
    asked.reject(1, 0, 5);
    expect(asked.answer(1, 0, 5, 2 * LATE_BLOCK_MS)).toBe(true);
    expect(asked.answer(1, 0, 5, 2 * LATE_BLOCK_MS)).toBe(false);
  });

  it('forgets all on a choke, and never holds more than its bound', () => {
    const asked = createAsked();
    for (let index = 0; index < MAX_ASKED + 10; index += 1) asked.ask(index, 0, 1);
    expect(asked.size).toBe(MAX_ASKED);
    expect(asked.answer(0, 0, 1, 0)).toBe(false);
    expect(asked.answer(MAX_ASKED, 0, 1, 0)).toBe(true);
    asked.clear();
    expect(asked.answer(MAX_ASKED + 1, 0, 1, 0)).toBe(false);
  });
});
