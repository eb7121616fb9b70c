import type { Page } from '@playwright/test';
import { expect, test } from './support/nodes.ts';

const MAGNET = `magnet:?xt=urn:btih:${'5a'.repeat(20)}`;

/** Keeps the configuration from the page, without which no node runs, until it is let go. */
const hold = async (page: Page): Promise<(status?: number) => Promise<void>> => {
  let letGo: (status: number) => void = () => undefined;
  const status = new Promise<number>((resolve) => {
    letGo = resolve;
  });
  await page.route('**/config.json', async (route) => {
    const given = await status;
    await (given === 200 ? route.continue() : route.fulfill({ status: given, body: '' }));
  });
  return async (given = 200) => {
    letGo(given);
    await page.unrouteAll({ behavior: 'wait' });
  };
};

/** Home as it is before the node runs. */
const openEarly = async (page: Page, origin: string): Promise<void> => {
  await page.goto(`${origin}/#/`);
  await expect(page.getByTestId('titles-to-come')).toBeVisible();
  await expect(page.getByTestId('phase')).toHaveAttribute('data-phase', 'starting');
};

test('a click before the node runs is carried out when it does', async ({ openApp, origin }) => {
  const { page, home, watch } = await openApp('viewer');
  const letGo = await hold(page);
  await openEarly(page, origin);
  await home.tryIt();
  await expect(page.getByTestId('try-it')).toBeDisabled();
  await letGo();
  await expect(watch.video).toBeVisible({ timeout: 20_000 });
  await watch.playing(0, 10_000);
});

test('what is being typed stays when the node comes', async ({ openApp, origin }) => {
  const { page, shell } = await openApp('viewer');
  const letGo = await hold(page);
  await openEarly(page, origin);
  const field = page.getByTestId('add-source');
  await field.pressSequentially(MAGNET.slice(0, 20));
  await letGo();
  await shell.ready();
  await expect(page.getByTestId('titles-to-come')).toBeHidden();
  await field.pressSequentially(MAGNET.slice(20));
  await expect(field).toHaveValue(MAGNET);
  await expect(field).toBeFocused();
});

test('a magnet outlives a start that fails', async ({ openApp, origin }) => {
  const { page, shell } = await openApp('viewer');
  const letGo = await hold(page);
  await openEarly(page, origin);
  await page.getByTestId('add-source').fill(MAGNET);
  await page.getByTestId('add-submit').click();
  await expect(page).toHaveURL(/#\/watch\?magnet=/);
  await letGo(503);
  await expect(page.getByTestId('phase')).toHaveAttribute('data-phase', 'failed');
  await expect(page.getByRole('alert')).toContainText('503');
  await page.reload();
  await shell.ready();
  await expect(page.getByTestId('metadata')).toBeVisible();
});
