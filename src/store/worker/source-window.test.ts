import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSourceReader } from './source-window.ts';

const MIB = 1024 * 1024;

const bytesOf = (length: number, seed: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8) * 7 + seed) & 0xff);

/** A file that counts how often it is sliced, and may turn unreadable. */
const counting = (bytes: Uint8Array<ArrayBuffer>) => {
  const real = new Blob([bytes]);
  const state = { slices: 0, broken: false };
  const blob = Object.create(real) as Blob;
  blob.slice = (start, end) => {
    state.slices += 1;
    const part = real.slice(start, end);
    return state.broken
      ? Object.assign(Object.create(part) as Blob, {
          arrayBuffer: () => Promise.reject(new DOMException('changed', 'NotReadableError')),
        })
      : part;
  };
  return { blob, state };
};

describe('windows over a file of the user', () => {
  const first = bytesOf(2 * MIB + 777, 1);
  const second = bytesOf(300_000, 2);

  it('reads any range of any file as it is', async () => {
    const reader = createSourceReader([new Blob([first]), new Blob([second])]);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(0, 1),
        fc.nat(2 * MIB + 900),
        fc.nat(400_000),
        async (file, offset, length) => {
          const expected = [first, second][file]?.subarray(offset, offset + length);
          const into = new Uint8Array(length);
          const got = await reader.read(file, offset, into);
          expect(got).toBe(expected?.length);
          expect(Buffer.compare(into.subarray(0, got), expected ?? new Uint8Array(0))).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('slices once for all the blocks of a stretch, also when they are asked for together', async () => {
    const { blob, state } = counting(first);
    const reader = createSourceReader([blob]);
    await Promise.all(
      Array.from({ length: 64 }, (_, at) => reader.read(0, at * 16_384, new Uint8Array(16_384))),
    );
    expect(state.slices).toBe(1);
  });

  it('keeps a bounded number of windows', async () => {
    const { blob, state } = counting(bytesOf(1, 0));
    const reader = createSourceReader(Array.from({ length: 100 }, () => blob));
    const into = new Uint8Array(1);
    for (let file = 0; file < 100; file += 1) await reader.read(file, 0, into);
    await reader.read(99, 0, into);
    expect(state.slices).toBe(100);
    await reader.read(0, 0, into);
    expect(state.slices).toBe(101);
  });

  it('tells a failure and reads again the next time', async () => {
    const { blob, state } = counting(second);
    const reader = createSourceReader([blob]);
    state.broken = true;
    await expect(reader.read(0, 0, new Uint8Array(5))).rejects.toThrow('changed');
    state.broken = false;
    expect(await reader.read(0, 0, new Uint8Array(5))).toBe(5);
  });
});
