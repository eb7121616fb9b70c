import { expectValue, valueOf } from './pages/figure.ts';
import { corruptWhatIsSent, sentBy, type Damage } from './support/corrupt.ts';
import { priceOf, randomFile, type SourceFile } from './support/films.ts';
import { expect, test, type AppNode } from './support/nodes.ts';

const PRICE = 1_088;
const MIB = 1_048_576;
/** Pieces of a torrent of this size. */
const PIECE = 256 * 1024;

type OpenApp = (name: string) => Promise<AppNode>;

const seeder = async (
  openApp: OpenApp,
  name: string,
  source: SourceFile,
  damage?: Damage,
): Promise<AppNode & { readonly magnet: string; readonly infoHash: string }> => {
  const node = await openApp(name);
  if (damage !== undefined) await corruptWhatIsSent(node.page, damage);
  await node.shell.open('#/seed');
  await node.seed.choose(source.path);
  await node.seed.price(PRICE);
  return { ...node, ...(await node.seed.start()) };
};

const buyer = async (openApp: OpenApp, name: string, magnet: string): Promise<AppNode> => {
  const node = await openApp(name);
  await node.shell.open('#/wallet');
  await node.wallet.getCoins();
  await node.shell.go('home');
  await node.home.add(magnet);
  return node;
};

/** What one node has paid another, over all their channels. */
const paidTo = async (payer: AppNode, payee: AppNode): Promise<number> => {
  await payer.shell.go('payments');
  await payee.shell.go('payments');
  // Views are loaded when they are first shown; nothing is read from one that is not there.
  await expect(payer.page.getByTestId('total-paid')).toBeVisible();
  await expect(payee.page.getByTestId('total-earned')).toBeVisible();
  const theirs = new Set((await payee.payments.channels()).map(({ cid }) => cid));
  const rows = (await payer.payments.channels()).filter(({ cid }) => theirs.has(cid));
  return rows.reduce((sum, { paid }) => sum + paid, 0);
};

/** Blocks of bad pieces were paid for at most one piece long, and the books agree. */
const checkCheat = async (
  victim: AppNode,
  liar: AppNode,
  sent: { readonly damaged: number; readonly cleanBytes: number },
): Promise<void> => {
  const paid = await paidTo(victim, liar);
  console.log(`  ${sent.damaged} bad blocks, ${sent.cleanBytes} good bytes, ${paid} sat`);
  expect(sent.damaged).toBeGreaterThan(0);
  expect(paid).toBeLessThanOrEqual(priceOf(sent.cleanBytes + PIECE, PRICE));
  await victim.payments.audit();
  await liar.payments.audit();
};

/** The victim has one peer left for each of these, and no more. */
const onlyHonestLeft = async (victim: AppNode, honest: number): Promise<void> => {
  await expect(victim.page.getByTestId('peer-row')).toHaveCount(honest);
};

test('a lone liar is banned after its first piece, and an honest seeder delivers', async ({
  openApp,
}) => {
  const source = randomFile(8 * MIB + 333, 21);
  const liar = await seeder(openApp, 'liar', source, { pieces: 'first' });
  const victim = await buyer(openApp, 'victim', liar.magnet);
  await victim.watch.start();
  await expect
    .poll(async () => (await sentBy(liar.page)).damaged, { timeout: 30_000 })
    .toBeGreaterThan(0);
  await onlyHonestLeft(victim, 0);
  const sent = await sentBy(liar.page);
  expect(await valueOf(victim.watch.heldBytes)).toBeLessThan(source.length);

  // The same wallet in a new page: another peer id, the same identity.
  await liar.page.reload();
  await liar.shell.ready();
  await liar.shell.go('seed');
  await liar.seed.choose(source.path);
  await liar.seed.price(PRICE);
  await liar.seed.start();
  const held = (await valueOf(victim.watch.heldBytes)) ?? 0;

  const honest = await seeder(openApp, 'honest', source);
  await victim.watch.complete(source.length);
  expect(await victim.watch.sha256(liar.infoHash)).toBe(source.sha256);
  await onlyHonestLeft(victim, 1);
  await honest.seed.earned((sat) => sat === priceOf(source.length - held, PRICE));
  expect(await sentBy(liar.page)).toEqual({ damaged: 0, cleanBytes: 0 });
  await checkCheat(victim, liar, sent);
  source.remove();
});

test('one liar among three honest seeders is found, and nobody else is blamed', async ({
  openApp,
}) => {
  const source = randomFile(16 * MIB + 777, 22);
  const liar = await seeder(openApp, 'liar', source, { pieces: 'random' });
  const honest: AppNode[] = [];
  for (const name of ['one', 'two', 'three']) honest.push(await seeder(openApp, name, source));
  const victim = await buyer(openApp, 'victim', liar.magnet);
  await expect(victim.page.getByTestId('peer-row')).toHaveCount(4, { timeout: 30_000 });
  await victim.watch.start();
  await victim.watch.complete(source.length);
  expect(await victim.watch.sha256(liar.infoHash)).toBe(source.sha256);
  await onlyHonestLeft(victim, 3);

  // What each honest seeder earned is the price of the bytes that it was paid for.
  for (const node of honest) {
    const sent = Number(await node.page.getByTestId('seed-earned').getAttribute('data-bytes'));
    await node.seed.earned((sat) => sat === priceOf(sent, PRICE));
  }
  await checkCheat(victim, liar, await sentBy(liar.page));
  source.remove();
});

test('a liar that picks one victim is found by it, and the others get what they pay for', async ({
  openApp,
}) => {
  const source = randomFile(8 * MIB, 23);
  const liar = await seeder(openApp, 'liar', source, { pieces: 'random', connection: 1 });
  const spared = await buyer(openApp, 'spared', liar.magnet);
  await spared.watch.start();
  await spared.watch.complete(source.length);
  expect((await sentBy(liar.page)).damaged).toBe(0);
  const { cleanBytes } = await sentBy(liar.page);
  await expectValue(spared.watch.paidSat, 'all is paid', (sat) => sat === priceOf(8 * MIB, PRICE));

  // The one that was spared shares what it has, and is not taken for the liar.
  const victim = await buyer(openApp, 'victim', liar.magnet);
  await expect(victim.page.getByTestId('peer-row')).toHaveCount(2, { timeout: 30_000 });
  await victim.watch.start();
  await victim.watch.complete(source.length);
  expect(await victim.watch.sha256(liar.infoHash)).toBe(source.sha256);
  await onlyHonestLeft(victim, 1);
  const sent = await sentBy(liar.page);
  await checkCheat(victim, liar, { ...sent, cleanBytes: sent.cleanBytes - cleanBytes });
  source.remove();
});
