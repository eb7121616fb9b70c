import { auditChain } from './support/chain-audit.ts';
import { expectValue, valueOf } from './pages/figure.ts';
import { priceOf, randomFile } from './support/films.ts';
import { expect, test, type AppNode } from './support/nodes.ts';

const PRICE = 1_088;
const MIB = 1_048_576;
const LENGTH = 20 * MIB;
/** A reload falls into the download on machines of any speed, in MiB/s. */
const PACE = 4;
/** What a page that goes may have received and not told its worker yet. */
const FLUSH = MIB;
/** What is under way then at most, and fetched again. */
const UNDER_WAY = 4 * MIB;

const begin = async (openApp: (name: string) => Promise<AppNode>) => {
  const source = randomFile(LENGTH, 11);
  const a = await openApp('A');
  const b = await openApp('B');
  await a.shell.open('#/settings');
  await a.settings.limitSpeed({ up: PACE });
  await a.shell.go('seed');
  await a.seed.choose(source.path);
  await a.seed.price(PRICE);
  const { link, infoHash } = await a.seed.start();
  await b.shell.open('#/wallet');
  // The faucet gives a fixed sum; a large file wants more than one.
  await b.wallet.getCoins();
  await b.wallet.getCoins();
  await b.watch.openLink(link);
  await b.watch.start();
  await expectValue(b.watch.heldBytes, 'a quarter is held', (held) => held > LENGTH / 4);
  expect(await valueOf(b.watch.heldBytes)).toBeLessThan(LENGTH);
  return { source, a, b, infoHash };
};

/** After everything: the same channel on both sides, equal sums, clean books, nothing lost on chain. */
const reconcile = async (
  devnetUrl: string,
  { source, a, b, infoHash }: Awaited<ReturnType<typeof begin>>,
): Promise<void> => {
  await b.watch.complete(LENGTH);
  expect(await b.watch.sha256(infoHash)).toBe(source.sha256);
  await b.watch.settle();
  await b.watch.settled();

  await b.shell.go('payments');
  await a.shell.go('payments');
  const paid = await b.payments.totalPaid();
  await a.payments.totalEarned((sat) => sat === paid);
  await a.payments.audit();
  await b.payments.audit();
  const [paying, earning] = [await b.payments.channels(), await a.payments.channels()];
  expect(earning.map(({ cid, paid: sat }) => [cid, sat]).sort()).toEqual(
    paying.map(({ cid, paid: sat }) => [cid, sat]).sort(),
  );
  // Every byte once, less at most the flush that the page was in the middle of when it went, and
  // on top at most the pieces that were under way then.
  expect(paid).toBeGreaterThanOrEqual(priceOf(LENGTH - FLUSH, PRICE));
  expect(paid).toBeLessThanOrEqual(priceOf(LENGTH + UNDER_WAY, PRICE));
  const chain = await auditChain(devnetUrl);
  expect(chain.unspent + chain.fees).toBe(chain.issued);
  source.remove();
};

test("the payer's page reloads mid-download and resumes the same channel", async ({
  net,
  openApp,
}) => {
  const nodes = await begin(openApp);
  const { b } = nodes;
  const before = (await valueOf(b.watch.heldBytes)) ?? 0;
  await b.page.reload();
  await b.shell.ready();
  await expectValue(b.watch.heldBytes, 'held pieces are still there', (held) => held >= before);
  await reconcile(net.urls.devnet, nodes);
  expect(await b.payments.channels()).toHaveLength(1);
});

test("the payee's page reloads mid-download and resumes the same channel", async ({
  net,
  openApp,
}) => {
  const nodes = await begin(openApp);
  const { a, b, source } = nodes;
  await a.page.reload();
  await a.shell.ready();
  // A file of the user is not copied, so a page that starts anew has to be given it again.
  await a.shell.go('seed');
  await a.seed.choose(source.path);
  await a.seed.price(PRICE);
  await a.seed.start();
  await reconcile(net.urls.devnet, nodes);
  expect(await b.payments.channels()).toHaveLength(1);
});
