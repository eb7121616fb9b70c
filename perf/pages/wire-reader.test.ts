import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWireReader } from './wire-reader.ts';

type Message =
  | {
      readonly kind: 'block';
      readonly piece: number;
      readonly offset: number;
      readonly length: number;
    }
  | { readonly kind: 'other'; readonly id: number; readonly length: number }
  | { readonly kind: 'alive' };

const uint = fc.nat(0xffff_ffff);
const messages = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('block' as const),
      piece: uint,
      offset: uint,
      length: fc.nat(40),
    }),
    fc.record({
      kind: fc.constant('other' as const),
      id: fc.nat(20).filter((id) => id !== 7),
      length: fc.nat(30),
    }),
    fc.record({ kind: fc.constant('alive' as const) }),
  ),
  { maxLength: 20 },
);

const encoded = (list: readonly Message[]): Uint8Array => {
  const bytes: number[] = Array.from({ length: 68 }, () => 7);
  const u32 = (value: number): number[] => [24, 16, 8, 0].map((bits) => (value >>> bits) & 0xff);
  for (const message of list) {
    if (message.kind === 'alive') bytes.push(...u32(0));
    else if (message.kind === 'other') {
      bytes.push(...u32(message.length + 1), message.id);
      for (let i = 0; i < message.length; i += 1) bytes.push(7);
    } else {
      bytes.push(...u32(message.length + 9), 7, ...u32(message.piece), ...u32(message.offset));
      for (let i = 0; i < message.length; i += 1) bytes.push(7);
    }
  }
  return Uint8Array.from(bytes);
};

describe('the wire reader', () => {
  it('finds every block, however the stream is cut', () => {
    fc.assert(
      fc.property(messages, fc.array(fc.integer({ min: 1, max: 50 })), (list, cuts) => {
        const found: unknown[] = [];
        const reader = createWireReader((piece, offset, length) =>
          found.push({ kind: 'block', piece, offset, length }),
        );
        const data = encoded(list);
        let at = 0;
        for (const cut of cuts) {
          reader.push(data.subarray(at, at + cut));
          at += cut;
        }
        reader.push(data.subarray(at));
        expect(found).toEqual(list.filter(({ kind }) => kind === 'block'));
      }),
    );
  });

  it('tells a block only when its last byte is there', () => {
    let blocks = 0;
    const reader = createWireReader(() => {
      blocks += 1;
    });
    const data = encoded([{ kind: 'block', piece: 1, offset: 0, length: 10 }]);
    reader.push(data.subarray(0, -1));
    expect(blocks).toBe(0);
    reader.push(data.subarray(-1));
    expect(blocks).toBe(1);
  });
});
