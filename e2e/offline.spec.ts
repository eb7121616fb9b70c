import { expectValue, valueOf } from './pages/figure.ts';
import { randomFile, sampleFilm } from './support/films.ts';
import { expect, test } from './support/outage.ts';

const PRICE = 1_088;
const LENGTH = 16 * 1_048_576;
/** The network goes while the download is under way on machines of any speed, in MiB/s. */
const PACE = 3;

test('without a network the app opens and plays what it holds; with one it goes on by itself', async ({
  outage,
  openApp,
}) => {
  const film = sampleFilm();
  const long = randomFile(LENGTH, 21);
  const a = await openApp('A');
  const b = await openApp('B');
  await a.shell.open('#/settings');
  await a.settings.limitSpeed({ up: PACE });
  await a.shell.go('seed');
  await a.seed.choose(film.path);
  await a.seed.price(PRICE);
  const filmSeed = await a.seed.start();
  await a.seed.another();
  await a.seed.choose(long.path);
  await a.seed.price(PRICE);
  const longSeed = await a.seed.start();

  await b.shell.open('#/wallet');
  await b.wallet.getCoins();
  await b.wallet.getCoins();
  await b.watch.openLink(filmSeed.link);
  await b.watch.start();
  await b.watch.complete(film.length);
  await b.watch.openLink(longSeed.link);
  await b.watch.start();
  await expectValue(b.watch.heldBytes, 'an eighth is held', (held) => held > LENGTH / 8);

  await Promise.all([a.context.setOffline(true), b.context.setOffline(true), outage.begin()]);
  const before = (await valueOf(b.watch.heldBytes)) ?? 0;
  expect(before).toBeLessThan(LENGTH);
  await b.page.reload();
  await b.shell.ready();
  await expect(b.page.locator('.banners .offline')).toBeVisible();
  const held = await expectValue(b.watch.heldBytes, 'held pieces are there', (n) => n >= before);
  expect(held).toBeLessThan(LENGTH);

  // The film plays to a place that was never played before, and every byte of it is right.
  await b.shell.go('home');
  await expect(b.page.getByTestId('library-item')).toHaveCount(2);
  await b.page.getByTestId('library-item').filter({ hasText: '.mp4' }).getByRole('link').click();
  await expect(b.watch.video).toBeVisible();
  await b.watch.seek(30);
  await b.watch.video.evaluate((video: HTMLVideoElement) => video.play());
  await b.watch.playing(1);
  expect(await b.watch.sha256(filmSeed.infoHash)).toBe(film.sha256);

  await outage.end();
  await Promise.all([a.context.setOffline(false), b.context.setOffline(false)]);
  await expect(b.page.locator('.banners .offline')).toBeHidden();
  await b.shell.open(`#/watch/${longSeed.infoHash}`);
  await b.watch.complete(LENGTH);
  expect(await b.watch.sha256(longSeed.infoHash)).toBe(long.sha256);
  await b.shell.go('payments');
  await b.payments.audit();
  long.remove();
});
