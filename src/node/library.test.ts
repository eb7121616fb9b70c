import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { satPerMiB } from '../shared/units.ts';
import { decodeIntent, type Intent } from './library.ts';

describe('decodeIntent', () => {
  it('reads back what was written as JSON', () => {
    const intent: Intent = {
      addedAt: 1_790_000_000,
      sellPrice: satPerMiB(1_088),
      wanted: [0, 2],
      own: false,
    };
    expect(decodeIntent(JSON.parse(JSON.stringify(intent)))).toEqual(intent);
    expect(decodeIntent({ ...intent, wanted: null })).toEqual({ ...intent, wanted: null });
  });

  it('never throws and never invents a price', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const intent = decodeIntent(value);
        if (intent !== null) expect(Number.isSafeInteger(intent.sellPrice)).toBe(true);
      }),
    );
  });
});
