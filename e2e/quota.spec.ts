import type { CDPSession } from '@playwright/test';
import { expectValue, valueOf } from './pages/figure.ts';
import { auditChain } from './support/chain-audit.ts';
import { priceOf, randomFile, sampleFilm } from './support/films.ts';
import { expect, test } from './support/durable-nodes.ts';
import { makeHuge } from './support/huge-torrent.ts';

const PRICE = 1_088;
const MIB = 1_048_576;
/**
 * Longer than the room there is. The browser takes room for a growing file in steps that double, of
 * which 16 MiB are one.
 */
const LENGTH = 20 * MIB;
const ROOM = 12 * MIB;

/** Gives the app's origin `more` bytes beyond what it uses now; null: as much as there is. */
const leaveRoom = async (
  session: CDPSession,
  origin: string,
  more: number | null,
): Promise<void> => {
  const { usage } = await session.send('Storage.getUsageAndQuota', { origin });
  await session.send('Storage.overrideQuotaForOrigin', {
    origin,
    ...(more === null ? {} : { quotaSize: usage + more }),
  });
};

test('a full disk stops a download with a clear word, and nothing is lost by it', async ({
  net,
  openApp,
  openDurable,
  origin,
}) => {
  const film = sampleFilm();
  const long = randomFile(LENGTH, 71);
  const seeder = await openApp('seeder');
  // A private window keeps everything in memory, where quotas are another matter.
  const viewer = await openDurable('viewer');
  await seeder.shell.open('#/seed');
  await seeder.seed.choose(film.path);
  await seeder.seed.price(PRICE);
  const filmSeed = await seeder.seed.start();
  await seeder.seed.another();
  await seeder.seed.choose(long.path);
  await seeder.seed.price(PRICE);
  const longSeed = await seeder.seed.start();

  await viewer.shell.open('#/wallet');
  await viewer.wallet.getCoins();
  await viewer.wallet.getCoins();
  await viewer.watch.openLink(filmSeed.link);
  await viewer.watch.start();
  await viewer.watch.complete(film.length);

  const session = await viewer.page.context().newCDPSession(viewer.page);
  await leaveRoom(session, origin, ROOM);
  await viewer.watch.openLink(longSeed.link);
  await viewer.watch.start();
  const notice = viewer.page.getByText('There is no room left for downloads on this device.');
  await expect(notice).toBeVisible({ timeout: 60_000 });
  const held = (await valueOf(viewer.watch.heldBytes)) ?? 0;
  expect(held).toBeLessThan(LENGTH);

  // What is there plays, and the books can still be kept.
  await viewer.shell.go('home');
  const items = viewer.page.getByTestId('library-item');
  await expect(items.filter({ hasText: 'There is no room left' })).toHaveCount(1);
  await items.filter({ hasText: '.mp4' }).getByRole('link').click();
  await viewer.watch.seek(20);
  await viewer.watch.video.evaluate((video: HTMLVideoElement) => video.play());
  await viewer.watch.playing(1);
  expect(await viewer.watch.sha256(filmSeed.infoHash)).toBe(film.sha256);
  await viewer.shell.go('payments');
  await viewer.payments.audit();
  const paid = await viewer.payments.totalPaid();
  expect(paid).toBeLessThan(priceOf(film.length + LENGTH, PRICE));
  await seeder.shell.go('payments');
  await seeder.payments.totalEarned((sat) => sat === paid);

  await leaveRoom(session, origin, null);
  await viewer.shell.open(`#/watch/${longSeed.infoHash}`);
  await viewer.watch.complete(LENGTH);
  await expect(notice).toBeHidden();
  expect(await viewer.watch.sha256(longSeed.infoHash)).toBe(long.sha256);

  // Every byte was paid once: the pieces that waited for room too.
  const due = priceOf(film.length, PRICE) + priceOf(LENGTH, PRICE);
  await viewer.shell.go('payments');
  await viewer.payments.totalPaid((sat) => sat >= due);
  const total = await viewer.payments.totalPaid();
  expect(total).toBeLessThanOrEqual(due + priceOf(2 * MIB, PRICE));
  await seeder.payments.totalEarned((sat) => sat === total);
  await viewer.payments.audit();
  await seeder.payments.audit();
  const chain = await auditChain(net.urls.devnet);
  expect(chain.unspent + chain.fees).toBe(chain.issued);
  await expectValue(
    viewer.payments.page.getByTestId('total-paid'),
    'still',
    (sat) => sat === total,
  );
  long.remove();
});

test('room is made with consent: what was used least goes first, never a half-paid title unasked', async ({
  net,
  openApp,
  openDurable,
  origin,
}) => {
  const [whole, half, next] = [
    randomFile(16 * MIB, 72),
    randomFile(16 * MIB, 73),
    randomFile(15 * MIB, 74),
  ];
  const seeder = await openApp('seeder');
  const viewer = await openDurable('viewer');
  const share = async (path: string, price: number) => {
    await seeder.seed.choose(path);
    await seeder.seed.price(price);
    return seeder.seed.start();
  };
  await seeder.shell.open('#/seed');
  const wholeSeed = await share(whole.path, PRICE);
  await seeder.seed.another();
  const halfSeed = await share(half.path, PRICE);
  await seeder.seed.another();
  const nextSeed = await share(next.path, 0);

  await viewer.shell.open('#/wallet');
  await viewer.wallet.getCoins();
  await viewer.wallet.getCoins();
  await viewer.watch.openLink(wholeSeed.link);
  await viewer.watch.start();
  await viewer.watch.complete(whole.length);
  await viewer.watch.openLink(halfSeed.link);
  await viewer.watch.start();
  await expectValue(viewer.watch.paidSat, 'some of it is paid', (sat) => sat > 0);
  await viewer.watch.stopPaying();

  // A title that cannot fit says so before anything is downloaded: browsers tell of some 10 GiB.
  const { page } = viewer;
  const warning = page.getByTestId('room-short');
  await viewer.shell.go('home');
  const huge = makeHuge({
    name: 'huge.bin',
    length: 64 * 1_024 * MIB,
    pieceLength: 16 * MIB,
    tracker: net.urls.tracker,
  });
  await page.locator('input[type=file][accept*=torrent]').setInputFiles({
    name: 'huge.torrent',
    mimeType: 'application/x-bittorrent',
    buffer: huge.torrent,
  });
  await expect(warning).toBeVisible();
  expect(Number(await warning.getAttribute('data-lacking'))).toBeGreaterThan(0);

  // One that fills the disk says so when it is full.
  const session = await page.context().newCDPSession(page);
  await leaveRoom(session, origin, ROOM);
  await viewer.watch.openLink(nextSeed.link);
  await expect(warning).toBeHidden();
  await viewer.watch.start();
  await expect(warning).toBeVisible({ timeout: 60_000 });
  await warning.getByTestId('make-room').click();

  const choice = (infoHash: string) =>
    page.locator(`[data-testid="room-title"][data-hash="${infoHash}"]`);
  await expect(choice(wholeSeed.infoHash)).toBeChecked();
  await expect(choice(halfSeed.infoHash)).not.toBeChecked();
  await expect(choice(nextSeed.infoHash)).toHaveCount(0);
  const paid = page.getByTestId('room-paid');
  await expect(paid).toHaveAttribute('data-value', String(priceOf(whole.length, PRICE)));
  await expect(page.getByTestId('room-half-paid')).toHaveCount(0);
  await choice(halfSeed.infoHash).check();
  await expect(page.getByTestId('room-half-paid')).toBeVisible();
  await choice(halfSeed.infoHash).uncheck();
  await page.getByTestId('room-delete').click();

  // It goes on by itself.
  await viewer.watch.complete(next.length);
  await expect(warning).toBeHidden();
  expect(await viewer.watch.sha256(nextSeed.infoHash)).toBe(next.sha256);
  await viewer.shell.go('home');
  await expect(page.getByTestId('library-item')).toHaveCount(3);
  await viewer.shell.open('#/settings');
  const stored = page.getByTestId('stored-title');
  await expect(stored.filter({ hasText: 'random-73.bin' })).toContainText('Partly here');
  await expect(stored.filter({ hasText: 'random-72.bin' })).toHaveCount(0);
  await viewer.shell.go('payments');
  await viewer.payments.audit();
  for (const source of [whole, half, next]) source.remove();
});
