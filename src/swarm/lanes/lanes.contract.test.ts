import { beforeEach, describe, expect, it, vi } from 'vitest';
import { unwrap } from '../../shared/result.ts';
import { satPerMiB, type InfoHash } from '../../shared/units.ts';
import { LANE_IDLE_MS, LANES_OF_WIRE, MAX_LANES_OF_PAGE } from '../limits.ts';
import {
  buyAtOnce,
  buyer,
  node,
  PIECE,
  receivedBytes,
  rowsOf,
  settle,
  useBuyer,
} from '../testing/buyer.ts';
import { manualClock } from '../testing/clock.ts';
import { connect, memoryStore, until, type TestNode } from '../testing/engine.ts';
import { playPeer } from '../testing/peer.ts';
import { FakeConnection } from '../testing/fake-connection.ts';

useBuyer();
beforeEach(() => {
  FakeConnection.forget();
  vi.stubGlobal('RTCPeerConnection', FakeConnection);
});

/** Long enough for some of it to be on its way when lanes are worth it. */
const data = Uint8Array.from({ length: 16 * PIECE }, (_, at) => (at * 31 + (at >> 9)) & 0xff);
let hash: InfoHash;
let torrentFile: Uint8Array;

/** The film in memory: the blocks of `free` pieces are read at once, and others when `isOpen` says so. */
const gatedStore = (free: number, isOpen: () => boolean) => {
  let read = 0;
  return class extends memoryStore(data) {
    override get(index: number, ...rest: unknown[]): void {
      const { length = 0 } = rest[0] as { length?: number };
      if (read + length <= free * PIECE || isOpen()) {
        read += length;
        super.get(index, ...(rest as [never]));
      } else setImmediate(() => this.get(index, ...rest));
    }
  };
};
const areOpen = (): boolean =>
  FakeConnection.all.filter((one) => one.isOpen).length === 2 * LANES_OF_WIRE;
/** What makes lanes worth it goes over the wire, the rest when they are there. */
const onceOpen = () => gatedStore(8, areOpen);

const sell = async (
  store: Parameters<typeof node>[0] = onceOpen(),
  changes: Parameters<typeof node>[1] = {},
): Promise<TestNode> => {
  const seller = node(store, changes);
  const film = new File([data], 'long film.mp4');
  hash = unwrap(await seller.swarm.seed({ files: [film], satPerMiB: satPerMiB(0) }));
  torrentFile = seller.swarm.resumeData(hash)?.torrentFile ?? new Uint8Array();
  return seller;
};
const buy = async (): Promise<void> => {
  buyAtOnce();
  unwrap(await buyer.swarm.add(torrentFile, { started: 'all' }));
};
const ended = (): boolean => buyer.swarm.get(hash)?.status === 'seeding';
const wiresOf = (one: TestNode): number => one.torrent().wires.length;

describe('lanes between two nodes', () => {
  it('carry the rest of a title once it is worth it, and each block once', async () => {
    const seller = await sell();
    await buy();
    await connect(seller, buyer);
    await until(ended);
    expect(FakeConnection.all).toHaveLength(2 * LANES_OF_WIRE);
    const lanes = FakeConnection.all.map(({ channel }) => channel.sent);
    expect(lanes.filter((sent) => sent > 0).length).toBeGreaterThan(1);
    expect(receivedBytes()).toBe(data.length);
    const blocks = rowsOf('blocksReceived').map(([, piece, offset]) => `${piece} ${offset}`);
    expect(new Set(blocks).size).toBe(blocks.length);
    expect(unwrap(await buyer.swarm.recheck(hash))).toMatchObject({ bad: 0 });
  });

  it('tell each other of the candidates that they find', async () => {
    const seller = await sell();
    await buy();
    await connect(seller, buyer);
    await until(ended);
    await settle();
    for (const one of FakeConnection.all) expect(one.candidates).toHaveLength(1);
  });

  it.each([
    ['that fails', (lane: FakeConnection) => lane.fail()],
    ['that the other side closes', (lane: FakeConnection) => lane.channel.other?.onclose?.()],
    ['that carries text', (lane: FakeConnection) => lane.channel.send('piece')],
    [
      'that carries another message',
      (lane: FakeConnection) => lane.channel.send(Uint8Array.of(0, 0, 0, 0)),
    ],
  ])('end the wire with one %s', async (_what, harm) => {
    const seller = await sell();
    await buy();
    await connect(seller, buyer);
    await until(areOpen);
    const [lane] = FakeConnection.all;
    if (lane !== undefined) harm(lane);
    await until(() => wiresOf(seller) === 0 && wiresOf(buyer) === 0);
    await settle();
    // All others go with it.
    expect(FakeConnection.all.every((one) => one.connectionState !== 'new')).toBe(true);
  });

  it('are put away when nobody has used them for a while', async () => {
    const clock = manualClock();
    // The last pieces never come: two that have everything would part.
    const seller = await sell(
      gatedStore(8, () => false),
      { clock },
    );
    await buy();
    await connect(seller, buyer);
    await until(() => (buyer.swarm.get(hash)?.held ?? 0) >= 5 * PIECE);
    clock.advance(LANE_IDLE_MS);
    await settle();
    expect(FakeConnection.all.every((one) => one.connectionState === 'closed')).toBe(true);
    expect(wiresOf(seller)).toBe(1);
  });

  it('are not offered to a peer that does not speak of them', async () => {
    const seller = await sell(memoryStore(data));
    const peer = await playPeer(seller);
    peer.wire.interested();
    await until(() => peer.log.includes('unchoke'));
    for (let piece = 0; piece < 16; piece += 1) {
      for (let offset = 0; offset < 262_144; offset += 16_384) peer.ask(piece, offset, 16_384);
    }
    await until(() => peer.received === data.length);
    expect(FakeConnection.all).toEqual([]);
    peer.close();
  });

  it('are refused beyond what the page may have, and the wire goes on', async () => {
    const { createLaneYard } = await import('./yard.ts');
    const yard = createLaneYard([]);
    const made = Array.from({ length: MAX_LANES_OF_PAGE + 1 }, () => yard.connect());
    expect(made.filter((one) => one === null)).toHaveLength(1);
    yard.leave();
    expect(yard.connect()).not.toBeNull();
  });

  it('are not there where there is no WebRTC', async () => {
    vi.stubGlobal('RTCPeerConnection', undefined);
    const seller = await sell(memoryStore(data));
    await buy();
    await connect(seller, buyer);
    await until(ended);
    expect(receivedBytes()).toBe(data.length);
  });
});
