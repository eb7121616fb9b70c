import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { PaymentsPage } from './pages/payments.ts';
import { Shell } from './pages/shell.ts';
import { WatchPage } from './pages/watch.ts';
import { expectValue, valueOf } from './pages/figure.ts';
import { priceOf, randomFile, sampleFilm, type SourceFile } from './support/films.ts';
import { expect, test, type AppNode } from './support/nodes.ts';

const PRICE = 1_088;
const MIB = 1_048_576;
/** Of a file that tabs hand over half-way on machines of any speed: its length, and its pace in MiB/s. */
const LENGTH = 18 * MIB;
const PACE = 3;
const RANGES = 40;
const RANGE = 65_536;

/** A second tab of the same person's browser, which finds the node running in the first. */
const openSecond = async (node: AppNode, origin: string): Promise<Page> => {
  const page = await node.context.newPage();
  await page.goto(`${origin}/#/`);
  await expect(page.getByTestId('phase')).toHaveAttribute('data-phase', 'elsewhere');
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  return page;
};

/** Fetches ranges spread over the file and counts those that are right, by status and hash. */
const countRight = async (page: Page, infoHash: string, source: SourceFile): Promise<number> => {
  const content = readFileSync(source.path);
  const starts = Array.from({ length: RANGES }, (_, at) =>
    Math.floor((at * (source.length - RANGE)) / (RANGES - 1)),
  );
  const answers = await page.evaluate(
    ([hash, offsets, length]) =>
      Promise.all(
        offsets.map(async (start) => {
          const response = await fetch(`/stream/${hash}/0`, {
            headers: { Range: `bytes=${start}-${start + length - 1}` },
          });
          const digest = await crypto.subtle.digest('SHA-256', await response.arrayBuffer());
          const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0'));
          return { status: response.status, sha256: hex.join('') };
        }),
      ),
    [infoHash, starts, RANGE] as const,
  );
  return answers.filter(({ status, sha256 }, at) => {
    const start = starts[at] ?? 0;
    const expected = createHash('sha256').update(content.subarray(start, start + RANGE));
    return status === 206 && sha256 === expected.digest('hex');
  }).length;
};

/** Most that one signature covers: what may be held and not yet signed for when a tab goes. */
const FLUSH = 8 * MIB;

/** Both books agree, and no byte was paid more than once but for what was under way. */
const reconcile = async (
  seeder: AppNode,
  page: Page,
  { length, unsigned }: { readonly length: number; readonly unsigned: number },
): Promise<void> => {
  await page.getByTestId('nav-payments').first().click();
  const payments = new PaymentsPage(page);
  const paid = await payments.totalPaid((sat) => sat >= priceOf(length - unsigned, PRICE));
  expect(paid).toBeLessThanOrEqual(priceOf(length + FLUSH, PRICE));
  await seeder.shell.go('payments');
  await seeder.payments.totalEarned((sat) => sat === paid);
  await payments.audit();
  await seeder.payments.audit();
};

const begin = async (openApp: (name: string) => Promise<AppNode>, source: SourceFile) => {
  const seeder = await openApp('seeder');
  const viewer = await openApp('viewer');
  await seeder.shell.open('#/settings');
  await seeder.settings.limitSpeed({ up: PACE });
  await seeder.shell.go('seed');
  await seeder.seed.choose(source.path);
  await seeder.seed.price(PRICE);
  const { link, infoHash } = await seeder.seed.start();
  await viewer.shell.open('#/wallet');
  await viewer.wallet.getCoins();
  await viewer.wallet.getCoins();
  await viewer.watch.openLink(link);
  await viewer.watch.start();
  return { seeder, viewer, infoHash };
};

test('a second tab plays what the first has, and takes over when the first is closed', async ({
  openApp,
  origin,
}) => {
  const film = sampleFilm();
  const { seeder, viewer, infoHash } = await begin(openApp, film);
  await viewer.watch.playing(1);
  const second = await openSecond(viewer, origin);
  // Some of it is held, the rest is fetched and paid by the first tab while both ask.
  const [inFirst, inSecond] = await Promise.all([
    countRight(viewer.page, infoHash, film),
    countRight(second, infoHash, film),
  ]);
  expect([inFirst, inSecond]).toEqual([RANGES, RANGES]);
  await expect(second.getByTestId('elsewhere-title')).toHaveCount(1);
  await second.getByTestId('elsewhere-title').getByRole('button').click();
  const video = second.getByTestId('elsewhere-video');
  const time = (): Promise<number> =>
    video.evaluate((element: HTMLVideoElement) => element.currentTime);
  // Where a film was left is kept from its sixth second on.
  await expect.poll(time, { timeout: 20_000 }).toBeGreaterThan(6);
  const before = await time();

  // The film goes on in this tab, where it was, with the node that this tab runs now.
  await viewer.page.close();
  const watch = new WatchPage(second);
  await expect(watch.video).toBeVisible({ timeout: 30_000 });
  expect(second.url()).toContain(`#/watch/${infoHash}`);
  await expect.poll(() => watch.time()).toBeGreaterThan(before);
  await watch.complete(film.length);
  expect(await watch.sha256(infoHash)).toBe(film.sha256);
  await reconcile(seeder, second, { length: film.length, unsigned: FLUSH });
});

test('closing the first tab in the middle of a download loses no byte and no payment', async ({
  openApp,
  origin,
}) => {
  const source = randomFile(LENGTH, 51);
  const { seeder, viewer, infoHash } = await begin(openApp, source);
  const second = await openSecond(viewer, origin);
  await expectValue(viewer.watch.heldBytes, 'some is held', (held) => held > source.length / 8);
  const before = (await valueOf(viewer.watch.heldBytes)) ?? 0;
  expect(before).toBeLessThan(source.length);
  await viewer.page.close();

  await new Shell(second, origin).ready();
  await second.goto(`${origin}/#/watch/${infoHash}`);
  const watch = new WatchPage(second);
  await expectValue(watch.heldBytes, 'what was held still is', (held) => held >= before);
  await watch.complete(source.length);
  expect(await watch.sha256(infoHash)).toBe(source.sha256);
  await reconcile(seeder, second, { length: source.length, unsigned: FLUSH });
  source.remove();
});

test('the first tab hands over when the second asks, and gets the node back', async ({
  openApp,
  origin,
}) => {
  const source = randomFile(LENGTH, 52);
  const { seeder, viewer, infoHash } = await begin(openApp, source);
  const second = await openSecond(viewer, origin);
  await expectValue(viewer.watch.heldBytes, 'some is held', (held) => held > source.length / 8);
  const before = (await valueOf(viewer.watch.heldBytes)) ?? 0;
  expect(before).toBeLessThan(source.length);
  await second.getByTestId('take-over').click();
  await new Shell(second, origin).ready();
  await expect(viewer.page.getByTestId('phase')).toHaveAttribute('data-phase', 'elsewhere');
  await second.goto(`${origin}/#/watch/${infoHash}`);
  await expectValue(new WatchPage(second).heldBytes, 'kept', (held) => held >= before);

  await viewer.page.getByTestId('take-over').click();
  await viewer.shell.ready();
  await expect(second.getByTestId('phase')).toHaveAttribute('data-phase', 'elsewhere');
  await viewer.shell.open(`#/watch/${infoHash}`);
  await viewer.watch.complete(source.length);
  expect(await viewer.watch.sha256(infoHash)).toBe(source.sha256);
  // A tab that hands over signs for everything first.
  await reconcile(seeder, viewer.page, { length: source.length, unsigned: 0 });
  source.remove();
});
