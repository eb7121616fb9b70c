import { expect, vi } from 'vitest';
import { encodeHello } from '../../protocol/hello.ts';
import { NETWORK_BYTES, PROTOCOL_VERSION } from '../../protocol/limits.ts';
import { createMemoryDisk, openMemoryLedger, type MemoryDisk } from '../../ledger/memory.ts';
import { systemClock, webRandom, type Clock } from '../../shared/clock.ts';
import { fromHex } from '../../shared/hex.ts';
import type { Ledger } from '../../shared/ports/ledger.ts';
import { infoHash, MIB, satPerMiB, type InfoHash } from '../../shared/units.ts';
import { createEngine, type Engine } from '../engine.ts';
import { curve, type TestNetwork, type TestNode } from '../wallet/testing/node.ts';
import { connect, createTestPage, type Download, type TestPage } from './page.ts';

/** A whole node below the page: real keys, wallet, chain and signatures, a ledger in memory. */
export interface Peer {
  readonly node: TestNode;
  readonly page: TestPage;
  readonly disk: MemoryDisk;
  engine(): Engine;
  ledger(): Ledger;
  /** Ends the engine without a word and starts it anew on the same disk and wallet. */
  crash(): Promise<void>;
  close(): Promise<void>;
}

/** Real time plus what a test lets pass; timers stay real. */
export const movableClock = () => {
  let passed = 0;
  const clock: Clock = { ...systemClock, now: () => Date.now() + passed };
  return {
    clock,
    pass: (ms: number): void => {
      passed += ms;
    },
  };
};

/** Starts a node with so many coins on a network, or with the wallet and ledger that are given. */
export const startPeer = async (
  net: TestNetwork,
  coins: number,
  clock: Clock = systemClock,
  given: { readonly node?: TestNode; readonly disk?: MemoryDisk } = {},
): Promise<Peer> => {
  const node = given.node ?? (await net.node(coins));
  const page = createTestPage();
  const disk = given.disk ?? createMemoryDisk();
  let ledger = await openMemoryLedger({ disk });
  let session = 0;

  const start = (): Promise<Engine> => {
    session += 1;
    const current = session;
    return createEngine({
      ledger,
      wallet: node.wallet,
      keys: node.keys,
      chain: node.chain,
      curve,
      clock,
      random: webRandom,
      network: 'devnet',
      backup: () => ({ madeAt: null, checked: false, channelsSince: 0 }),
      // What a dead engine still says reaches nobody.
      emit: (name, payload) => {
        if (current === session) page.emit(name, payload);
      },
      onSnapshot: () => undefined,
    });
  };

  let engine = await start();
  page.attach(engine);
  return {
    node,
    page,
    disk,
    engine: () => engine,
    ledger: () => ledger,
    async crash() {
      session += 1;
      page.reload();
      await ledger.close();
      ledger = await openMemoryLedger({ disk });
      engine = await start();
      page.attach(engine);
    },
    close: () => engine.close(),
  };
};

/** What a page puts into its extended handshake. */
export const helloOf =
  (peers: readonly Peer[]) =>
  (page: TestPage, nonce: Uint8Array): Uint8Array => {
    const peer = peers.find((one) => one.page === page);
    if (peer === undefined) throw new Error('not a page of this test');
    return encodeHello({
      version: PROTOCOL_VERSION,
      network: NETWORK_BYTES.devnet,
      identity: fromHex(peer.node.keys.identity),
      nonce,
    });
  };

export interface TestTorrent {
  readonly infoHash: InfoHash;
  readonly name: string;
  readonly length: number;
  readonly pieceLength: number;
}

export const torrentOf = (digit: string, length: number, pieceLength: number): TestTorrent => ({
  infoHash: infoHash(digit.repeat(40)),
  name: `torrent ${digit}`,
  length,
  pieceLength,
});

/** Both know the torrent; the seeder asks `price`, the leecher wants it all. */
export const introduce = (
  torrent: TestTorrent,
  seeder: Peer,
  leecher: Peer,
  price: number,
): void => {
  seeder.engine().torrent({ ...torrent, sellPrice: satPerMiB(price) });
  leecher.engine().torrent({ ...torrent, sellPrice: satPerMiB(price) });
  leecher.engine().buy({ infoHash: torrent.infoHash, buying: true, expected: torrent.length });
};

/** Introduces and connects two nodes; the job downloads everything. */
export const bringTogether = (
  torrent: TestTorrent,
  seeder: Peer,
  leecher: Peer,
  price: number,
): Download => {
  introduce(torrent, seeder, leecher, price);
  return {
    ...torrent,
    seeder: seeder.page,
    leecher: leecher.page,
    link: connect(leecher.page, seeder.page, torrent.infoHash, helloOf([seeder, leecher])),
    pieces: Array.from({ length: Math.ceil(torrent.length / torrent.pieceLength) }, (_, i) => i),
  };
};

export const costOf = (bytes: number, price: number): number => Math.ceil((bytes * price) / MIB);

/** Waits until one has paid, and the other earned, exactly `sat` in all. */
export const paidUp = async (leecher: Peer, seeder: Peer, sat: number): Promise<void> => {
  const sums = (): [number, number] => [
    leecher.engine().snapshot().totals.paidSat,
    seeder.engine().snapshot().totals.earnedSat,
  ];
  await vi.waitFor(() => expect(sums()).toEqual([sat, sat]), { timeout: 15_000 });
};

/** Waits for the wallet to take in what the chain holds for it. */
export const holds = (peer: Peer, sat: number): Promise<void> =>
  vi.waitFor(async () => expect(await peer.node.available()).toBe(sat), { timeout: 15_000 });
