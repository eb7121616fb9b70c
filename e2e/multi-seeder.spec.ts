import { auditChain } from './support/chain-audit.ts';
import { priceOf, randomFile } from './support/films.ts';
import { expect, test } from './support/nodes.ts';

test('two paid seeders at different prices are paid exactly, one above the cap is not', async ({
  net,
  openApp,
}) => {
  // Not a whole number of blocks, so that the last one is short.
  const source = randomFile(12 * 1_048_576 + 12_345, 7);
  const prices = { cheap: 544, usual: 1_088, dear: 1_000_000 };
  const seeders = {
    cheap: await openApp('cheap'),
    usual: await openApp('usual'),
    dear: await openApp('dear'),
  };
  const links: { link: string; infoHash: string }[] = [];
  for (const [name, node] of Object.entries(seeders)) {
    await node.shell.open('#/seed');
    await node.seed.choose(source.path);
    await node.seed.price(prices[name as keyof typeof prices]);
    links.push(await node.seed.start());
  }
  const [first] = links;
  if (first === undefined) throw new Error('Nothing is seeded.');
  expect(new Set(links.map((seeded) => seeded.infoHash)).size).toBe(1);

  const buyer = await openApp('buyer');
  await buyer.shell.open('#/wallet');
  await buyer.wallet.getCoins();
  await buyer.watch.openLink(first.link);
  const rows = buyer.page.getByTestId('peer-row');
  await expect(rows.and(buyer.page.locator('[data-price="544"]'))).toBeVisible();
  await expect(rows.and(buyer.page.locator('[data-price="1088"]'))).toBeVisible();
  await expect(rows.and(buyer.page.locator('[data-state="too-expensive"]'))).toBeVisible();
  await buyer.watch.start();
  await buyer.watch.complete(source.length);
  expect(await buyer.watch.sha256(first.infoHash)).toBe(source.sha256);

  // Nothing is bought any more, and no figure says so.
  await expect(rows.filter({ hasText: 'Has delivered' })).toHaveCount(2);
  await expect(rows.filter({ hasText: '0 B/s' })).toHaveCount(3);
  await expect(rows.filter({ hasText: 'Above your price cap' })).toHaveCount(1);

  // Each seeder was paid for the bytes that came from it, and they add up to the file.
  const read = async (id: string): Promise<number> =>
    Number(await buyer.page.getByTestId(id).getAttribute('data-value'));
  await expect
    .poll(async () => {
      const cheap = await seeders.cheap.seed.earned(() => true);
      const usual = await seeders.usual.seed.earned(() => true);
      return (await read('panel-paid-sat')) - cheap - usual;
    })
    .toBe(0);
  const seededBytes = async (node: (typeof seeders)['cheap']): Promise<number> =>
    Number(await node.page.getByTestId('seed-earned').getAttribute('data-bytes'));
  await expect
    .poll(async () => (await seededBytes(seeders.cheap)) + (await seededBytes(seeders.usual)))
    .toBeGreaterThanOrEqual(source.length);
  for (const name of ['cheap', 'usual'] as const) {
    const bytes = await seededBytes(seeders[name]);
    expect(bytes).toBeGreaterThan(0);
    expect(await seeders[name].seed.earned(() => true)).toBe(priceOf(bytes, prices[name]));
  }
  expect(await seededBytes(seeders.dear)).toBe(0);
  expect(await seeders.dear.seed.earned(() => true)).toBe(0);

  await buyer.watch.settle();
  await buyer.watch.settled();
  const chain = await auditChain(net.urls.devnet);
  expect(chain.unspent + chain.fees).toBe(chain.issued);
  source.remove();
});
