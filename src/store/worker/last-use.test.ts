import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLastUse, decodeUse, encodeUse } from './last-use.ts';

const start = () => {
  const saved: number[] = [];
  const state = { now: 1_000_000, fails: false };
  const use = createLastUse({
    at: 500_000,
    clock: { now: () => state.now },
    save: async (at) => {
      if (state.fails) throw new Error('full');
      saved.push(at);
    },
  });
  return { use, saved, state };
};

describe('last use', () => {
  it('is written down at most once a minute', () => {
    const { use, saved, state } = start();
    expect(use.at()).toBe(500_000);
    for (let read = 0; read < 50; read += 1) {
      use.touch();
      state.now += 1_000;
    }
    expect(use.at()).toBe(1_049_000);
    expect(saved).toEqual([1_000_000]);
    state.now = 1_060_000;
    use.touch();
    expect(saved).toEqual([1_000_000, 1_060_000]);
  });

  it('is written down by the next use when it could not be', async () => {
    const { use, saved, state } = start();
    state.fails = true;
    use.touch();
    await Promise.resolve();
    await Promise.resolve();
    state.fails = false;
    state.now += 1;
    use.touch();
    expect(saved).toEqual([1_000_001]);
  });

  it('reads back what it wrote, and nothing else', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (at) => {
        expect(decodeUse(encodeUse(at))).toBe(at);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (data) => {
        const at = decodeUse(new Uint8Array(data));
        expect(at === null || (Number.isSafeInteger(at) && at > 0)).toBe(true);
      }),
    );
    expect(decodeUse(null)).toBeNull();
  });
});
