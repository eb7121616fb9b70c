import type { Browser } from '@playwright/test';
import { encodeMessage } from '../src/protocol/codec.ts';
import { MAX_MESSAGE_BYTES } from '../src/protocol/limits.ts';
import type { Message, Pay, Terms } from '../src/protocol/messages.ts';
import type { NodeKeys } from '../src/payments/wallet/port.ts';
import { channelId, satoshi, satPerMiB } from '../src/shared/units.ts';
import { fundChannel, type Flaw } from './support/cheat-channel.ts';
import { CheatPeer } from './support/cheat-peer.ts';
import { priceOf, randomFile } from './support/films.ts';
import { expectValue } from './pages/figure.ts';
import { expect, test, type AppNode } from './support/nodes.ts';
import { startStockHost } from './support/stock.ts';

const PRICE = 1_088;
const LENGTH = 3 * 1_048_576;
const BLOCK = 16_384;

type OpenApp = (name: string) => Promise<AppNode>;

/** Errors that reach the top of a page. */
const faultsOf = ({ page }: AppNode): readonly string[] => {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  return faults;
};

const cheatIn = async (browser: Browser, claims?: NodeKeys): Promise<CheatPeer> => {
  const context = await browser.newContext();
  return new CheatPeer(await context.newPage(), claims);
};

/** A seeder in a page of its own, a host for cheats, and an honest buyer in the end. */
const scene = async (openApp: OpenApp, browser: Browser) => {
  const source = randomFile(LENGTH, 41);
  const victim = await openApp('victim');
  const faults = faultsOf(victim);
  await victim.shell.open('#/seed');
  await victim.seed.choose(source.path);
  await victim.seed.price(PRICE);
  const { magnet, infoHash } = await victim.seed.start();
  const host = await startStockHost();

  /** A peer of the victim, unless it has to prove itself still. */
  const cheat = async (claims?: NodeKeys): Promise<CheatPeer> => {
    const peer = await cheatIn(browser, claims);
    await peer.join(host, magnet, infoHash);
    await peer.met();
    return peer;
  };
  const member = async (): Promise<CheatPeer> => {
    const peer = await cheat();
    await peer.authenticate();
    return peer;
  };

  /** The victim's page and balance are unharmed: it serves and is paid, to the satoshi. */
  const unharmed = async (before = 0): Promise<void> => {
    expect(await victim.seed.earned(() => true)).toBe(before);
    const buyer = await openApp('buyer');
    await buyer.shell.open('#/wallet');
    await buyer.wallet.getCoins();
    await buyer.shell.go('home');
    await buyer.home.add(magnet);
    await buyer.watch.start();
    await buyer.watch.complete(LENGTH);
    expect(await buyer.watch.sha256(infoHash)).toBe(source.sha256);
    await victim.seed.earned((sat) => sat === before + priceOf(LENGTH, PRICE));
    await victim.shell.go('payments');
    await victim.payments.audit();
    expect(faults).toEqual([]);
    await host.stop();
    source.remove();
  };
  return { victim, cheat, member, unharmed };
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
/** A payment on a channel that nobody knows: its answer shows that all before it was heard. */
const stray: Pay = {
  type: 'pay',
  cid: channelId('ab'.repeat(16)),
  paid: satoshi(1_000_000),
  bytes: LENGTH,
  signature: new Uint8Array(71).fill(1),
};

test('cheats: stolen proofs and a message that is cut off are refused', async ({
  browser,
  openApp,
}) => {
  const { cheat, member, unharmed } = await scene(openApp, browser);
  // An identity that proved itself, and what it said to do so.
  const owner = await cheat();
  const proof = await owner.proof();
  await owner.say(proof);
  const thief = await cheat(owner.keys);
  await thief.say(proof);
  await hears(thief, { type: 'error', code: 'bad-auth' });
  await isCutOff(thief);
  // Whose name was used in vain is still at home here.
  await owner.say(stray);
  await hears(owner, { type: 'error', code: 'unknown-channel' });
  expect(await owner.isClosed()).toBe(false);
  await owner.leave();

  const babbler = await member();
  await babbler.saySomething(encodeMessage(stray).subarray(0, 40));
  await hears(babbler, { type: 'error', code: 'malformed' });
  await isCutOff(babbler);
  await unharmed();
});

test('cheats: blocks nobody asked for earn nothing, floods and giants cut the wire', async ({
  browser,
  openApp,
}) => {
  const { member, unharmed } = await scene(openApp, browser);
  const pusher = await member();
  await pusher.sendBlocks(0, BLOCK, 10);
  await pusher.say(stray);
  await hears(pusher, { type: 'error', code: 'unknown-channel' });
  await pusher.leave();

  const flooder = await member();
  await flooder.saySomething(idle, 10_000);
  await hears(flooder, { type: 'error', code: 'too-many' });
  await isCutOff(flooder);

  const giant = await member();
  await giant.sayLong(MAX_MESSAGE_BYTES + 1);
  await hears(giant, { type: 'error', code: 'too-large' });
  await isCutOff(giant);
  await unharmed();
});

const FLAWS: readonly (readonly [code: string, flaw: Flaw])[] = [
  ['funding-double-spent', { spent: true }],
  ['bad-funding', { holds: 4_999 }],
  ['bad-funding', { script: Uint8Array.of(0x51) }],
  ['bad-funding', { later: 3_600 }],
  ['refund-too-early', { later: -6.5 * 24 * 3_600 }],
  ['bad-signature', { foreign: true }],
];

test('cheats: channels that are not what they say are refused, and so are false payments', async ({
  browser,
  openApp,
  net,
}) => {
  const { cheat, victim, unharmed } = await scene(openApp, browser);
  const forger = await cheat();
  const payee = await forger.met();
  await forger.authenticate();
  for (const [code, flaw] of FLAWS) {
    const { open } = await fundChannel(net, forger.keys, payee, flaw);
    await forger.say(open);
    await hears(forger, { type: 'open_no', cid: open.cid, code } as Partial<Message>);
  }

  // A sound channel: what is said again or lowered changes nothing.
  const sound = await fundChannel(net, forger.keys, payee);
  const { cid } = sound.open;
  await forger.say(sound.open);
  await hears(forger, { type: 'open_ok', cid });
  for (const paid of [100, 100, 40]) await forger.say(sound.pay(paid));
  await forger.say(stray);
  await hears(forger, { type: 'error', code: 'unknown-channel' });
  await hears(forger, { type: 'credit', cid, paid: satoshi(100) });
  await victim.seed.earned((sat) => sat === 100);

  // A signature that was made for another channel of the same two.
  const other = await fundChannel(net, forger.keys, payee);
  await forger.say(other.open);
  await hears(forger, { type: 'open_ok', cid: other.open.cid });
  await forger.say({ ...other.pay(200), cid });
  await hears(forger, { type: 'error', code: 'bad-signature', cid });
  await isCutOff(forger);

  const glutton = await cheat();
  await glutton.authenticate();
  const small = await fundChannel(net, glutton.keys, payee);
  await glutton.say(small.open);
  await hears(glutton, { type: 'open_ok', cid: small.open.cid });
  await glutton.say(small.pay(small.open.capacity, 100));
  await hears(glutton, { type: 'error', code: 'over-capacity', cid: small.open.cid });
  await isCutOff(glutton);
  await unharmed(100);
});

const terms = (termsId: number, price: number): Terms => ({
  type: 'terms',
  termsId,
  satPerMiB: satPerMiB(price),
  fromBytes: 0,
  windowMin: 2 ** 20,
  windowMax: 2 ** 30,
  minCapacity: satoshi(1_500),
  minLifetime: 86_400,
  settleMargin: 10_800,
  unconfirmedCap: satoshi(200_000),
  validUntil: 4_000_000_000,
});

test('cheats: a seller is paid for what was asked for and came, at the price of that time', async ({
  browser,
  openApp,
  net,
}) => {
  const host = await startStockHost();
  const seller = await cheatIn(browser);
  const { magnet, infoHash, sha256 } = await seller.seed(host, 'bait', LENGTH, net.urls.tracker);
  const victim = await openApp('victim');
  const faults = faultsOf(victim);
  await victim.shell.open('#/wallet');
  await victim.wallet.getCoins();
  await victim.shell.go('home');
  await victim.home.add(magnet);
  await seller.met();
  await seller.authenticate();

  // Blocks before anything was asked for are neither kept, as the hash shows below, nor owed.
  await seller.say(terms(1, PRICE));
  await seller.sendBlocks(0, BLOCK, 100);
  await seller.say(stray);
  await hears(seller, { type: 'error', code: 'unknown-channel' });

  await victim.watch.start();
  await hears(seller, { type: 'open' });
  const open = (await seller.heard()).find((message) => message.type === 'open');
  if (open === undefined) throw new Error('no channel was offered');
  const { cid } = open;
  // It takes the channel and claims far more than it sends, acknowledges what was never paid, and
  // shows a signature that the payer is said to have made.
  await seller.say({ type: 'open_ok', cid, status: 'seen', credit: satoshi(200_000) });
  await seller.say({
    type: 'need_pay',
    cid,
    owedBytes: 100 * LENGTH,
    owedSat: satoshi(100 * priceOf(LENGTH, PRICE)),
    dropAt: 4_000_000_000,
  });
  await seller.say({ type: 'credit', cid, paid: satoshi(1_400), window: 2 ** 30 });
  const signature = new Uint8Array(71).fill(1);
  await seller.say({ type: 'resume', cid, paid: satoshi(1_450), bytes: LENGTH, signature });

  await victim.watch.complete(LENGTH);
  expect(await victim.watch.sha256(infoHash)).toBe(sha256);
  // The price of bytes that came is what it was when they came.
  await seller.say(terms(2, 2 * PRICE));
  await hears(seller, { type: 'pay', paid: satoshi(priceOf(LENGTH, PRICE)) });
  await seller.say({
    type: 'need_pay',
    cid,
    owedBytes: LENGTH,
    owedSat: satoshi(priceOf(LENGTH, PRICE)),
    dropAt: 4_000_000_000,
  });
  // More than a few blocks that nobody asked for end the wire.
  await seller.sendBlocks(0, BLOCK, 300);
  await isCutOff(seller);

  const due = priceOf(LENGTH, PRICE);
  await expectValue(victim.watch.paidSat, 'what came is paid', (sat) => sat === due);
  await victim.shell.go('payments');
  await victim.payments.totalPaid((sat) => sat === due);
  await victim.payments.audit();
  expect(faults).toEqual([]);
  await host.stop();
});
