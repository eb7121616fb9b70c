import type { Page } from '@playwright/test';
import { expectValue } from './pages/figure.ts';
import { randomFile } from './support/films.ts';
import { expect, test } from './support/nodes.ts';

const LENGTH = 6 * 1_048_576 + 12_345;
const FREE = 0;

/**
 * Puts a picker in place that gives a real handle without a window to click in: of a file in the
 * browser's private file system, where leave is never wanted.
 */
const pickFromPrivateFiles = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    const pick = async () => {
      const folder = await navigator.storage.getDirectory();
      return [await folder.getFileHandle('own.bin')];
    };
    Object.assign(window, { showOpenFilePicker: pick });
  });
const writePrivateFile = (page: Page, text: string): Promise<void> =>
  page.evaluate(async (contents) => {
    const folder = await navigator.storage.getDirectory();
    const file = await (await folder.getFileHandle('own.bin', { create: true })).createWritable();
    await file.write(contents);
    await file.close();
  }, text);

test('own files are shared on after a restart: by choosing them again, or from their handle', async ({
  openApp,
}) => {
  const source = randomFile(LENGTH, 41);
  const other = randomFile(LENGTH, 42);
  const seeder = await openApp('seeder');
  await seeder.shell.open('#/seed');
  await seeder.seed.choose(source.path);
  await seeder.seed.price(FREE);
  const { link, infoHash } = await seeder.seed.start();

  await seeder.page.reload();
  await seeder.shell.open('#/');
  const away = seeder.page.getByTestId('away-item');
  await expect(away).toHaveCount(1);
  await seeder.page.getByTestId('choose-again').setInputFiles(other.path);
  await expect(away.getByRole('alert')).toBeVisible();
  await expect(seeder.page.getByTestId('library-item')).toHaveCount(0);
  await seeder.page.getByTestId('choose-again').setInputFiles(source.path);
  await expect(away).toHaveCount(0);
  await expect(seeder.page.getByTestId('library-item')).toHaveAttribute('data-status', 'seeding');

  const viewer = await openApp('viewer');
  await viewer.watch.openLink(link);
  await viewer.watch.start();
  await viewer.watch.complete(LENGTH);
  expect(await viewer.watch.sha256(infoHash)).toBe(source.sha256);

  // What is stored can be checked once more, all of it.
  await viewer.page.getByTestId('check-start').click();
  const result = viewer.page.getByTestId('check-result');
  await expect(result).toHaveAttribute('data-bad', '0', { timeout: 20_000 });

  const owner = await openApp('owner');
  await pickFromPrivateFiles(owner.page);
  await owner.shell.open('#/seed');
  await writePrivateFile(owner.page, 'all my own words '.repeat(40_000));
  await owner.page.getByTestId('seed-input').dispatchEvent('click');
  await owner.seed.price(FREE);
  const own = await owner.seed.start();
  await owner.page.reload();
  await owner.shell.open('#/');
  await expect(owner.page.getByTestId('library-item')).toHaveAttribute('data-status', 'seeding');
  await expect(owner.page.getByTestId('away-item')).toHaveCount(0);

  // A file that was changed since is not shared, and its handle is not trusted.
  await writePrivateFile(owner.page, 'other words altogether');
  await owner.page.reload();
  await owner.shell.open('#/');
  await expect(owner.page.getByTestId('away-item')).toHaveCount(1);
  await owner.page.getByTestId('serve-again').click();
  await expect(owner.page.getByTestId('away-item').getByRole('alert')).toBeVisible();
  await expect(owner.page.getByTestId('library-item')).toHaveCount(0);
  expect(own.infoHash).not.toBe(infoHash);
  source.remove();
  other.remove();
});

test('a speed limit holds while it is set, and nothing is lost by it', async ({ openApp }) => {
  const source = randomFile(LENGTH, 43);
  const seeder = await openApp('seeder');
  await seeder.shell.open('#/seed');
  await seeder.seed.choose(source.path);
  await seeder.seed.price(FREE);
  const { link, infoHash } = await seeder.seed.start();
  const viewer = await openApp('viewer');
  await viewer.shell.open('#/settings');
  await viewer.settings.limitSpeed({ down: 1 });
  await viewer.watch.openLink(link);
  const before = Date.now();
  await viewer.watch.start();
  await expectValue(viewer.watch.heldBytes, 'half is held', (held) => held >= LENGTH / 2);
  // Half of 6 MiB at 1 MiB/s, less the second that may come at once.
  expect(Date.now() - before).toBeGreaterThan(1_900);
  await viewer.shell.open('#/settings');
  await expect(viewer.page.getByTestId('speed-down')).toHaveValue('1');
  await viewer.settings.limitSpeed({ down: null });
  await viewer.page.goto(link);
  await viewer.watch.complete(LENGTH, 20_000);
  expect(await viewer.watch.sha256(infoHash)).toBe(source.sha256);
  source.remove();
});
