import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeptSpeed, type SpeedStorage } from './speed.ts';

const memory = (first: Record<string, string> = {}): SpeedStorage => {
  const items = new Map(Object.entries(first));
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
  };
};

describe('kept speed limits', () => {
  it('are none at first, and there again after a restart, for their profile only', () => {
    const storage = memory();
    const kept = createKeptSpeed(() => storage, 'main');
    expect(kept.read()).toEqual({ down: null, up: null });
    expect(kept.write({ down: 2_000_000, up: null })).toEqual({ down: 2_000_000, up: null });
    expect(createKeptSpeed(() => storage, 'main').read()).toEqual({ down: 2_000_000, up: null });
    expect(createKeptSpeed(() => storage, 'other').read()).toEqual({ down: null, up: null });
  });

  it('take 0 for none and raise what would starve a peer', () => {
    const kept = createKeptSpeed(() => memory(), 'main');
    expect(kept.write({ down: 0, up: 1 })).toEqual({ down: null, up: 16_384 });
  });

  it('hold for the session where nothing can be kept', () => {
    const refusing = (): SpeedStorage => {
      throw new Error('forbidden');
    };
    const kept = createKeptSpeed(refusing, 'main');
    kept.write({ down: null, up: 99_999 });
    expect(kept.read()).toEqual({ down: null, up: 99_999 });
  });

  it('are within bounds whatever is stored', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const kept = createKeptSpeed(() => memory({ 'rivulet:main:speed': text }), 'main');
        for (const limit of Object.values(kept.read())) {
          expect(limit === null || (limit >= 16_384 && limit <= 2 ** 40)).toBe(true);
        }
      }),
    );
  });
});
