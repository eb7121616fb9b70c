import { auditChain } from './support/chain-audit.ts';
import { priceOf, sampleFilm } from './support/films.ts';
import { expect, test } from './support/nodes.ts';

const PRICE = 1_088;

test('A seeds a film, B watches it, pays for every byte, and both are settled on chain', async ({
  net,
  openApp,
}) => {
  const film = sampleFilm();
  const a = await openApp('A');
  const b = await openApp('B');

  await a.shell.open('#/seed');
  await a.seed.choose(film.path);
  await a.seed.price(PRICE);
  const { link, infoHash } = await a.seed.start();

  await b.shell.open('#/wallet');
  const funded = await b.wallet.getCoins();

  await b.watch.openLink(link);
  expect(await b.watch.price()).toBe(PRICE);
  expect(await b.watch.expectedCost()).toBe(priceOf(film.length, PRICE));
  await b.watch.start();
  await b.watch.playing(1);
  const duration = await b.watch.duration();
  expect(duration).toBeGreaterThanOrEqual(60);
  await b.watch.seek(duration * 0.75);
  await b.watch.playing(1);
  expect(await b.watch.time()).toBeGreaterThan(duration * 0.75);

  await b.watch.complete(film.length);
  expect(await b.watch.sha256(infoHash)).toBe(film.sha256);

  // Paid exactly for what was received, and A has verified and stored every satoshi of it.
  const due = priceOf(film.length, PRICE);
  await expect.poll(async () => Number(await b.watch.paidSat.getAttribute('data-value'))).toBe(due);
  await a.seed.earned((sat) => sat === due);

  await b.watch.settle();
  await b.watch.settled();

  await b.shell.go('payments');
  await b.payments.totalPaid((sat) => sat === due);
  await b.payments.audit();
  const paying = await b.payments.channels();
  await a.shell.go('payments');
  await a.payments.totalEarned((sat) => sat === due);
  await a.payments.audit();
  const earning = await a.payments.channels();
  expect(paying.map((channel) => channel.status)).toEqual(paying.map(() => 'settled'));
  expect(paying.reduce((sum, channel) => sum + channel.paid, 0)).toBe(due);
  expect(earning.map((channel) => channel.cid).sort()).toEqual(
    paying.map((channel) => channel.cid).sort(),
  );

  // On chain, checked without the app: every transaction valid, no satoshi made or lost.
  const chain = await auditChain(net.urls.devnet);
  expect(chain.unspent + chain.fees).toBe(chain.issued);

  await a.shell.go('wallet');
  await a.wallet.ready();
  await b.shell.go('wallet');
  const fundings = chain.txs.filter((tx) =>
    tx.tx.outputs.some((output) => output.lockingScript.toBinary().length === 231),
  );
  const settlements = chain.txs.filter((tx) =>
    tx.inputs.some((input) => input.lockingScript.length === 2 * 231),
  );
  expect(settlements.length).toBeGreaterThan(0);
  const fees = (list: typeof fundings): number => list.reduce((sum, tx) => sum + tx.fee, 0);
  await a.wallet.available((sat) => sat === due - fees(settlements));
  await b.wallet.available((sat) => sat === funded - due - fees(fundings));
  await b.wallet.locked((sat) => sat === 0);
});
