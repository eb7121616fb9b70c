import { randomFile } from './support/films.ts';
import { expect, test } from './support/nodes.ts';

const MIB = 1_048_576;
const LENGTH = 24 * MIB;
/** Neither end of the film: those are fetched first in any case. */
const SEEK_TO = 18 * MIB;
const WANTED = 100_000;

test('a seek is answered before what it skipped, also while the first request still waits', async ({
  openApp,
}) => {
  const source = randomFile(LENGTH, 61);
  const seeder = await openApp('seeder');
  await seeder.shell.open('#/seed');
  await seeder.seed.choose(source.path);
  await seeder.seed.price(0);
  const { link, infoHash } = await seeder.seed.start();
  const viewer = await openApp('viewer');
  await viewer.shell.open('#/settings');
  await viewer.settings.limitSpeed({ down: 3 });
  await viewer.watch.openLink(link);
  await viewer.watch.start();

  // Before it has this page, a range is asked of the host, which has none.
  await viewer.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  // As a player does: all from the beginning on, and another place before it gives that up.
  const seen = await viewer.page.evaluate(
    async ([hash, from, wanted, length]) => {
      const all = await fetch(`/stream/${hash}/0`, { headers: { Range: 'bytes=0-' } });
      const reader = all.body?.getReader();
      let read = (await reader?.read())?.value?.length ?? 0;
      const rest = (async (): Promise<void> => {
        for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
          read += part.value.length;
        }
      })();
      const range = `bytes=${from}-${from + wanted - 1}`;
      const there = await fetch(`/stream/${hash}/0`, { headers: { Range: range } });
      const { byteLength } = await there.arrayBuffer();
      const before = read;
      await rest;
      return { before, there: byteLength, all: read === length };
    },
    [infoHash, SEEK_TO, WANTED, LENGTH] as const,
  );
  expect(seen.there).toBe(WANTED);
  expect(seen.before).toBeGreaterThan(0);
  expect(seen.before).toBeLessThan(LENGTH / 2);
  // The one that was there first was not given up.
  expect(seen.all).toBe(true);
  expect(await viewer.watch.sha256(infoHash)).toBe(source.sha256);
  source.remove();
});
