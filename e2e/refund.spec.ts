import { readFileSync } from 'node:fs';
import { expectValue } from './pages/figure.ts';
import { auditChain } from './support/chain-audit.ts';
import { priceOf, randomFile } from './support/films.ts';
import { expect, test, type AppNode, type Devnet } from './support/nodes.ts';

const PRICE = 1_088;
const MIB = 1_048_576;
const CHANNEL_DAYS = 7;
const PASSPHRASE = 'correct horse battery staple';

interface Abandoned {
  readonly payer: AppNode;
  /** What the faucet gave. */
  readonly funded: number;
  /** What was paid in the channel, and what it holds. */
  readonly due: number;
  readonly locked: number;
}

/** A payer whose payee has gone for ever, with a channel open between them. */
const abandon = async (openApp: (name: string) => Promise<AppNode>): Promise<Abandoned> => {
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
  source.remove();

  await payer.shell.go('wallet');
  const locked = await payer.wallet.locked((sat) => sat > due);
  return { payer, funded, due, locked };
};

/** The chain's time passes T, that of the machine does not. */
const passT = async (net: Devnet): Promise<void> => {
  const response = await fetch(`${net.urls.devnet}/clock`, {
    method: 'POST',
    body: JSON.stringify({ advanceSeconds: (CHANNEL_DAYS + 1) * 86_400, mine: true }),
  });
  expect(response.ok).toBe(true);
};

/** The channel came back, less the two fees, and the chain says so too. */
const expectRefund = async (
  net: Devnet,
  node: AppNode,
  { funded, locked }: Abandoned,
): Promise<void> => {
  await node.shell.go('payments');
  await expect
    .poll(() => node.payments.channels(), { timeout: 60_000 })
    .toMatchObject([{ status: 'refunded' }]);
  await node.payments.audit();

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
  await node.shell.go('wallet');
  await node.wallet.available((sat) => sat === funded - fees);
  await node.wallet.locked((sat) => sat === 0);
};

test('what a payee that never comes back did not settle returns to the payer after T', async ({
  net,
  openApp,
}) => {
  const before = await abandon(openApp);
  const { payer, due, locked } = before;
  await payer.shell.go('payments');
  await expect
    .poll(() => payer.payments.channels())
    .toMatchObject([{ status: 'open', paid: due, capacity: locked }]);
  await passT(net);
  await payer.page.reload();
  await payer.shell.ready();
  await expectRefund(net, payer, before);
});

test('it returns on a new machine too, from the backup alone', async ({ net, openApp }) => {
  const before = await abandon(openApp);
  const { payer, due, locked } = before;
  await payer.wallet.channelsSinceBackup(1);
  const saved = await payer.wallet.backUp(PASSPHRASE);
  await payer.wallet.channelsSinceBackup(0);
  const identity = await payer.wallet.identity();
  const available = await payer.wallet.available();
  // The file goes when the browser that saved it does.
  const file = { name: 'mine.backup', mimeType: '', buffer: readFileSync(saved) };
  await payer.context.close();

  const heir = await openApp('heir');
  await heir.shell.open('#/wallet');
  await heir.wallet.ready();
  expect(await heir.wallet.identity()).not.toBe(identity);
  expect(await heir.wallet.openBackup(file, PASSPHRASE)).toBe(available);
  await heir.wallet.takeOver();
  await heir.shell.ready();
  await heir.wallet.ready();
  expect(await heir.wallet.identity()).toBe(identity);
  await heir.wallet.available((sat) => sat === available);
  await heir.wallet.locked((sat) => sat === locked);
  await heir.shell.go('payments');
  await heir.payments.totalPaid((sat) => sat === due);
  await expect
    .poll(() => heir.payments.channels())
    .toMatchObject([{ status: 'open', paid: due, capacity: locked }]);
  await heir.payments.audit();

  await passT(net);
  await heir.page.reload();
  await heir.shell.ready();
  await expectRefund(net, heir, before);
});
