import type { Page } from '@playwright/test';
import { auditChain } from './support/chain-audit.ts';
import { expectValue } from './pages/figure.ts';
import { priceOf, randomFile } from './support/films.ts';
import { expect, test } from './support/nodes.ts';

const PRICE = 1_088;
const MIB = 1_048_576;
const LENGTH = 64 * MIB;
/** What may be on its way over three lanes and the wire when one of them is cut, and comes again. */
const ON_ITS_WAY = 8 * MIB;

declare global {
  interface Window {
    /** Channels of lanes, in the order in which they were made. */
    lanes?: RTCDataChannel[];
  }
}

/** Keeps a list of the lanes that a page makes. Call before the app is opened. */
const watchLanes = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    const lanes: RTCDataChannel[] = [];
    window.lanes = lanes;
    const original = Reflect.get(RTCPeerConnection.prototype, 'createDataChannel');
    RTCPeerConnection.prototype.createDataChannel = function (label, options) {
      const channel = Reflect.apply(original, this, [label, options]);
      if (label === 'lane') lanes.push(channel);
      return channel;
    };
  });

const openLanes = (page: Page): Promise<number> =>
  page.evaluate(
    () => (window.lanes ?? []).filter(({ readyState }) => readyState === 'open').length,
  );

test('a lane that is cut in the middle of a download loses no byte and no payment', async ({
  net,
  openApp,
}) => {
  const source = randomFile(LENGTH, 91);
  const seller = await openApp('seller');
  const buyer = await openApp('buyer');
  for (const { page } of [seller, buyer]) await watchLanes(page);
  await seller.shell.open('#/seed');
  await seller.seed.choose(source.path);
  await seller.seed.price(PRICE);
  const { link, infoHash } = await seller.seed.start();
  await buyer.shell.open('#/wallet');
  await buyer.wallet.getCoins();
  await buyer.wallet.getCoins();
  await buyer.watch.openLink(link);
  await buyer.watch.start();
  await expectValue(buyer.watch.heldBytes, 'some of it is held', (held) => held > LENGTH / 8);
  await expect.poll(() => openLanes(buyer.page)).toBe(3);
  expect(await openLanes(seller.page)).toBe(3);

  await seller.page.evaluate(() => window.lanes?.[1]?.close());
  await expect.poll(() => openLanes(buyer.page)).not.toBe(3);
  await buyer.watch.complete(LENGTH);
  expect(await buyer.watch.sha256(infoHash)).toBe(source.sha256);
  await buyer.watch.settle();
  await buyer.watch.settled();

  await buyer.shell.go('payments');
  await seller.shell.go('payments');
  const paid = await buyer.payments.totalPaid();
  expect(paid).toBeGreaterThanOrEqual(priceOf(LENGTH, PRICE));
  expect(paid).toBeLessThanOrEqual(priceOf(LENGTH + ON_ITS_WAY, PRICE));
  await seller.payments.totalEarned((sat) => sat === paid);
  await buyer.payments.audit();
  await seller.payments.audit();
  const chain = await auditChain(net.urls.devnet);
  expect(chain.unspent + chain.fees).toBe(chain.issued);
  source.remove();
});
