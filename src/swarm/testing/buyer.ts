import { afterEach, beforeEach } from 'vitest';
import type { WirePosts } from '../../shared/ports/wire-payments.ts';
import { unwrap } from '../../shared/result.ts';
import { BLOCK_LENGTH, satPerMiB, type InfoHash, type WireId } from '../../shared/units.ts';
import { memoryStore, openNode, type TestNode } from './engine.ts';
import { playPeer } from './peer.ts';

/** A node that buys from peers that are played by hand. */

export const PIECE = 262_144;
export const BLOCKS = PIECE / BLOCK_LENGTH;
export const data = Uint8Array.from({ length: 6 * PIECE }, (_, at) => (at * 13 + (at >> 7)) & 0xff);
export const film = new File([data], 'film.mp4');

const nodes: TestNode[] = [];
export const node = (...args: Parameters<typeof openNode>): TestNode => {
  const opened = openNode(...args);
  nodes.push(opened);
  return opened;
};
export let torrentFile: Uint8Array;
export let hash: InfoHash;
export let buyer: TestNode;

export const seeder = async (store = memoryStore(data)): Promise<TestNode> => {
  const seeding = node(store);
  hash = unwrap(await seeding.swarm.seed({ files: [film], satPerMiB: satPerMiB(0) }));
  torrentFile = seeding.swarm.resumeData(hash)?.torrentFile ?? new Uint8Array();
  return seeding;
};
export const decide = (wire: WireId, allowed: boolean): void => {
  const state = allowed ? 'buying' : 'too-expensive';
  buyer.payments.emit('wireBuy', { wire, allowed, state, satPerMiB: satPerMiB(64) });
};
export const buyAtOnce = (): void => {
  buyer.payments.script = (name, payload) => {
    if (name === 'wireOpened') decide((payload as WirePosts['wireOpened']).wire, true);
  };
};
export const rowsOf = (name: 'blocksReceived'): number[][] =>
  buyer.payments
    .of(name)
    .flatMap(({ rows }) =>
      Array.from({ length: rows.length / 4 }, (_, at) => [...rows.slice(4 * at, 4 * at + 4)]),
    );
export const receivedBytes = (): number =>
  rowsOf('blocksReceived').reduce((sum, [, , , length]) => sum + (length ?? 0), 0);
export const status = (): string => buyer.swarm.get(hash)?.status ?? '';
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 30; turn += 1) await new Promise((next) => setImmediate(next));
};
export const block = (index: number, number: number): Uint8Array =>
  data.slice(index * PIECE + number * BLOCK_LENGTH, index * PIECE + (number + 1) * BLOCK_LENGTH);

/** Another buyer takes the place of the first: one whose store holds something already. */
export const buyFrom = async (store: Parameters<typeof openNode>[0]): Promise<void> => {
  nodes.splice(nodes.indexOf(buyer), 1);
  await buyer.swarm.destroy();
  buyer = node(store);
};

/** A peer that has everything and answers by hand. */
export const playSeeder = async (options: Parameters<typeof playPeer>[1] = {}) => {
  const peer = await playPeer(buyer, options);
  const asked: [number, number, number][] = [];
  const cancelled: string[] = [];
  peer.wire._onRequest = (...request) => void asked.push(request);
  peer.wire.on('cancel', (...request) => void cancelled.push(request.join('/')));
  peer.wire.haveAll();
  peer.wire.unchoke();
  return { peer, asked, cancelled };
};

/** A buyer, and a title that it may add, before each test; all nodes go after it. */
export const useBuyer = (): void => {
  beforeEach(async () => {
    const source = await seeder();
    await source.swarm.destroy();
    nodes.length = 0;
    buyer = node(memoryStore(null));
  });
  afterEach(async () => {
    await Promise.all(nodes.splice(0).map(({ swarm }) => swarm.destroy()));
  });
};
