import type { Page } from '@playwright/test';
import { expectValue, valueOf } from './pages/figure.ts';
import { expect, test } from './support/durable-nodes.ts';
import { randomFile } from './support/films.ts';
import { killBrowser } from './support/kill-browser.ts';

const PRICE = 1_088;
const PIECE = 256 * 1024;
const LENGTH = 26 * 1_048_576;
/** The kill falls into the download on machines of any speed, in MiB/s. */
const PACE = 4;
const PIECES = LENGTH / PIECE;
/** Pieces in hand when the power went: not written down yet, or fetched from two places at once. */
const A_FEW = 12 * PIECE;

/** Counts the hashes of whole pieces that the page computes from its start on. */
const countPieceHashes = (page: Page): Promise<unknown> =>
  page.addInitScript((pieceLength) => {
    const digest = SubtleCrypto.prototype.digest;
    const counted = window as unknown as { pieceHashes: number };
    counted.pieceHashes = 0;
    SubtleCrypto.prototype.digest = function (this: SubtleCrypto, algorithm, data) {
      const name = typeof algorithm === 'string' ? algorithm : algorithm.name;
      if (name.toUpperCase() === 'SHA-1' && data.byteLength === pieceLength) {
        counted.pieceHashes += 1;
      }
      return digest.call(this, algorithm, data);
    };
  }, PIECE);

test('after the browser was killed half-way only the rest is downloaded', async ({
  openApp,
  openDurable,
}) => {
  const source = randomFile(LENGTH, 31);
  const seeder = await openApp('seeder');
  await seeder.shell.open('#/settings');
  await seeder.settings.limitSpeed({ up: PACE });
  await seeder.shell.go('seed');
  await seeder.seed.choose(source.path);
  await seeder.seed.price(PRICE);
  const { link, infoHash } = await seeder.seed.start();

  const viewer = await openDurable('viewer');
  await viewer.shell.open('#/wallet');
  await viewer.wallet.getCoins();
  await viewer.wallet.getCoins();
  await viewer.watch.openLink(link);
  await viewer.watch.start();
  await expectValue(viewer.watch.heldBytes, 'half is held', (held) => held >= 0.45 * LENGTH);
  const before = (await valueOf(viewer.watch.heldBytes)) ?? 0;
  expect(before).toBeLessThan(0.9 * LENGTH);
  await killBrowser(viewer.page.context());

  await viewer.restart();
  await countPieceHashes(viewer.page);
  await viewer.shell.open(`#/watch/${infoHash}`);
  await viewer.watch.complete(LENGTH);
  const { downloaded, hashes } = await viewer.page.evaluate(
    async (hash) => ({
      downloaded: (
        (await (await fetch(`/api/details/${hash}`)).json()) as { readonly downloaded: number }
      ).downloaded,
      hashes: (window as unknown as { pieceHashes: number }).pieceHashes,
    }),
    infoHash,
  );
  expect(downloaded).toBeGreaterThan(0);
  expect(downloaded).toBeLessThanOrEqual(LENGTH - before + A_FEW);
  // Each new piece is hashed once as it comes; what is left are pieces that were hashed again.
  const fetched = Math.floor(downloaded / PIECE);
  expect(hashes).toBeGreaterThanOrEqual(fetched);
  expect(hashes - fetched).toBeLessThanOrEqual(PIECES / 100);
  expect(await viewer.watch.sha256(infoHash)).toBe(source.sha256);
  await viewer.shell.go('payments');
  await viewer.payments.audit();
  source.remove();
});
