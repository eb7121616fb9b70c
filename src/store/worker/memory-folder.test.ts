import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FailureError } from '../../shared/result.ts';
import { createMemoryFolder } from './memory-folder.ts';

describe('memory folder', () => {
  it('reads back what a flat array would hold', async () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({
          at: fc.nat(200_000),
          length: fc.nat(70_000),
          value: fc.integer({ min: 1, max: 255 }),
        }),
        fc.record({ truncate: fc.nat(200_000) }),
      ),
      { maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        const folder = createMemoryFolder();
        const file = await folder.open('a');
        const flat = new Uint8Array(300_000);
        let size = 0;
        for (const step of list) {
          if ('truncate' in step) {
            flat.fill(0, step.truncate);
            size = step.truncate;
            file.truncate(size);
          } else {
            flat.fill(step.value, step.at, step.at + step.length);
            size = Math.max(size, step.at + step.length);
            file.write(new Uint8Array(step.length).fill(step.value), step.at);
          }
          expect(file.size()).toBe(size);
        }
        const all = (await folder.readAll('a')) ?? new Uint8Array(0);
        expect(Buffer.compare(all, flat.subarray(0, size))).toBe(0);
        const tail = new Uint8Array(100);
        expect(file.read(tail, Math.max(0, size - 10))).toBe(Math.min(10, size));
      }),
      { numRuns: 40 },
    );
  });

  it('is full beyond its bound, and takes again what was given back', async () => {
    const folder = createMemoryFolder(3 * 65_536);
    const file = await (await folder.folder('x')).open('a');
    file.write(new Uint8Array(2 * 65_536).fill(1), 0);
    const other = await folder.open('b');
    expect(() => other.write(new Uint8Array(65_537), 0)).toThrow(FailureError);
    other.truncate(0);
    other.write(new Uint8Array(65_536).fill(2), 65_536);
    await folder.remove('x');
    other.write(new Uint8Array(65_536).fill(3), 5 * 65_536);
    await folder.remove('b');
    const again = await folder.open('c');
    again.write(new Uint8Array(3 * 65_536), 0);
    expect(() => again.write(new Uint8Array(1), 3 * 65_536)).toThrow(FailureError);
  });

  it('forgets files and folders that are removed', async () => {
    const folder = createMemoryFolder();
    (await (await folder.folder('x')).open('a')).write(new Uint8Array(3), 0);
    expect(await folder.folders()).toEqual(['x']);
    await folder.remove('x');
    expect(await folder.folders()).toEqual([]);
    expect(await (await folder.folder('x')).readAll('a')).toBeNull();
    await folder.remove('never there');
  });
});
