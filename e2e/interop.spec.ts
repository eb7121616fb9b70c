import { expectValue } from './pages/figure.ts';
import { randomFile } from './support/films.ts';
import { expect, test } from './support/nodes.ts';
import { StockPage, startStockHost } from './support/stock.ts';

test('an unmodified WebTorrent page downloads from our free seed', async ({ browser, openApp }) => {
  const source = randomFile(5 * 1_048_576 + 777, 3);
  const seeder = await openApp('seeder');
  await seeder.shell.open('#/seed');
  await seeder.seed.choose(source.path);
  await seeder.seed.price(0);
  const { magnet } = await seeder.seed.start();

  const host = await startStockHost();
  const context = await browser.newContext();
  const stock = new StockPage(await context.newPage());
  await stock.open(host);
  await stock.add(magnet);
  expect(await stock.sha256()).toBe(source.sha256);
  await context.close();
  await host.stop();
  source.remove();
});

test('an unmodified WebTorrent page gets nothing from our priced seed', async ({
  browser,
  openApp,
}) => {
  const source = randomFile(2 * 1_048_576, 4);
  const seeder = await openApp('seeder');
  await seeder.shell.open('#/seed');
  await seeder.seed.choose(source.path);
  await seeder.seed.price(1_088);
  const { magnet, infoHash } = await seeder.seed.start();

  const host = await startStockHost();
  const context = await browser.newContext();
  const stock = new StockPage(await context.newPage());
  await stock.open(host);
  await stock.add(magnet);
  // A buyer who joins later and finishes shows that the seeder was serving all the while.
  const buyer = await openApp('buyer');
  await buyer.shell.open('#/wallet');
  await buyer.wallet.getCoins();
  await buyer.shell.open('#/');
  await buyer.home.add(magnet);
  await buyer.watch.start();
  await buyer.watch.complete(source.length);
  expect(await buyer.watch.sha256(infoHash)).toBe(source.sha256);
  expect(await stock.downloaded()).toBe(0);
  await context.close();
  await host.stop();
  source.remove();
});

test('our app downloads from an unmodified WebTorrent seeder, free', async ({
  browser,
  net,
  openApp,
}) => {
  const length = 4 * 1_048_576 + 99;
  const host = await startStockHost();
  const context = await browser.newContext();
  const stock = new StockPage(await context.newPage());
  await stock.open(host);
  const { magnet, infoHash, sha256 } = await stock.seed('free.bin', length, net.urls.tracker);

  const viewer = await openApp('viewer');
  await viewer.shell.open();
  await viewer.home.add(magnet);
  await viewer.watch.start();
  await viewer.watch.complete(length);
  expect(await viewer.watch.sha256(infoHash)).toBe(sha256);
  await expectValue(viewer.watch.paidSat, 'nothing is paid', (sat) => sat === 0);
  await context.close();
  await host.stop();
});
