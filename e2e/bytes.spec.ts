import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import type { Page } from '@playwright/test';
import { randomFile } from './support/films.ts';
import { expect, test } from './support/nodes.ts';

interface Range {
  readonly file: number;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

const MIB = 1_048_576;
/** One file ends in the middle of a block, one is a single block, one is hardly anything. */
const LENGTHS = [24 * MIB + 7_777, 3 * MIB + 1, 16_384, 19];
const RANGES = 2_000;
/** This many while pieces still arrive, the rest from what is held. */
const EARLY = 200;
/** Long enough to cross pieces now and then. */
const LONGEST = 300_000;

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
const dice = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** Mostly short ranges of all files, some long ones. */
const pickRanges = (count: number, random: () => number): Range[] =>
  Array.from({ length: count }, () => {
    const file = Math.floor(random() * LENGTHS.length);
    const length = LENGTHS[file] ?? 0;
    const start = Math.floor(random() * length);
    const longest = random() < 0.1 ? LONGEST : 4_096;
    return { file, start, end: Math.min(length, start + 1 + Math.floor(random() * longest)) };
  });

/** SHA-256 (hex) of each range as the service worker serves it; refuses anything but a right 206. */
const hashRanges = (page: Page, infoHash: string, ranges: readonly Range[]): Promise<string[]> =>
  page.evaluate(
    async ([hash, wanted]) => {
      const hashes: string[] = [];
      let next = 0;
      const work = async (): Promise<void> => {
        for (let at = next++; at < wanted.length; at = next++) {
          const range = wanted[at];
          if (range === undefined) return;
          const { file, start, end } = range;
          const response = await fetch(`/stream/${hash}/${file}`, {
            headers: { Range: `bytes=${start}-${end - 1}` },
          });
          const told = response.headers.get('Content-Range') ?? '';
          if (response.status !== 206 || !told.startsWith(`bytes ${start}-${end - 1}/`)) {
            throw new Error(
              `${response.status} ${told} for ${file}: ${start} to ${end}, ${await response.text()}`,
            );
          }
          const digest = await crypto.subtle.digest('SHA-256', await response.arrayBuffer());
          hashes[at] = [...new Uint8Array(digest)]
            .map((byte) => byte.toString(16).padStart(2, '0'))
            .join('');
        }
      };
      await Promise.all(Array.from({ length: 6 }, work));
      return hashes;
    },
    [infoHash, ranges] as const,
  );

test('2,000 random ranges of random files equal the source', async ({ openApp }) => {
  const sources = LENGTHS.map((length, index) => randomFile(length, 41 + index));
  const contents = sources.map(({ path }) => readFileSync(path));
  const expected = (ranges: readonly Range[]): string[] =>
    ranges.map(({ file, start, end }) =>
      createHash('sha256')
        .update(contents[file]?.subarray(start, end) ?? '')
        .digest('hex'),
    );

  const seeder = await openApp('seeder');
  await seeder.shell.open('#/seed');
  await seeder.page.getByTestId('seed-input').setInputFiles(sources.map((source) => source.path));
  await seeder.seed.price(0);
  const { link, infoHash } = await seeder.seed.start();
  const viewer = await openApp('viewer');
  await viewer.shell.open();
  await viewer.watch.openLink(link);
  await viewer.watch.start();

  await viewer.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  const random = dice(7);
  const early = pickRanges(EARLY, random);
  expect(await hashRanges(viewer.page, infoHash, early)).toEqual(expected(early));
  await viewer.watch.complete(LENGTHS.reduce((sum, length) => sum + length, 0));
  const late = pickRanges(RANGES - EARLY, random);
  expect(await hashRanges(viewer.page, infoHash, late)).toEqual(expected(late));
  for (const source of sources) source.remove();
});
