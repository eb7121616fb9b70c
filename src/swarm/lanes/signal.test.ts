import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LANES_OF_WIRE, MAX_SIGNAL_BYTES } from '../limits.ts';
import { decodeSignal, encodeSignal, type SignalKind } from './signal.ts';

const kinds: readonly SignalKind[] = [
  'offer',
  'answer',
  'offerer-candidate',
  'answerer-candidate',
  'offerer-close',
  'answerer-close',
];

describe('a signal', () => {
  it('comes back as it was', () => {
    const signal = fc.record({
      kind: fc.constantFrom(...kinds),
      lane: fc.nat(LANES_OF_WIRE - 1),
      text: fc.string({ unit: 'grapheme', maxLength: 500 }),
    });
    fc.assert(
      fc.property(signal, (given) => {
        expect(decodeSignal(encodeSignal(given))).toEqual(given);
      }),
    );
  });

  it('is never made of anything else, and nothing throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (data) => {
        const read = decodeSignal(data);
        if (read !== null) expect(encodeSignal(read)).toEqual(data);
      }),
    );
  });

  it.each([
    ['nothing', Uint8Array.of()],
    ['no lane', Uint8Array.of(0)],
    ['an unknown kind', Uint8Array.of(6, 0)],
    ['a lane beyond the last', Uint8Array.of(0, LANES_OF_WIRE)],
    ['no UTF-8', Uint8Array.of(0, 0, 0xff)],
    ['too much', new Uint8Array(MAX_SIGNAL_BYTES + 1)],
  ])('is not %s', (_what, data) => {
    expect(decodeSignal(data)).toBeNull();
  });
});
