import { randomFile } from './support/films.ts';
import { expect, test } from './support/nodes.ts';
import { payAgain, payNobody } from './support/silence.ts';
import { expectValue } from './pages/figure.ts';

/** The first credit window of the protocol: what a newcomer may owe. */
const FIRST_WINDOW = 256 * 1024;

test('a peer that never pays gets the first window and no more, until it pays', async ({
  openApp,
}) => {
  const wanted = randomFile(8 * 1_048_576, 5);
  const other = randomFile(4 * 1_048_576, 6);
  const seeder = await openApp('seeder');
  await seeder.shell.open('#/seed');
  await seeder.seed.choose(other.path);
  await seeder.seed.price(1_088);
  const second = await seeder.seed.start();
  await seeder.seed.another();
  await seeder.seed.choose(wanted.path);
  await seeder.seed.price(1_088);
  const { magnet, infoHash } = await seeder.seed.start();

  const loader = await openApp('freeloader');
  await payNobody(loader.page);
  await loader.shell.open('#/wallet');
  await loader.wallet.getCoins();
  await loader.shell.go('home');
  await loader.home.add(magnet);
  await loader.watch.start();

  // The seeder tells that it holds back; by then everything it was willing to lend is out.
  await seeder.shell.open(`#/watch/${infoHash}`);
  const row = seeder.page.getByTestId('peer-row').first();
  await expect(row).toHaveAttribute('data-gated', 'true');
  // Blocks that are being read for it count against the window, and are on their way a moment later.
  await expect(row).toHaveAttribute('data-uploaded', String(FIRST_WINDOW));

  // An honest buyer is served four MiB of something else meanwhile; the freeloader gets nothing.
  const buyer = await openApp('buyer');
  await buyer.shell.open('#/wallet');
  await buyer.wallet.getCoins();
  await buyer.shell.go('home');
  await buyer.home.add(second.magnet);
  await buyer.watch.start();
  await buyer.watch.complete(other.length);
  await expectValue(
    loader.watch.heldBytes,
    'no more than the window',
    (held) => held <= FIRST_WINDOW,
  );
  await expect(row).toHaveAttribute('data-uploaded', String(FIRST_WINDOW));
  await seeder.shell.go('seed');
  expect(await seeder.seed.earned(() => true)).toBe(0);

  await payAgain(loader.page);
  await loader.watch.complete(wanted.length);
  expect(await loader.watch.sha256(infoHash)).toBe(wanted.sha256);
  await seeder.seed.earned((sat) => sat === 8 * 1_088);
  wanted.remove();
  other.remove();
});
