import { createFastCurve } from '../../src/channel/curve.ts';
import { loadRuntimeConfig } from '../../src/network/config.ts';
import { createPaymentsClient, type PaymentsClient } from '../../src/payments/client.ts';
import { systemClock } from '../../src/shared/clock.ts';
import type { BatchMode, EngineMetrics } from '../../src/shared/ports/payments.ts';
import { unwrap } from '../../src/shared/result.ts';
import { BLOCK_LENGTH, infoHash, MIB, satoshi, wireId } from '../../src/shared/units.ts';
import { createBacklog } from './backlog.ts';
import { createLoad, loadWire, type Load, type LoadAccount } from './load.ts';
import { createLocalPeer, PEER_PRICE, type LocalPeer, type PeerWire } from './local-peer.ts';
import { createPhases, type Phases } from './phases.ts';

export interface EngineSetup {
  readonly peers: number;
  readonly torrents: number;
  /** Titles that each peer serves. */
  readonly titlesEach: number;
  /** Blocks that all phases together may pay for: the channels are opened as large as that needs. */
  readonly blocks: number;
}

/** The payments worker of the app, alone, with many local peers. */
export interface EnginePage extends Phases {
  /** Opens worker, wallet, wires and channels; ms that it took. */
  prepare(setup: EngineSetup): Promise<number>;
  mode(mode: BatchMode): Promise<void>;
  metrics(): Promise<EngineMetrics>;
  /** Checks every signature and the books. @returns payments and blocks in the books. */
  verify(): Promise<{ readonly payments: number; readonly blocks: number; readonly sat: number }>;
  /** Bytes of this origin on disk. */
  diskBytes(): Promise<number>;
}

declare global {
  interface Window {
    engine: EnginePage;
  }
}

const PIECE_LENGTH = 256 * 1024;
/** Pieces of each wire's own; more than any run uses. */
const PIECES_EACH = 1 << 16;
/** The devnet's faucet gives no more at a time. */
const GIFT = 100_000_000;
/** Whoever is met first gets a channel for all that is wanted, the fiftieth for a fiftieth. */
const COINS = 8;
/** Wires that are authenticated at once: each takes both sides some milliseconds. */
const AT_ONCE = 8;
const SPARE = 1.2;

const torrentHash = (index: number) => infoHash(index.toString(16).padStart(40, 'e'));

const nonceFor = (wire: number): Uint8Array => {
  const nonce = new Uint8Array(16);
  new DataView(nonce.buffer).setUint32(0, wire);
  return nonce;
};

const whenReady = ({ payments }: PaymentsClient, sat: number): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (payments.snapshot().wallet.available < sat) return;
      stop();
      resolve();
    };
    const stop = payments.subscribe(look);
    look();
  });

export const createEnginePage = (worker: Worker): EnginePage => {
  const client = createPaymentsClient(worker);
  const { payments, wire: port } = client;
  const peers: LocalPeer[] = [];
  const accounts: LoadAccount[] = [];
  const wires = new Map<number, PeerWire>();
  const bound = new Map<number, () => void>();
  let load: Load | null = null;

  port.on('wireSend', ({ wire, data }) => wires.get(wire)?.receive(data));
  port.on('wireSell', ({ wire }) => bound.get(wire)?.());
  port.on('wireDrop', ({ wire, code }) => {
    throw new Error(`The engine drops wire ${wire}: ${code}`);
  });

  const phases = createPhases({
    accounts,
    load: () => {
      if (load === null) throw new Error('Nothing is prepared.');
      return load;
    },
  });

  const openWire = async (peer: LocalPeer, wire: number, torrent: number): Promise<void> => {
    const end = peer.open(wire, torrentHash(torrent));
    wires.set(wire, end);
    const authenticated = new Promise<void>((resolve) => bound.set(wire, resolve));
    port.post('wireOpened', {
      wire: wireId(wire),
      infoHash: torrentHash(torrent),
      ourPeerId: new Uint8Array(20).fill(7),
      theirPeerId: end.peerId,
      ourNonce: nonceFor(wire),
      theirHello: end.hello,
    });
    await authenticated;
  };

  const openWallet = async (sat: number): Promise<string> => {
    const config = unwrap(
      await loadRuntimeConfig('/config.json', {
        fetch: (...request) => fetch(...request),
        clock: systemClock,
      }),
    );
    const { identity } = unwrap(await client.open({ config, profile: 'engine' }));
    for (let left = sat; left > 0; left -= GIFT) {
      unwrap(await payments.call('testCoins', { sat: satoshi(Math.min(left, GIFT)) }));
    }
    await whenReady(client, sat);
    return identity;
  };

  const makePeers = (
    setup: EngineSetup,
    identity: string,
  ): (readonly [number, number, number])[] => {
    const planned: (readonly [peer: number, wire: number, torrent: number])[] = [];
    for (let index = 0; index < setup.peers; index += 1) {
      const backlog = createBacklog();
      peers.push(
        createLocalPeer({
          send: (wire, data) => port.post('wireMessage', { wire: wireId(wire), data }),
          ourIdentity: identity,
          ourPeerId: new Uint8Array(20).fill(7),
          nonceOf: nonceFor,
          onPay: (bytes) => phases.paid(backlog, Math.floor(bytes / BLOCK_LENGTH)),
        }),
      );
      const own = Array.from({ length: setup.titlesEach }, (_, title) => {
        const wire = 1 + index * setup.titlesEach + title;
        const torrent = (index + title * 7) % setup.torrents;
        planned.push([index, wire, torrent]);
        return loadWire(wire, torrentHash(torrent), (wire - 1) * PIECES_EACH);
      });
      accounts.push({ backlog, wires: own, turn: 0 });
    }
    return planned;
  };

  window.queueDepth = () => accounts.reduce((sum, { backlog }) => sum + backlog.waiting, 0);

  return {
    ...phases,
    async prepare(setup) {
      const startedAt = performance.now();
      const bytes = Math.ceil(SPARE * setup.blocks * BLOCK_LENGTH);
      const sat = Math.ceil((COINS * bytes * PEER_PRICE) / MIB) + 1_000_000;
      const identity = await openWallet(sat);
      const planned = makePeers(setup, identity);
      for (let torrent = 0; torrent < setup.torrents; torrent += 1) {
        const hash = torrentHash(torrent);
        const length = setup.peers * setup.titlesEach * PIECES_EACH * PIECE_LENGTH;
        const name = `title ${torrent}`;
        const about = { infoHash: hash, name, length, pieceLength: PIECE_LENGTH };
        unwrap(await payments.call('torrent', { ...about, sellPrice: PEER_PRICE }));
        const expected = Math.ceil(bytes / setup.torrents);
        unwrap(await payments.call('buy', { infoHash: hash, buying: true, expected }));
      }
      const buying = new Set<number>();
      const allBuying = new Promise<void>((resolve) => {
        port.on('wireBuy', ({ wire, state }) => {
          if (state === 'buying') buying.add(wire);
          if (buying.size === planned.length) resolve();
        });
      });
      for (let at = 0; at < planned.length; at += AT_ONCE) {
        await Promise.all(
          planned.slice(at, at + AT_ONCE).map(([peer, wire, torrent]) => {
            const own = peers[peer];
            if (own === undefined) throw new Error('A wire has no peer.');
            return openWire(own, wire, torrent);
          }),
        );
      }
      // All at once, so that the channels share funding transactions as they do in the app.
      for (const wire of wires.values()) wire.offer();
      await allBuying;
      load = createLoad(port, { blocksInPiece: PIECE_LENGTH / BLOCK_LENGTH });
      // The first payment of each account waits for its channel.
      await phases.warm();
      return performance.now() - startedAt;
    },
    async mode(mode) {
      const { settings } = payments.snapshot();
      const batcher = { ...settings.batcher, mode };
      unwrap(await payments.call('settings', { ...settings, batcher }));
    },
    metrics: async () => unwrap(await payments.call('snapshot', undefined)).engine,
    async verify() {
      const curve = await createFastCurve();
      let count = 0;
      for (const peer of peers) count += peer.verifyAll(curve);
      const report = unwrap(await payments.call('audit', undefined));
      if (!report.ok) throw new Error(`The books do not add up: ${report.problems.join(' ')}`);
      const { totals } = unwrap(await payments.call('snapshot', undefined));
      return { payments: count, blocks: totals.paidBlocks, sat: totals.paidSat };
    },
    diskBytes: async () => (await navigator.storage.estimate()).usage ?? 0,
  };
};
