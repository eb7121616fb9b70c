import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import type { Page } from '@playwright/test';
import { randomFile, sampleFilm, type SourceFile } from './support/films.ts';
import { request, stopServiceWorkers } from './support/http.ts';
import { expect, test, type AppNode } from './support/nodes.ts';

interface Range {
  readonly file: number;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

const MIB = 1_048_576;
/** One file ends in the middle of a block, one is a single block, one is hardly anything. */
const LENGTHS = [12 * MIB + 7_777, 3 * MIB + 1, 16_384, 19];
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

const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** A viewer that is about to get this file for nothing, and does not ask for all of it yet. */
const openViewer = async (
  openApp: (name: string) => Promise<AppNode>,
  source: SourceFile,
): Promise<{ viewer: AppNode; infoHash: string }> => {
  const seeder = await openApp('seeder');
  await seeder.shell.open('#/seed');
  await seeder.seed.choose(source.path);
  await seeder.seed.price(0);
  const { link, infoHash } = await seeder.seed.start();
  const viewer = await openApp('viewer');
  await viewer.shell.open();
  await viewer.watch.openLink(link);
  await viewer.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  return { viewer, infoHash };
};

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

test('every kind of range gets the status, headers and bytes that HTTP asks for', async ({
  openApp,
}) => {
  const source = randomFile(3 * MIB + 77, 47);
  const content = readFileSync(source.path);
  const { viewer, infoHash } = await openViewer(openApp, source);
  await viewer.watch.start();
  await viewer.watch.complete(source.length);
  const { page } = viewer;
  const url = `/stream/${infoHash}/0`;
  const etag = `"${infoHash}-0"`;
  const last = source.length - 1;
  const whole = { status: 200, start: 0, end: source.length };
  const part = (start: number, end: number) => ({ status: 206, start, end });
  const cases: readonly (readonly [
    Record<string, string>,
    { readonly status: number; readonly start: number; readonly end: number },
  ])[] = [
    [{}, whole],
    // What Safari asks first, and what Firefox and Chromium ask.
    [{ Range: 'bytes=0-1' }, part(0, 2)],
    [{ Range: 'bytes=0-' }, part(0, source.length)],
    [{ Range: `bytes=${MIB}-` }, part(MIB, source.length)],
    [{ Range: 'bytes=-500' }, part(source.length - 500, source.length)],
    [{ Range: `bytes=-${source.length * 2}` }, part(0, source.length)],
    [{ Range: `bytes=${last}-${last + 999}` }, part(last, source.length)],
    [{ Range: 'bytes=10-19,20-29' }, part(10, 30)],
    [{ Range: 'bytes=10-19,40-49' }, whole],
    [{ Range: 'bytes=9-3' }, whole],
    [{ Range: 'bytes=5-9', 'If-Range': etag }, part(5, 10)],
    [{ Range: 'bytes=5-9', 'If-Range': `W/${etag}` }, whole],
    [{ Range: 'bytes=5-9', 'If-Range': 'Wed, 21 Oct 2015 07:28:00 GMT' }, whole],
  ];
  const answers = await request(
    page,
    url,
    cases.map(([headers]) => ({ headers })),
  );
  for (const [at, [asked, { status, start, end }]] of cases.entries()) {
    const words = JSON.stringify(asked);
    expect(answers[at], words).toMatchObject({
      status,
      length: end - start,
      sha256: sha256(content.subarray(start, end)),
      headers: {
        'accept-ranges': 'bytes',
        'cache-control': 'no-store',
        'content-length': String(end - start),
        'x-content-type-options': 'nosniff',
        etag,
      },
    });
    expect(answers[at]?.headers['content-range'], words).toBe(
      status === 206 ? `bytes ${start}-${end - 1}/${source.length}` : undefined,
    );
  }
  const [outside, head, posted] = await request(page, url, [
    { headers: { Range: `bytes=${source.length}-` } },
    { method: 'HEAD', headers: { Range: 'bytes=0-1' } },
    { method: 'POST' },
  ]);
  expect(outside).toMatchObject({
    status: 416,
    length: 0,
    headers: { 'content-range': `bytes */${source.length}` },
  });
  expect(head).toMatchObject({
    status: 200,
    length: 0,
    headers: { 'content-length': String(source.length), etag },
  });
  expect(posted).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  source.remove();
});

test('a service worker that is stopped between requests, or while a film plays, is not missed', async ({
  openApp,
}) => {
  const film = sampleFilm();
  const content = readFileSync(film.path);
  const { viewer, infoHash } = await openViewer(openApp, film);
  const { page } = viewer;
  const url = `/stream/${infoHash}/0`;
  const asks = [0, 1, 2, 3].map((at) => {
    const start = Math.floor((at * (film.length - 70_000)) / 3);
    return { start, headers: { Range: `bytes=${start}-${start + 69_999}` } };
  });
  // The first ones while it still arrives, the others from what is held.
  await viewer.watch.start();
  for (const [at, { start, headers }] of asks.entries()) {
    if (at === 2) await viewer.watch.complete(film.length);
    await stopServiceWorkers(page);
    const [answer] = await request(page, url, [{ headers }]);
    expect(answer?.status).toBe(206);
    expect(answer?.sha256).toBe(sha256(content.subarray(start, start + 70_000)));
  }
  await stopServiceWorkers(page);
  const [torrents] = await request(page, '/api/torrents', [{}]);
  expect(torrents?.status).toBe(200);

  // A reader that stands still holds its place; what it reads on afterwards is right.
  const stalled = await page.evaluateHandle(async (address) => {
    const response = await fetch(address, { headers: { Range: 'bytes=0-' } });
    const reader = response.body?.getReader();
    if (reader === undefined) throw new Error('The response has no body.');
    const first = await reader.read();
    return { reader, parts: first.value === undefined ? [] : [first.value] };
  }, url);
  await viewer.watch.video.evaluate((video: HTMLVideoElement) => video.play());
  await viewer.watch.playing(1);
  await viewer.watch.video.evaluate((video: HTMLVideoElement) => {
    video.pause();
  });
  const read = await stalled.evaluate(async ({ reader, parts }) => {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      parts.push(next.value);
    }
    const digest = await crypto.subtle.digest('SHA-256', await new Blob(parts).arrayBuffer());
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  });
  expect(read).toBe(film.sha256);

  // Paused for so long that the browser has stopped the worker: playing on and jumping both work.
  await stopServiceWorkers(page);
  await viewer.watch.seek(40);
  await viewer.watch.video.evaluate((video: HTMLVideoElement) => video.play());
  await viewer.watch.playing(1);
  await stopServiceWorkers(page);
  await viewer.watch.seek(5);
  await viewer.watch.playing(1);
});

test('readers that leave early, as Firefox does when it seeks, leave nothing behind', async ({
  openApp,
}) => {
  const source = randomFile(12 * MIB, 48);
  const content = readFileSync(source.path);
  const { viewer, infoHash } = await openViewer(openApp, source);
  await viewer.watch.start();
  const left = await viewer.page.evaluate(async (url) => {
    const opened = [];
    for (let at = 23; at >= 0; at -= 1) {
      const controller = new AbortController();
      const response = await fetch(url, {
        headers: { Range: `bytes=${at * 524_288}-` },
        signal: controller.signal,
      });
      const chunk = await response.body?.getReader().read();
      opened.push({ status: response.status, byte: chunk?.value?.[0] });
      controller.abort();
    }
    return opened;
  }, `/stream/${infoHash}/0`);
  expect(left).toEqual(
    Array.from({ length: 24 }, (_, at) => ({
      status: 206,
      byte: content[((23 - at) * MIB) / 2],
    })),
  );
  await viewer.watch.complete(source.length);
  expect(await viewer.watch.sha256(infoHash)).toBe(source.sha256);
  source.remove();
});
