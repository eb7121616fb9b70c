import type { Browser } from '@playwright/test';
import { encodeMessage } from '../src/protocol/codec.ts';
import { MAX_MESSAGE_BYTES } from '../src/protocol/limits.ts';
import type { Message } from '../src/protocol/messages.ts';
import { channelId, satoshi } from '../src/shared/units.ts';
import { CheatPeer } from './support/cheat-peer.ts';
import { priceOf, randomFile } from './support/films.ts';
import { expect, test, type AppNode } from './support/nodes.ts';
import { startStockHost, type StockHost } from './support/stock.ts';

const PRICE = 1_088;
const LENGTH = 3 * 1_048_576;

/** A seeder in a page of its own, a host for cheats, and an honest buyer in the end. */
const scene = async (openApp: (name: string) => Promise<AppNode>, browser: Browser) => {
  const source = randomFile(LENGTH, 41);
  const victim = await openApp('victim');
  const faults: string[] = [];
  victim.page.on('pageerror', (error) => faults.push(error.message));
  await victim.shell.open('#/seed');
  await victim.seed.choose(source.path);
  await victim.seed.price(PRICE);
  const { magnet, infoHash } = await victim.seed.start();
  const host: StockHost = await startStockHost();

  const cheat = async (): Promise<CheatPeer> => {
    const context = await browser.newContext();
    const peer = new CheatPeer(await context.newPage(), infoHash);
    await peer.join(host, magnet);
    return peer;
  };

  /** The victim's page and balance are unharmed: it serves and is paid, to the satoshi. */
  const unharmed = async (): Promise<void> => {
    expect(await victim.seed.earned(() => true)).toBe(0);
    const buyer = await openApp('buyer');
    await buyer.shell.open('#/wallet');
    await buyer.wallet.getCoins();
    await buyer.shell.go('home');
    await buyer.home.add(magnet);
    await buyer.watch.start();
    await buyer.watch.complete(LENGTH);
    expect(await buyer.watch.sha256(infoHash)).toBe(source.sha256);
    await victim.seed.earned((sat) => sat === priceOf(LENGTH, PRICE));
    await victim.shell.go('payments');
    await victim.payments.audit();
    expect(faults).toEqual([]);
    await host.stop();
    source.remove();
  };
  return { cheat, unharmed };
};

const hears = (peer: CheatPeer, part: Partial<Message>): Promise<void> =>
  expect
    .poll(() => peer.heard(), { timeout: 15_000 })
    .toContainEqual(expect.objectContaining(part));
const isCutOff = async (peer: CheatPeer): Promise<void> => {
  await expect.poll(() => peer.isClosed(), { timeout: 15_000 }).toBe(true);
  await peer.leave();
};

const idle = encodeMessage({ type: 'error', code: 'internal', cid: null, detail: '' });
const pay: Message = {
  type: 'pay',
  cid: channelId('ab'.repeat(16)),
  paid: satoshi(1_000_000),
  bytes: LENGTH,
  signature: new Uint8Array(71).fill(1),
};

test('cheats: a proof for another wire and a message that is cut off are refused', async ({
  browser,
  openApp,
}) => {
  const { cheat, unharmed } = await scene(openApp, browser);
  const thief = await cheat();
  await thief.authenticate(new Uint8Array(16).fill(8));
  await hears(thief, { type: 'error', code: 'bad-auth' });
  await isCutOff(thief);

  const babbler = await cheat();
  await babbler.authenticate();
  await babbler.saySomething(encodeMessage(pay).subarray(0, 40));
  await hears(babbler, { type: 'error', code: 'malformed' });
  await isCutOff(babbler);
  await unharmed();
});

test('cheats: payments without a channel earn nothing, floods and giants cut the wire', async ({
  browser,
  openApp,
}) => {
  const { cheat, unharmed } = await scene(openApp, browser);
  const forger = await cheat();
  await forger.authenticate();
  await forger.say(pay);
  await hears(forger, { type: 'error', code: 'unknown-channel' });
  await forger.sendBlock(0, 16_384);
  await forger.leave();

  const flooder = await cheat();
  await flooder.authenticate();
  await flooder.saySomething(idle, 10_000);
  await hears(flooder, { type: 'error', code: 'too-many' });
  await isCutOff(flooder);

  const giant = await cheat();
  await giant.authenticate();
  await giant.sayLong(MAX_MESSAGE_BYTES + 1);
  await hears(giant, { type: 'error', code: 'too-large' });
  await isCutOff(giant);
  await unharmed();
});
