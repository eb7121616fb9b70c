import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fail } from '../../shared/result.ts';
import { createFileReader, factsOf, type FileReader } from './file-reader.ts';
import { createWorld, deferred, eagerClock, fileOf, HASH, type World } from './testing/world.ts';

const PIECE = 40_000;

const readerOf = (world: World, start: number, end: number, reader = 7): FileReader =>
  createFileReader(
    { profile: 'main', infoHash: HASH, file: 0, start, end, reader },
    world.links,
    eagerClock,
  );

/** Everything that a reader gives for a stretch. */
const readAll = async (reader: FileReader, length: number): Promise<Uint8Array> => {
  const bytes = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const chunk = await reader.next();
    if (!chunk.ok) throw new Error(chunk.error.code);
    expect(chunk.value.length).toBeGreaterThan(0);
    bytes.set(chunk.value, at);
    at += chunk.value.length;
  }
  reader.close();
  return bytes;
};

describe('file reader', () => {
  it('gives exactly the bytes asked for, whatever is held', async () => {
    const cases = fc
      .record({
        length: fc.integer({ min: 1, max: 6 * PIECE }),
        held: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
        from: fc.double({ min: 0, max: 0.999, noNaN: true }),
        to: fc.double({ min: 0, max: 1, noNaN: true }),
      })
      .map(({ length, held, from, to }) => {
        const start = Math.floor(from * length);
        const end = start + 1 + Math.floor(to * (length - start - 1));
        return { length, held, start, end };
      });
    await fc.assert(
      fc.asyncProperty(cases, async ({ length, held, start, end }) => {
        const missing = new Set<number>();
        for (let at = start; at < end; at += 1) {
          const piece = Math.floor(at / PIECE);
          if (!held[piece]) missing.add(piece);
        }
        const file = fileOf('a.mp4', length, [...held]);
        const world = createWorld({ files: [file], pieceLength: PIECE });
        const bytes = await readAll(readerOf(world, start, end), end - start);
        expect(Buffer.compare(bytes, file.content.subarray(start, end))).toBe(0);
        expect(new Set(world.ensured.map(({ offset }) => Math.floor(offset / PIECE)))).toEqual(
          missing,
        );
        expect(world.ensured.every((request) => request.end === end && request.reader === 7)).toBe(
          true,
        );
        world.stop();
      }),
      { numRuns: 40 },
    );
  });

  it('goes on with the next engine page when one goes away in the middle', async () => {
    let reads = 0;
    const file = fileOf(
      'a.mp4',
      900_000,
      Array.from({ length: 23 }, () => true),
    );
    const world: World = createWorld({
      files: [file],
      pieceLength: PIECE,
      onRead() {
        reads += 1;
        if (reads === 2 || reads === 4) world.reconnect();
      },
    });
    const bytes = await readAll(readerOf(world, 0, 900_000), 900_000);
    expect(Buffer.compare(bytes, file.content)).toBe(0);
    expect(reads).toBeGreaterThan(4);
    world.stop();
  });

  it('passes on why the engine would not get the data', async () => {
    const world = createWorld({
      files: [fileOf('a.mp4', 10, [false])],
      pieceLength: PIECE,
      ensure: async () => fail('over-budget', 'The budget is used up.'),
    });
    expect(await readerOf(world, 0, 10).next()).toMatchObject({ error: { code: 'over-budget' } });
    world.stop();
  });

  it('gives up when data that is said to be there cannot be read', async () => {
    const world = createWorld({
      files: [fileOf('a.mp4', 10, [false])],
      pieceLength: PIECE,
      ensure: async () => ({ ok: true, value: undefined }),
    });
    expect(await readerOf(world, 0, 10).next()).toMatchObject({ error: { code: 'storage' } });
    world.stop();
  });

  it('cancels what the engine does for it, and tells it once', async () => {
    const aborted: number[] = [];
    const asked = deferred();
    const gone = deferred();
    const world = createWorld({
      files: [fileOf('a.mp4', 10, [false])],
      pieceLength: PIECE,
      ensure: ({ reader }, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            aborted.push(reader);
            resolve(fail('aborted', 'cancelled'));
            gone.resolve();
          });
          asked.resolve();
        }),
    });
    const reader = readerOf(world, 0, 10);
    const next = reader.next();
    await asked.promise;
    reader.close();
    reader.close();
    expect(await next).toMatchObject({ error: { code: 'aborted' } });
    await gone.promise;
    await factsOf(world.links, 'main', { infoHash: HASH, file: 0 }, new AbortController().signal);
    expect(aborted).toEqual([7]);
    expect(world.released).toEqual([7]);
    world.stop();
  });

  it('does not tell the engine of readers that never needed it', async () => {
    const world = createWorld({ files: [fileOf('a.mp4', 10, [true])], pieceLength: PIECE });
    await readAll(readerOf(world, 0, 10), 10);
    expect(world.ensured).toEqual([]);
    expect(world.released).toEqual([]);
    world.stop();
  });
});
