import { auditChain } from './support/chain-audit.ts';
import { priceOf, randomFile } from './support/films.ts';
import { expect, test } from './support/nodes.ts';

const PRICE = 1_088;
const BLOCK = 16_384;
/** Settings are saved in mid-download on machines of any speed: its length, and its pace in MiB/s. */
const LENGTH = 16 * 1_048_576 + 777;
const PACE = 3;

test('a cap holds until it is raised, and the batcher changes in mid-download without losing a block', async ({
  net,
  openApp,
}) => {
  const source = randomFile(LENGTH, 11);
  const seeder = await openApp('seeder');
  await seeder.shell.open('#/settings');
  await seeder.settings.limitSpeed({ up: PACE });
  await seeder.shell.go('seed');
  await seeder.seed.choose(source.path);
  await seeder.seed.price(PRICE);
  const { link, infoHash } = await seeder.seed.start();

  const buyer = await openApp('buyer');
  await buyer.shell.open('#/wallet');
  await buyer.wallet.getCoins();
  await buyer.shell.go('settings');
  const { settings, watch } = buyer;
  expect(await settings.typed('maxSatPerMiB')).toBe(2 * PRICE);
  await settings.type('maxSatPerMiB', PRICE - 1);
  await settings.save('budget');

  // What is asked is above the cap: the title costs nothing, because nothing comes.
  await watch.openLink(link);
  const peer = buyer.page.getByTestId('peer-row');
  await expect(peer).toHaveAttribute('data-state', 'too-expensive');
  await buyer.shell.go('settings');
  expect(await settings.typed('maxSatPerMiB')).toBe(PRICE - 1);
  await settings.type('maxSatPerMiB', PRICE);
  await settings.save('budget');
  expect(await seeder.seed.earned(() => true)).toBe(0);

  await buyer.page.goBack();
  await expect(peer).not.toHaveAttribute('data-state', 'too-expensive');
  await watch.start();
  await expect
    .poll(async () => Number(await watch.heldBytes.getAttribute('data-value')))
    .toBeGreaterThan(BLOCK);
  await buyer.shell.go('settings');
  await settings.batcher('fixed');
  // At that pace some forty blocks come in that time: a batch is full before it.
  await settings.type('maxEvents', 16);
  await settings.type('maxWaitMs', 200);
  await settings.save('batcher');
  const held = await buyer.page.evaluate(async () => {
    const [torrent] = (await (await fetch('/api/torrents')).json()) as { held: number }[];
    return torrent?.held ?? 0;
  });
  expect(held).toBeLessThan(source.length);

  await buyer.page.goBack();
  await watch.complete(source.length);
  expect(await watch.sha256(infoHash)).toBe(source.sha256);
  const cost = priceOf(source.length, PRICE);
  await expect.poll(async () => Number(await watch.paidSat.getAttribute('data-value'))).toBe(cost);
  await seeder.seed.earned((sat) => sat === cost);
  await buyer.shell.go('payments');
  await buyer.payments.audit();

  // Every block was counted once, every batch under one reason and one size.
  await buyer.shell.go('health');
  expect(await buyer.health.events()).toBe(Math.ceil(source.length / BLOCK));
  const batches = await buyer.health.batches();
  const flushes = await buyer.health.counts('flushes');
  expect(flushes.get('full')).toBeGreaterThan(0);
  for (const counts of [flushes, await buyer.health.counts('sizes')]) {
    expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(batches);
  }
  expect(await buyer.health.state('tracker')).toBe('connected');
  await expect(buyer.page.getByTestId('health-tracker')).not.toContainText('not yet');
  const chain = await auditChain(net.urls.devnet);
  expect(chain.unspent + chain.fees).toBe(chain.issued);
  source.remove();
});

test('settings are refused when they are wrong, survive a reload, and can be taken back', async ({
  openApp,
}) => {
  const { shell, settings, health, page } = await openApp('person');
  await shell.open('#/settings');
  await settings.batcher('fixed');
  for (const wrong of [0, 1_001, 2.5]) {
    await settings.type('maxEvents', wrong);
    await settings.refused('maxEvents', 'batcher');
  }
  await settings.type('maxEvents', 7);
  await settings.type('maxWaitMs', 9);
  await settings.refused('maxWaitMs', 'batcher');
  await settings.type('maxWaitMs', 10);
  await settings.save('batcher');
  await settings.type('defaultSellPrice', 5);
  await settings.save('selling');
  await page.getByTestId('setting-trackers').fill('https://no.tracker.example');
  await page.getByTestId('save-trackers').click();
  await expect(page.getByTestId('trackers-wrong')).toContainText('Line 1');
  await page.getByTestId('setting-theme').selectOption('dark');

  await page.reload();
  await shell.ready();
  await expect(page.getByTestId('batcher-fixed')).toBeChecked();
  expect(await settings.typed('maxEvents')).toBe(7);
  expect(await settings.typed('maxWaitMs')).toBe(10);
  expect(await settings.typed('defaultSellPrice')).toBe(5);
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');

  await settings.defaults('batcher');
  await expect(page.getByTestId('batcher-adaptive')).toBeChecked();
  await settings.undo('batcher');
  await expect(page.getByTestId('batcher-fixed')).toBeChecked();
  expect(await settings.typed('maxEvents')).toBe(7);

  await shell.go('health');
  const outcomes = await health.selfTest();
  expect(outcomes.filter(({ ok }) => !ok)).toEqual([]);
  expect(outcomes.map(({ name }) => name).sort()).toEqual(
    ['arc', 'chain', 'ledger', 'payments', 'serviceWorker', 'store', 'tracker'].sort(),
  );
  expect(await health.state('payments')).toBe('yes');
  expect(await health.state('store')).toBe('yes');
  expect(await health.state('service-worker')).toBe('activated');
  expect(await health.state('tracker')).toBe('unused');
});
