import { expectValue } from './pages/figure.ts';
import { auditChain } from './support/chain-audit.ts';
import { priceOf, randomFile } from './support/films.ts';
import { expect, test } from './support/nodes.ts';

const PRICE = 1_088;
const MIB = 1_048_576;
const CHANNEL_DAYS = 7;

test('what a payee that never comes back did not settle returns to the payer after T', async ({
  net,
  openApp,
}) => {
  const source = randomFile(4 * MIB, 31);
  const payee = await openApp('payee');
  const payer = await openApp('payer');
  await payee.shell.open('#/seed');
  await payee.seed.choose(source.path);
  await payee.seed.price(PRICE);
  const { link } = await payee.seed.start();
  await payer.shell.open('#/wallet');
  const funded = await payer.wallet.getCoins();
  await payer.watch.openLink(link);
  await payer.watch.start();
  await payer.watch.complete(source.length);
  const due = priceOf(source.length, PRICE);
  await expectValue(payer.watch.paidSat, 'all is paid', (sat) => sat === due);
  await payee.seed.earned((sat) => sat === due);
  await payee.context.close();

  await payer.shell.go('wallet');
  const locked = await payer.wallet.locked((sat) => sat > due);
  await payer.shell.go('payments');
  await expect
    .poll(() => payer.payments.channels())
    .toMatchObject([{ status: 'open', paid: due, capacity: locked }]);

  // The chain's time passes T, that of the payer's machine does not.
  const response = await fetch(`${net.urls.devnet}/clock`, {
    method: 'POST',
    body: JSON.stringify({ advanceSeconds: (CHANNEL_DAYS + 1) * 86_400, mine: true }),
  });
  expect(response.ok).toBe(true);
  await payer.page.reload();
  await payer.shell.ready();
  await expect
    .poll(() => payer.payments.channels(), { timeout: 60_000 })
    .toMatchObject([{ status: 'refunded' }]);
  await payer.payments.audit();

  const chain = await auditChain(net.urls.devnet);
  expect(chain.unspent + chain.fees).toBe(chain.issued);
  const spends = chain.txs.filter((tx) =>
    tx.inputs.some((input) => input.lockingScript.length === 2 * 231),
  );
  expect(spends).toHaveLength(1);
  const [refund] = spends;
  expect(refund?.tx.lockTime).toBeGreaterThan(Date.now() / 1000);
  expect(refund?.tx.outputs.map(({ satoshis }) => satoshis)).toEqual([locked - (refund?.fee ?? 0)]);
  const fundings = chain.txs.filter((tx) =>
    tx.tx.outputs.some((output) => output.lockingScript.toBinary().length === 231),
  );
  const fees = [...spends, ...fundings].reduce((sum, tx) => sum + tx.fee, 0);
  await payer.shell.go('wallet');
  await payer.wallet.available((sat) => sat === funded - fees);
  await payer.wallet.locked((sat) => sat === 0);
  source.remove();
});
