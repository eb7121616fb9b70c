import type { Page } from '@playwright/test';
import { auditChain } from './support/chain-audit.ts';
import { expect, test, type DurableNode } from './support/durable-nodes.ts';
import { priceOf, randomFile, type SourceFile } from './support/films.ts';
import { expectValue } from './pages/figure.ts';

/**
 * Kills at random instants of a download. `CRASH_INSTANTS` (3) is how often each side is killed,
 * `CRASH_SEED` (1) picks the instants; both are printed.
 */
const INSTANTS = Number(process.env['CRASH_INSTANTS'] ?? 3);
const SEED = Number(process.env['CRASH_SEED'] ?? 1);
const PRICE = 1_088;
const MIB = 1_048_576;
/** A download runs on while its next kill is made ready, at this pace at most: so much is left for the last one. */
const PACE_MIB = 5;
const LENGTH = 8 * INSTANTS * MIB;
/** The largest credit window: what may be on its way, signed or not, when a side dies. */
const WINDOW = 16 * MIB;
/**
 * What a payer's page may have been charged for and not kept: pieces that are not complete, and those
 * of the last moments, which the store had not noted as held. It is fetched and paid again.
 */
const UNKEPT = 4 * MIB;

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
const dice = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

interface Pair {
  readonly source: SourceFile;
  readonly payee: DurableNode;
  readonly payer: DurableNode;
  readonly infoHash: string;
}

const seedFile = async (payee: DurableNode, source: SourceFile) => {
  await payee.shell.go('seed');
  await payee.seed.choose(source.path);
  await payee.seed.price(PRICE);
  return payee.seed.start();
};

const begin = async (
  openDurable: (name: string) => Promise<DurableNode>,
  seed: number,
): Promise<Pair> => {
  const source = randomFile(LENGTH, seed);
  const payee = await openDurable('payee');
  const payer = await openDurable('payer');
  await payee.shell.open('#/settings');
  await payee.settings.limitSpeed({ up: PACE_MIB });
  const { link, infoHash } = await seedFile(payee, source);
  await payer.shell.open('#/wallet');
  const most = priceOf(LENGTH + INSTANTS * UNKEPT, PRICE);
  while ((await payer.wallet.getCoins()) < 2 * most);
  await payer.watch.openLink(link);
  await payer.watch.start();
  return { source, payee, payer, infoHash };
};

/** Holds back everything that goes to the tracker until the returned function is called. */
const holdTracker = (tracker: string) => {
  let release: () => void = () => undefined;
  const open = new Promise<void>((resolve) => {
    release = resolve;
  });
  const prepare = (page: Page): Promise<void> =>
    page.routeWebSocket(`${tracker}/**`, async (socket) => {
      await open;
      socket.connectToServer();
    });
  return { prepare, release };
};

/**
 * Both books are in order, the payee has no satoshi that the payer did not sign for, and what the
 * payer holds is paid. Answers how many satoshi are paid beyond what is held.
 */
const checkBooks = async ({ payer, payee, infoHash }: Pair) => {
  await payer.shell.open(`#/watch/${infoHash}`);
  // A page that has just started holds nothing until it has read what is on its disk.
  const held = await expectValue(payer.watch.heldBytes, 'data is held', (bytes) => bytes > 0);
  await payee.shell.go('payments');
  await payer.shell.go('payments');
  // What was owed is signed for as soon as the page is up, with or without a peer.
  const paid = await payer.payments.totalPaid((sat) => sat >= priceOf(held, PRICE));
  const earned = await payee.payments.totalEarned();
  console.log(`    holds ${held} bytes (${priceOf(held, PRICE)} sat), paid ${paid}, got ${earned}`);
  expect(paid).toBeGreaterThanOrEqual(earned);
  expect(paid - earned).toBeLessThanOrEqual(priceOf(WINDOW, PRICE));
  await payer.payments.audit();
  await payee.payments.audit();
  return { ahead: paid - priceOf(held, PRICE), isComplete: held === LENGTH };
};

/** Downloads to the end with a kill of these sides at each instant; books are checked each time. */
const downloadWithKills = async (
  pair: Pair,
  victims: readonly ('payer' | 'payee')[],
  tracker: string,
  random: () => number,
): Promise<void> => {
  const { payer, payee, infoHash, source } = pair;
  const dies = victims.includes('payer');
  let beyond = 0;
  let inside = 0;
  for (let round = 0; round < INSTANTS; round += 1) {
    // Data flows again since the last kill; then some bytes and milliseconds more.
    const before = await expectValue(payer.watch.heldBytes, 'data is held', () => true);
    const share = random() / (INSTANTS + 1 - round);
    // The last ones may find the file complete: then nothing may change at all.
    const bytes = Math.min(LENGTH, before + 1 + Math.floor(share * (LENGTH - before)));
    const extraMs = Math.floor(random() * 200);
    await expectValue(payer.watch.heldBytes, `${bytes} bytes are held`, (held) => held >= bytes);
    await new Promise((resolve) => setTimeout(resolve, extraMs));
    await Promise.all(victims.map((side) => pair[side].kill()));
    console.log(`  kill ${round + 1} of ${victims.join(' and ')}: ${bytes} bytes + ${extraMs} ms`);

    // What each side has on disk, before they can talk about it.
    const { prepare, release } = holdTracker(tracker);
    for (const side of victims) await pair[side].reopen('#/payments', prepare);
    const { ahead: now, isComplete } = await checkBooks(pair);
    if (!isComplete) inside += 1;
    if (dies) expect(now - beyond).toBeLessThanOrEqual(priceOf(2 * UNKEPT, PRICE));
    beyond = now;
    release();
    // A file of the user is not copied, so a page that starts anew has to be given it again.
    if (victims.includes('payee')) await seedFile(payee, source);
    await payer.shell.open(`#/watch/${infoHash}`);
  }
  await payer.watch.complete(LENGTH);
  console.log(`  ${inside} of ${INSTANTS} kills fell into the download`);
};

/** Both sides agree to the satoshi, every byte was paid for once, and so says the chain. */
const reconcile = async (
  { payer, payee, source, infoHash }: Pair,
  devnetUrl: string,
  lostByPayer: boolean,
): Promise<void> => {
  expect(await payer.watch.sha256(infoHash)).toBe(source.sha256);
  await payer.watch.settle();
  await payer.watch.settled();
  await payer.shell.go('payments');
  await payee.shell.go('payments');
  const paid = await payer.payments.totalPaid();
  await payee.payments.totalEarned((sat) => sat === paid);
  await payer.payments.audit();
  await payee.payments.audit();
  // One whose funding was on its way when both were killed is the payer's alone, until its refund.
  const rows = async (node: DurableNode) =>
    (await node.payments.channels())
      .filter(({ paid: sat }) => sat > 0)
      .map(({ cid, status, paid: sat }) => [cid, status, sat])
      .sort();
  const same = await rows(payer);
  await expect.poll(() => rows(payee)).toEqual(same);
  console.log(`  ${paid} sat for ${LENGTH} bytes (${priceOf(LENGTH, PRICE)} sat)`);
  // What a payer's page had not verified it fetches again; a payee's death costs the payer nothing.
  const due = priceOf(LENGTH, PRICE);
  const kills = lostByPayer ? INSTANTS : 0;
  console.log(`  ${((paid - due) / Math.max(1, kills)).toFixed(0)} sat more for each kill`);
  expect(paid).toBeGreaterThanOrEqual(due);
  expect(paid).toBeLessThanOrEqual(due + kills * priceOf(UNKEPT, PRICE));
  const chain = await auditChain(devnetUrl);
  expect(chain.unspent + chain.fees).toBe(chain.issued);
  source.remove();
};

for (const victims of [['payer'], ['payee'], ['payer', 'payee']] as const) {
  test(`killing ${victims.join(' and ')} mid-download loses and doubles nothing`, async ({
    net,
    openDurable,
  }) => {
    test.setTimeout(60_000 + INSTANTS * 40_000);
    console.log(`  CRASH_SEED=${SEED} CRASH_INSTANTS=${INSTANTS}`);
    const random = dice(SEED * 3 + victims.length + (victims[0] === 'payer' ? 0 : 1));
    const pair = await begin(openDurable, SEED);
    await downloadWithKills(pair, victims, net.urls.tracker, random);
    await reconcile(pair, net.urls.devnet, victims[0] === 'payer');
  });
}
