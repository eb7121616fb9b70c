import type { Page } from '@playwright/test';
import { expectValue, valueOf } from './pages/figure.ts';
import { randomFile } from './support/films.ts';
import { expect, test } from './support/nodes.ts';

const MIB = 1_048_576;
const LENGTH = 12 * MIB;

/** What the page says of a title over its local API. */
const details = (page: Page, infoHash: string) =>
  page.evaluate(async (hash) => {
    const response = await fetch(`/api/details/${hash}`);
    const { status, files } = (await response.json()) as {
      status: string;
      files: { selected: boolean; held: number }[];
    };
    return { status, files };
  }, infoHash);

test('what is deselected or stopped is so after a restart too, and is not paid for', async ({
  openApp,
}) => {
  const seeder = await openApp('seeder');
  await seeder.shell.open('#/seed');
  const sources = [1, 2, 3].map((seed) => randomFile(LENGTH, seed));
  await seeder.seed.choose(sources.map(({ path }) => path));
  await seeder.seed.price(1_088);
  const { link, infoHash } = await seeder.seed.start();

  const buyer = await openApp('buyer');
  const { page, shell, watch } = buyer;
  await shell.open('#/wallet');
  await buyer.wallet.getCoins();
  await shell.go('settings');
  await buyer.settings.limitSpeed({ down: 1 });
  await watch.openLink(link);
  // Asking for the head of a file begins nothing.
  const head = await page.evaluate(
    async (hash) => (await fetch(`/api/streamfile/${hash}/0`, { method: 'HEAD' })).status,
    infoHash,
  );
  expect(head).toBe(200);
  expect((await details(page, infoHash)).status).toBe('ready');
  await watch.start();
  await expectValue(watch.heldBytes, 'some is held', (held) => held > 0);
  const left = await page.evaluate(
    async (hash) => (await fetch(`/api/deselect/${hash}/1`, { method: 'POST' })).status,
    infoHash,
  );
  expect(left).toBe(200);

  await page.reload();
  await shell.ready();
  const chosen = async (): Promise<string> => {
    const { status, files } = await details(page, infoHash);
    return `${status} ${files.flatMap(({ selected }, at) => (selected ? [at] : [])).join()}`;
  };
  await expect.poll(chosen).toBe('downloading 0,2');

  await watch.stopPaying();
  await expect.poll(chosen).toBe('paused 0,2');
  await page.reload();
  await shell.ready();
  await expect.poll(chosen).toBe('paused 0,2');
  const before = await valueOf(watch.paidSat);

  // Started again with what is chosen then, and nothing else.
  const third = page.getByTestId('file-row').nth(2).getByRole('checkbox');
  await third.uncheck();
  await watch.resumePaying();
  await expect.poll(chosen).toBe('downloading 0');
  await expectValue(watch.paidSat, 'it is paid on', (sat) => sat > (before ?? 0));
  expect((await details(page, infoHash)).files[1]?.held).toBeLessThan(LENGTH);
  for (const source of sources) source.remove();
});
