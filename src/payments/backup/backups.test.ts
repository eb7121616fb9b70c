import { IDBFactory } from 'fake-indexeddb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createMemoryDisk, openMemoryLedger, type MemoryDisk } from '../../ledger/memory.ts';
import { systemClock, webRandom } from '../../shared/clock.ts';
import type { Ledger } from '../../shared/ports/ledger.ts';
import { fail, unwrap } from '../../shared/result.ts';
import { MIB, satoshi } from '../../shared/units.ts';
import {
  bringTogether,
  costOf,
  holds,
  movableClock,
  paidUp,
  startPeer,
  torrentOf,
  type Peer,
} from '../testing/nodes.ts';
import { download } from '../testing/page.ts';
import { openNodeKeys, ROOT_KEY } from '../wallet/keys.ts';
import { createWebSeal } from '../wallet/seal.ts';
import { startNetwork, type TestNetwork, type TestNode } from '../wallet/testing/node.ts';
import { createBackups } from './backups.ts';
import { createEnvelope } from './envelope.ts';
import { openBackupLog } from './log.ts';
import { takeOver } from './take-over.ts';

const PRICE = 1_088;
const PASSPHRASE = 'correct horse battery';
const COINS = 50_000;
const DAY_MS = 86_400_000;

let net: TestNetwork;
beforeAll(async () => {
  net = await startNetwork();
});
afterAll(() => net.stop());

const network = 'devnet';
const envelope = createEnvelope(crypto, 1);

/** The parts of a profile that backups work on. */
const placeOf = async (node: TestNode, ledger: Ledger) => {
  const { profile, keys, wallet } = node;
  const seal = createWebSeal({ indexedDB: new IDBFactory(), crypto, profile });
  const log = await openBackupLog(ledger);
  const parts = { ledger, wallet, keys, seal, envelope, log, network, profile } as const;
  const backups = createBackups({ ...parts, clock: systemClock, indexedDB });
  return { backups, log, seal, ledger, profile, network } as const;
};

const freshPlace = async () => {
  const node = await net.node(0);
  const disk = createMemoryDisk();
  const ledger = await openMemoryLedger({ disk });
  return { node, disk, ...(await placeOf(node, ledger)) };
};
type FreshPlace = Awaited<ReturnType<typeof freshPlace>>;

/** What the next start of a profile finds. */
const restart = async (
  { seal, ledger, profile, disk }: FreshPlace,
  clock = systemClock,
): Promise<Peer> => {
  const vault = {
    load: () => ledger.setting<unknown>(ROOT_KEY),
    store: (value: unknown) => ledger.putSetting(ROOT_KEY, value),
  };
  const keys = unwrap(await openNodeKeys({ vault, seal, random: webRandom }));
  const node = await net.node(0, keys, profile);
  return startPeer(net, 0, clock, { node, disk });
};

/** A payer with an open channel to a payee that is gone. */
const abandoned = async (digit: string, clock = systemClock) => {
  const seeder = await startPeer(net, 0);
  const leecher = await startPeer(net, COINS, clock);
  const torrent = torrentOf(digit, MIB, 256 * 1024);
  const job = bringTogether(torrent, seeder, leecher, PRICE);
  await download(job);
  await paidUp(leecher, seeder, costOf(torrent.length, PRICE));
  job.link.cut();
  return { seeder, leecher };
};

/** Lets blocks pass until the chain's own clock has moved that far. */
const advance = async (seconds: number): Promise<void> => {
  const body = JSON.stringify({ advanceSeconds: seconds, mine: true });
  const answer = await fetch(`${net.devnet.urls.devnet}/clock`, { method: 'POST', body });
  if (!answer.ok) throw new Error(await answer.text());
  net.pass(120_000);
};

const refunded = async (peer: Peer): Promise<void> => {
  await peer.engine().tick();
  const [channel] = peer.engine().snapshot().channels;
  expect(channel?.status).toBe('refunded');
  const fees = net.feeOf(channel?.fundingTxid ?? '') + net.feeOf(channel?.closingTxid ?? '');
  await holds(peer, COINS - fees);
};

const copyOf = (disk: MemoryDisk): MemoryDisk => structuredClone(disk);

describe('a backup', () => {
  it('brings everything back on a new machine, and the capacity of a channel after T', async () => {
    const { leecher, seeder } = await abandoned('1');
    await seeder.close();
    const old = await placeOf(leecher.node, leecher.ledger());
    const { file, summary } = unwrap(await old.backups.make(PASSPHRASE));
    const before = leecher.engine().snapshot();
    await leecher.close();
    expect(summary).toMatchObject({
      identity: leecher.node.keys.identity,
      available: await leecher.node.available(),
      locked: before.wallet.locked,
      openChannels: 1,
    });

    const { clock, pass } = movableClock();
    const place = await freshPlace();
    expect(unwrap(await place.backups.inspect(file, PASSPHRASE))).toEqual(summary);
    expect(unwrap(await place.backups.restore(file, PASSPHRASE))).toEqual(summary);
    await place.node.wallet.close();
    expect(unwrap(await takeOver(place))).toBe(true);
    expect(unwrap(await takeOver(place))).toBe(false);
    const heir = await restart(place, clock);
    expect(heir.node.keys.identity).toBe(leecher.node.keys.identity);
    expect(await heir.node.available()).toBe(summary.available);
    expect(heir.engine().snapshot()).toMatchObject({
      totals: before.totals,
      channels: before.channels,
    });
    expect((await heir.ledger().audit()).problems).toEqual([]);

    pass(8 * DAY_MS);
    await advance(8 * 86_400);
    await refunded(heir);
    await heir.close();
  }, 60_000);

  it('lets a payee settle what it had earned', async () => {
    const { leecher, seeder } = await abandoned('2');
    await leecher.close();
    const old = await placeOf(seeder.node, seeder.ledger());
    const { file } = unwrap(await old.backups.make(PASSPHRASE));
    await seeder.close();
    const place = await freshPlace();
    unwrap(await place.backups.restore(file, PASSPHRASE));
    await place.node.wallet.close();
    expect(unwrap(await takeOver(place))).toBe(true);
    const heir = await restart(place);
    const { settled } = unwrap(await heir.engine().settle({}));
    expect(settled).toHaveLength(1);
    await holds(heir, costOf(MIB, PRICE) - net.feeOf(settled[0]?.txid ?? ''));
    await heir.close();
  }, 60_000);

  it('finds the change of a channel that was settled after it', async () => {
    const { leecher, seeder } = await abandoned('7');
    const price = costOf(MIB, PRICE);
    const old = await placeOf(leecher.node, leecher.ledger());
    const { file } = unwrap(await old.backups.make(PASSPHRASE));
    await leecher.close();
    const settlement = unwrap(await seeder.engine().settle({})).settled[0]?.txid;
    const place = await freshPlace();
    unwrap(await place.backups.restore(file, PASSPHRASE));
    await place.node.wallet.close();
    unwrap(await takeOver(place));
    const heir = await restart(place);
    net.pass(120_000);
    await heir.engine().tick();
    const [settled] = heir.engine().snapshot().channels;
    expect(settled).toMatchObject({ status: 'settled', closingTxid: settlement });
    await holds(heir, COINS - price - net.feeOf(settled?.fundingTxid ?? ''));
    await heir.close();
    await seeder.close();
  }, 60_000);

  it('finds a refund that was made after it', async () => {
    const { clock, pass } = movableClock();
    const { leecher, seeder } = await abandoned('8', clock);
    await seeder.close();
    const old = await placeOf(leecher.node, leecher.ledger());
    const { file } = unwrap(await old.backups.make(PASSPHRASE));
    pass(8 * DAY_MS);
    await advance(8 * 86_400);
    await refunded(leecher);
    const { closingTxid } = leecher.engine().snapshot().channels[0] ?? {};
    await leecher.close();
    const place = await freshPlace();
    unwrap(await place.backups.restore(file, PASSPHRASE));
    await place.node.wallet.close();
    unwrap(await takeOver(place));
    const heir = await restart(place, clock);
    net.pass(120_000);
    await refunded(heir);
    expect(heir.engine().snapshot().channels[0]).toMatchObject({ closingTxid });
    await heir.close();
  }, 60_000);

  it('finds the payout of channels that a payee settled after it', async () => {
    const { leecher, seeder } = await abandoned('9');
    const old = await placeOf(seeder.node, seeder.ledger());
    const { file } = unwrap(await old.backups.make(PASSPHRASE));
    // One more channel, which the backup does not know, is settled along with it.
    const other = await startPeer(net, COINS);
    const torrent = torrentOf('a', MIB, 256 * 1024);
    await download(bringTogether(torrent, seeder, other, PRICE));
    await vi.waitFor(() =>
      expect(seeder.engine().snapshot().totals.earnedSat).toBe(2 * costOf(MIB, PRICE)),
    );
    net.devnet.mine();
    const { settled } = unwrap(await seeder.engine().settle({}));
    expect(settled).toHaveLength(2);
    const closingTxid = settled[0]?.txid;
    await seeder.close();
    net.devnet.mine();
    const place = await freshPlace();
    unwrap(await place.backups.restore(file, PASSPHRASE));
    await place.node.wallet.close();
    unwrap(await takeOver(place));
    const heir = await restart(place);
    net.pass(120_000);
    unwrap(await heir.engine().settle({}));
    expect(heir.engine().snapshot().channels).toMatchObject([{ status: 'settled', closingTxid }]);
    await holds(heir, 2 * costOf(MIB, PRICE) - net.feeOf(closingTxid ?? ''));
    for (const peer of [heir, leecher, other]) await peer.close();
  }, 60_000);

  it('goes on where it was killed while it was taken over', async () => {
    const { leecher } = await abandoned('3');
    const old = await placeOf(leecher.node, leecher.ledger());
    const { file, summary } = unwrap(await old.backups.make(PASSPHRASE));
    const place = await freshPlace();
    unwrap(await place.backups.restore(file, PASSPHRASE));
    await place.node.wallet.close();
    const full = { ...place.ledger, restore: async () => fail('quota', 'The disk is full.') };
    expect(await takeOver({ ...place, ledger: full })).toMatchObject({ error: { code: 'quota' } });
    expect(await place.ledger.setting(ROOT_KEY)).toBeUndefined();
    expect(unwrap(await takeOver(place))).toBe(true);
    const heir = await restart(place);
    expect(await heir.node.available()).toBe(summary.available);
    await heir.close();
  }, 60_000);

  it('is refused without a trace when it is wrong, and where money is', async () => {
    const { leecher } = await abandoned('4');
    const old = await placeOf(leecher.node, leecher.ledger());
    const { file } = unwrap(await old.backups.make(PASSPHRASE));
    const place = await freshPlace();
    const before = copyOf(place.disk);
    const cut = file.subarray(0, file.length - 1);
    expect(await place.backups.restore(file, 'another passphrase')).toMatchObject({
      error: { code: 'wallet-locked' },
    });
    expect(await place.backups.restore(cut, PASSPHRASE)).toMatchObject({
      error: { code: 'bad-input' },
    });
    expect(place.disk).toEqual(before);
    expect(await old.backups.restore(file, PASSPHRASE)).toMatchObject({ error: { code: 'busy' } });

    // Money that comes between the reading and the next start stays.
    unwrap(await place.backups.restore(file, PASSPHRASE));
    unwrap(await place.node.wallet.testCoins(satoshi(COINS)));
    const coins = await place.node.available();
    await place.node.wallet.close();
    expect(await takeOver(place)).toMatchObject({ error: { code: 'busy' } });
    expect(unwrap(await takeOver(place))).toBe(false);
    const again = await net.node(0, place.node.keys, place.profile);
    expect(await again.available()).toBe(coins);
  }, 60_000);

  it('says what it does not know', async () => {
    const { leecher } = await abandoned('5');
    const channels = await leecher.ledger().channels();
    const { backups, log } = await placeOf(leecher.node, leecher.ledger());
    expect(log.view(channels)).toEqual({ madeAt: null, checked: false, channelsSince: 1 });
    const { file, summary } = unwrap(await backups.make(PASSPHRASE));
    const { madeAt } = summary;
    expect(log.view(channels)).toEqual({ madeAt, checked: false, channelsSince: 0 });
    unwrap(await backups.inspect(file, PASSPHRASE));
    const later = channels.map((one) => ({ ...one, openedAt: madeAt + 1 }));
    expect(log.view(later)).toEqual({ madeAt, checked: true, channelsSince: 1 });
    // The change of what funded it is not in the file either, whatever has become of the channel.
    const settled = later.map((one) => ({ ...one, status: 'settled' as const }));
    expect(log.view(settled).channelsSince).toBe(1);
    const sold = settled.map((one) => ({ ...one, role: 'payee' as const }));
    expect(log.view(sold).channelsSince).toBe(0);
    await leecher.close();
  }, 60_000);
});

describe('a lost ledger', () => {
  it('is no lost channel: the wallet knows it and it is refunded after T', async () => {
    const { leecher, seeder } = await abandoned('6');
    await seeder.close();
    await leecher.close();
    const { clock, pass } = movableClock();
    const heir = await startPeer(net, 0, clock, { node: leecher.node });
    await vi.waitFor(() => expect(heir.engine().snapshot().channels).toHaveLength(1));
    pass(8 * DAY_MS);
    await advance(8 * 86_400);
    await refunded(heir);
    await heir.close();
  }, 60_000);
});
