import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_MESSAGE_BYTES, MESSAGE_BURST } from '../protocol/limits.ts';
import { HOLD_MS } from '../protocol/policy.ts';
import type { WirePosts } from '../shared/ports/wire-payments.ts';
import { unwrap } from '../shared/result.ts';
import { BLOCK_LENGTH, satPerMiB, type InfoHash, type WireId } from '../shared/units.ts';
import { MAX_WIRE_MESSAGE, REQUESTS_IN_FLIGHT, SILENCED_MS } from './limits.ts';
import { memoryStore, openNode, until, type TestNode } from './testing/engine.ts';
import { manualClock, type ManualClock } from './testing/clock.ts';
import { playPeer, type ScriptedPeer } from './testing/peer.ts';

const PRICE = 64;
const BLOCK_COST = BLOCK_LENGTH * PRICE;
const data = Uint8Array.from({ length: 4 * 262_144 }, (_, at) => (at * 7 + (at >> 8)) & 0xff);

let clock: ManualClock;
let seller: TestNode;
let hash: InfoHash;
const peers: ScriptedPeer[] = [];

const open = async (price: number): Promise<void> => {
  clock = manualClock();
  seller = openNode(memoryStore(data), { clock: clock });
  const file = new File([data], 'film.mp4');
  hash = unwrap(await seller.swarm.seed({ files: [file], satPerMiB: satPerMiB(price) }));
};
const play = async (options: Parameters<typeof playPeer>[1] = {}): Promise<ScriptedPeer> => {
  const peer = await playPeer(seller, options);
  peers.push(peer);
  return peer;
};
const opened = async (): Promise<WirePosts['wireOpened']> => {
  await until(() => seller.payments.of('wireOpened').length > 0);
  return seller.payments.of('wireOpened').at(-1) as WirePosts['wireOpened'];
};
const sell = (wire: WireId, limit: number, account = 1): void => {
  seller.payments.emit('wireSell', { wire, account, satPerMiB: satPerMiB(PRICE), fromBytes: 0 });
  seller.payments.emit('credit', { account, limit });
};
/** Enough turns of the event loop for anything that is on its way to arrive. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((next) => setImmediate(next));
};
const pieces = (peer: ScriptedPeer): number =>
  peer.log.filter((line) => line.startsWith('piece')).length;
const sentRows = (): number[][] =>
  seller.payments
    .of('blocksSent')
    .flatMap(({ rows }) =>
      Array.from({ length: rows.length / 4 }, (_, at) => [...rows.slice(4 * at, 4 * at + 4)]),
    );

beforeEach(() => open(PRICE));
afterEach(async () => {
  for (const peer of peers.splice(0)) peer.close();
  await seller.swarm.destroy();
});

describe('the extension handshake', () => {
  it('carries our hello and reqq, and hands over theirs with peer ids and nonce', async () => {
    const peer = await play({ hello: Uint8Array.of(9, 9, 9) });
    const ours = peer.wire.peerExtendedHandshake;
    expect(ours['reqq']).toBe(REQUESTS_IN_FLIGHT);
    const post = await opened();
    expect(ours['bsv_pay']).toEqual(Uint8Array.of(1, 3, ...post.ourNonce));
    expect(post.theirHello).toEqual(Uint8Array.of(9, 9, 9));
    expect(post.infoHash).toBe(hash);
    expect([post.ourPeerId.length, post.theirPeerId.length]).toEqual([20, 20]);
  });

  it('moves messages both ways without reading them', async () => {
    const got: Uint8Array[] = [];
    const peer = await play({ hello: Uint8Array.of(1), onMessage: (message) => got.push(message) });
    const { wire } = await opened();
    seller.payments.emit('wireSend', { wire, data: Uint8Array.of(4, 5, 6) });
    peer.wire.extended('bsv_pay', Uint8Array.of(7, 8));
    await until(() => got.length === 1 && seller.payments.of('wireMessage').length === 1);
    expect(got).toEqual([Uint8Array.of(4, 5, 6)]);
    expect(seller.payments.of('wireMessage')).toEqual([{ wire, data: Uint8Array.of(7, 8) }]);
  });

  it('closes a wire that floods us with messages', async () => {
    const peer = await play({ hello: Uint8Array.of(1) });
    await opened();
    for (let sent = 0; sent < 2_000; sent += 1) peer.wire.extended('bsv_pay', Uint8Array.of(0));
    await until(() => seller.payments.of('wireMessage').length === 2 * MESSAGE_BURST);
    await settle();
    expect(seller.payments.of('wireMessage')).toHaveLength(2 * MESSAGE_BURST);
    clock.advance(SILENCED_MS);
    await until(() => peer.log.includes('close'));
    expect(seller.payments.of('wireClosed')).toHaveLength(1);
  });
});

describe('a message that is too long', () => {
  it('is cut, so that the worker sees that it is', async () => {
    const peer = await play({ hello: Uint8Array.of(1) });
    await opened();
    peer.wire.extended('bsv_pay', new Uint8Array(MAX_MESSAGE_BYTES + 500));
    await until(() => seller.payments.of('wireMessage').length === 1);
    expect(seller.payments.of('wireMessage')[0]?.data).toHaveLength(MAX_MESSAGE_BYTES + 1);
  });
});

describe('the gate', () => {
  it('gives an ordinary peer nothing while there is a price', async () => {
    const peer = await play();
    peer.wire.interested();
    await settle();
    expect(peer.wire.peerChoking).toBe(true);
    expect(peer.log).toEqual([]);
  });

  it('gives everyone everything at price 0, and closes again when a price is set', async () => {
    await seller.swarm.destroy();
    await open(0);
    const peer = await play({ fast: false });
    peer.wire.interested();
    await until(() => !peer.wire.peerChoking);
    peer.ask(1, 0, BLOCK_LENGTH);
    await until(() => pieces(peer) === 1);
    unwrap(seller.swarm.setSellPrice(hash, satPerMiB(PRICE)));
    await until(() => peer.wire.peerChoking);
    expect(peer.log).toEqual(['unchoke', `piece 1/0/${BLOCK_LENGTH}`, 'choke']);
  });

  it('serves exactly up to the limit, holds the rest, and goes on with credit', async () => {
    const peer = await play({ hello: Uint8Array.of(1) });
    peer.wire.interested();
    const { wire } = await opened();
    sell(wire, 3 * BLOCK_COST);
    await until(() => !peer.wire.peerChoking);
    for (let at = 0; at < 8; at += 1) peer.ask(0, at * BLOCK_LENGTH, BLOCK_LENGTH);
    await until(() => pieces(peer) === 3);
    await settle();
    expect(pieces(peer)).toBe(3);
    expect(seller.swarm.get(hash)?.peers[0]?.gated).toBe(true);
    seller.payments.emit('credit', { account: 1, limit: 8 * BLOCK_COST });
    await until(() => pieces(peer) === 8);
    expect(peer.log.filter((line) => line === 'choke')).toEqual([]);
    await until(() => sentRows().length === 8);
    expect(sentRows()).toEqual(
      Array.from({ length: 8 }, (_, at) => [wire, 0, at * BLOCK_LENGTH, BLOCK_LENGTH]),
    );
  });

  it('chokes after the longest hold and rejects what it held; credit opens it again', async () => {
    const peer = await play({ hello: Uint8Array.of(1) });
    peer.wire.interested();
    const { wire } = await opened();
    sell(wire, BLOCK_COST);
    await until(() => !peer.wire.peerChoking);
    for (let at = 0; at < 3; at += 1) peer.ask(2, at * BLOCK_LENGTH, BLOCK_LENGTH);
    await until(() => pieces(peer) === 1);
    await settle();
    clock.advance(HOLD_MS);
    await until(() => peer.wire.peerChoking);
    await settle();
    expect(peer.log).toEqual([
      'unchoke',
      `piece 2/0/${BLOCK_LENGTH}`,
      'choke',
      `reject 2/${BLOCK_LENGTH}/${BLOCK_LENGTH}`,
      `reject 2/${2 * BLOCK_LENGTH}/${BLOCK_LENGTH}`,
    ]);
    seller.payments.emit('credit', { account: 1, limit: 3 * BLOCK_COST });
    await until(() => !peer.wire.peerChoking);
  });

  it('shares one limit between the wires of an account', async () => {
    const first = await play({ hello: Uint8Array.of(1) });
    const { wire: one } = await opened();
    const second = await play({ hello: Uint8Array.of(1) });
    await until(() => seller.payments.of('wireOpened').length === 2);
    const { wire: two } = await opened();
    sell(one, 4 * BLOCK_COST, 7);
    sell(two, 4 * BLOCK_COST, 7);
    for (const peer of [first, second]) peer.wire.interested();
    await until(() => !first.wire.peerChoking && !second.wire.peerChoking);
    for (let at = 0; at < 6; at += 1) {
      first.ask(0, at * BLOCK_LENGTH, BLOCK_LENGTH);
      second.ask(1, at * BLOCK_LENGTH, BLOCK_LENGTH);
    }
    await until(() => pieces(first) + pieces(second) === 4);
    await settle();
    expect(pieces(first) + pieces(second)).toBe(4);
  });

  it('drops held requests that are cancelled, and answers each with a reject', async () => {
    const peer = await play({ hello: Uint8Array.of(1) });
    peer.wire.interested();
    const { wire } = await opened();
    sell(wire, 0);
    seller.payments.emit('credit', { account: 1, limit: BLOCK_COST });
    await until(() => !peer.wire.peerChoking);
    for (let at = 0; at < 3; at += 1) peer.ask(3, at * BLOCK_LENGTH, BLOCK_LENGTH);
    await until(() => pieces(peer) === 1);
    peer.wire.cancel(3, BLOCK_LENGTH, BLOCK_LENGTH);
    await until(() => peer.log.includes(`reject 3/${BLOCK_LENGTH}/${BLOCK_LENGTH}`));
    seller.payments.emit('credit', { account: 1, limit: 10 * BLOCK_COST });
    await until(() => pieces(peer) === 2);
    await settle();
    expect(peer.log.at(-1)).toBe(`piece 3/${2 * BLOCK_LENGTH}/${BLOCK_LENGTH}`);
    expect(sentRows()).toHaveLength(2);
  });

  it('serves nothing while paused and goes on after', async () => {
    await seller.swarm.destroy();
    await open(0);
    const peer = await play();
    peer.wire.interested();
    await until(() => !peer.wire.peerChoking);
    unwrap(seller.swarm.pause(hash));
    await until(() => peer.wire.peerChoking);
    unwrap(seller.swarm.start(hash));
    await until(() => !peer.wire.peerChoking);
  });
});

describe('whom the library would choke', () => {
  const rechoke = (): void => (seller.torrent() as unknown as { _rechoke(): void })._rechoke();

  it.each([
    ['a peer with a part of the torrent, which it takes for a seeder', Uint8Array.of(0b1000_0000)],
    ['a peer that has everything', Uint8Array.of(0b1111_0000)],
  ])('serves %s', async (_what, field) => {
    const peer = await play({ hello: Uint8Array.of(1) });
    peer.wire.bitfield(field);
    peer.wire.interested();
    const { wire } = await opened();
    sell(wire, 2 * BLOCK_COST);
    await until(() => !peer.wire.peerChoking);
    rechoke();
    peer.ask(1, 0, BLOCK_LENGTH);
    await until(() => pieces(peer) === 1);
    expect(peer.log).not.toContain('choke');
  });

  it('leaves a peer without credit choked, however often the library would open it', async () => {
    const peer = await play({ hello: Uint8Array.of(1) });
    peer.wire.interested();
    const { wire } = await opened();
    sell(wire, 0);
    await settle();
    rechoke();
    await settle();
    expect(peer.log).toEqual([]);
  });
});

describe('hostile requests', () => {
  it.each([
    ['a piece that is not there', 4, 0, BLOCK_LENGTH],
    ['a piece far away', 2 ** 31, 0, BLOCK_LENGTH],
    ['bytes past the end of a piece', 3, 262_144 - 10, BLOCK_LENGTH],
    ['no bytes', 0, 0, 0],
  ])('rejects %s', async (_what, index, offset, length) => {
    const peer = await play({ hello: Uint8Array.of(1) });
    peer.wire.interested();
    const { wire } = await opened();
    sell(wire, Number.MAX_SAFE_INTEGER);
    await until(() => !peer.wire.peerChoking);
    peer.ask(index, offset, length);
    await until(() => peer.log.some((line) => line.startsWith('reject')));
    expect(pieces(peer)).toBe(0);
  });

  it('closes a wire that asks for too long a block, or announces too long a message', async () => {
    const greedy = await play({ hello: Uint8Array.of(1) });
    greedy.wire.interested();
    const { wire } = await opened();
    sell(wire, Number.MAX_SAFE_INTEGER);
    await until(() => !greedy.wire.peerChoking);
    greedy.ask(0, 0, 131_073);
    const liar = await play();
    const header = new Uint8Array(4);
    new DataView(header.buffer).setUint32(0, MAX_WIRE_MESSAGE + 1);
    liar.wire._push(header);
    await until(() => greedy.log.includes('close') && liar.log.includes('close'));
  });

  it('does not queue without bound', async () => {
    const peer = await play({ hello: Uint8Array.of(1) });
    peer.wire.interested();
    const { wire } = await opened();
    sell(wire, BLOCK_COST);
    await until(() => !peer.wire.peerChoking);
    for (let at = 0; at < 1_100; at += 1) peer.ask(at % 4, 0, BLOCK_LENGTH);
    await until(() => peer.log.filter((line) => line.startsWith('reject')).length > 50);
    expect(pieces(peer)).toBe(1);
  });
});
