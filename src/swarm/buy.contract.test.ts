import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WirePosts } from '../shared/ports/wire-payments.ts';
import { unwrap } from '../shared/result.ts';
import { BLOCK_LENGTH, satPerMiB, type InfoHash, type WireId } from '../shared/units.ts';
import type { LibWire } from './library.ts';
import { connect, memoryStore, openNode, until, type TestNode } from './testing/engine.ts';
import { playPeer } from './testing/peer.ts';

const PIECE = 262_144;
const BLOCKS = PIECE / BLOCK_LENGTH;
const data = Uint8Array.from({ length: 6 * PIECE }, (_, at) => (at * 13 + (at >> 7)) & 0xff);
const film = new File([data], 'film.mp4');

const nodes: TestNode[] = [];
const node = (...args: Parameters<typeof openNode>): TestNode => {
  const opened = openNode(...args);
  nodes.push(opened);
  return opened;
};
let torrentFile: Uint8Array;
let hash: InfoHash;
let buyer: TestNode;

const seeder = async (store = memoryStore(data)): Promise<TestNode> => {
  const seeding = node(store);
  hash = unwrap(await seeding.swarm.seed({ files: [film], satPerMiB: satPerMiB(0) }));
  torrentFile = seeding.swarm.resumeData(hash)?.torrentFile ?? new Uint8Array();
  return seeding;
};
const decide = (wire: WireId, allowed: boolean): void => {
  const state = allowed ? 'buying' : 'too-expensive';
  buyer.payments.emit('wireBuy', { wire, allowed, state, satPerMiB: satPerMiB(64) });
};
const buyAtOnce = (): void => {
  buyer.payments.script = (name, payload) => {
    if (name === 'wireOpened') decide((payload as WirePosts['wireOpened']).wire, true);
  };
};
const rowsOf = (name: 'blocksReceived'): number[][] =>
  buyer.payments
    .of(name)
    .flatMap(({ rows }) =>
      Array.from({ length: rows.length / 4 }, (_, at) => [...rows.slice(4 * at, 4 * at + 4)]),
    );
const receivedBytes = (): number =>
  rowsOf('blocksReceived').reduce((sum, [, , , length]) => sum + (length ?? 0), 0);
const status = (): string => buyer.swarm.get(hash)?.status ?? '';
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 30; turn += 1) await new Promise((next) => setImmediate(next));
};
const block = (index: number, number: number): Uint8Array =>
  data.slice(index * PIECE + number * BLOCK_LENGTH, index * PIECE + (number + 1) * BLOCK_LENGTH);

/** A peer that has everything and answers by hand. */
const playSeeder = async (options: Parameters<typeof playPeer>[1] = {}) => {
  const peer = await playPeer(buyer, options);
  const asked: [number, number, number][] = [];
  const cancelled: string[] = [];
  peer.wire._onRequest = (...request) => void asked.push(request);
  peer.wire.on('cancel', (...request) => void cancelled.push(request.join('/')));
  peer.wire.haveAll();
  peer.wire.unchoke();
  return { peer, asked, cancelled };
};

beforeEach(async () => {
  const source = await seeder();
  await source.swarm.destroy();
  nodes.length = 0;
  buyer = node(memoryStore(null));
});
afterEach(async () => {
  await Promise.all(nodes.splice(0).map(({ swarm }) => swarm.destroy()));
});

describe('asking', () => {
  it('asks nothing of a paid peer before it may buy, and nothing more after', async () => {
    unwrap(await buyer.swarm.add(torrentFile, { started: 'all' }));
    const { peer, asked, cancelled } = await playSeeder({ hello: Uint8Array.of(1) });
    await until(() => buyer.payments.of('wireOpened').length === 1);
    await settle();
    expect(asked).toEqual([]);
    const [opened] = buyer.payments.of('wireOpened');
    const wire = opened?.wire as WireId;
    decide(wire, true);
    await until(() => asked.length >= 2);
    expect(asked[0]).toEqual([0, 0, BLOCK_LENGTH]);
    decide(wire, false);
    await until(() => cancelled.length === asked.length);
    const before = asked.length;
    await settle();
    expect(asked.length).toBe(before);
    expect(buyer.swarm.get(hash)?.peers[0]).toMatchObject({
      paid: true,
      buyState: 'too-expensive',
    });
    peer.close();
  });

  it('asks nothing of anyone before the torrent is started, and from the beginning then', async () => {
    unwrap(await buyer.swarm.add(torrentFile));
    const { peer, asked } = await playSeeder();
    await until(() => buyer.swarm.get(hash)?.peers[0]?.buyState === 'free');
    await settle();
    expect([asked, status()]).toEqual([[], 'ready']);
    unwrap(buyer.swarm.start(hash));
    await until(() => asked.length > 0);
    expect(asked[0]).toEqual([0, 0, BLOCK_LENGTH]);
    peer.close();
  });

  it('pauses for real: withdraws, asks no more, and goes on', async () => {
    unwrap(await buyer.swarm.add(torrentFile, { started: 'all' }));
    const { peer, asked, cancelled } = await playSeeder();
    await until(() => asked.length >= 2);
    unwrap(buyer.swarm.pause(hash));
    await until(() => cancelled.length === asked.length);
    const before = asked.length;
    await settle();
    expect([asked.length, status()]).toEqual([before, 'paused']);
    unwrap(buyer.swarm.start(hash));
    await until(() => asked.length > before);
    peer.close();
  });

  it('does not close a peer that chokes it', async () => {
    unwrap(await buyer.swarm.add(torrentFile, { started: 'all' }));
    const { peer } = await playSeeder();
    expect(buyer.torrent()._numQueued).toBe(0);
    peer.close();
  });
});

describe('counting', () => {
  it('reports what was asked and came, also after a cancel, and nothing else', async () => {
    unwrap(await buyer.swarm.add(torrentFile, { started: 'all' }));
    buyAtOnce();
    const { peer, asked, cancelled } = await playSeeder({ hello: Uint8Array.of(1) });
    await until(() => asked.length >= 2);
    const [first, second] = asked as [[number, number, number], [number, number, number]];
    const send = (index: number, offset: number): void =>
      peer.wire.piece(index, offset, block(index, offset / BLOCK_LENGTH));
    send(first[0], first[1]);
    send(first[0], first[1]);
    send(5, 0);
    const [opened] = buyer.payments.of('wireOpened');
    decide(opened?.wire as WireId, false);
    await until(() => cancelled.includes(second.join('/')));
    send(second[0], second[1]);
    await until(() => rowsOf('blocksReceived').length === 2);
    await settle();
    expect(rowsOf('blocksReceived').map(([, ...rest]) => rest)).toEqual([first, second]);
    peer.close();
  });

  it('closes a peer that floods it with blocks it did not ask for', async () => {
    unwrap(await buyer.swarm.add(torrentFile));
    const { peer } = await playSeeder();
    for (let sent = 0; sent < 400; sent += 1) peer.wire.piece(0, 0, block(0, 0));
    await until(() => peer.log.includes('close'));
    expect(rowsOf('blocksReceived')).toEqual([]);
  });
});

describe('hand-over of a slow block', () => {
  it('withdraws the old request and frees its reservation once', async () => {
    unwrap(await buyer.swarm.add(torrentFile, { started: 'all' }));
    const slow = await playSeeder();
    await until(() => slow.asked.length >= 2);
    const torrent = buyer.torrent();
    const [wire] = torrent.wires;
    const piece = torrent.pieces[0] as unknown as {
      _cancellations: number[];
      cancel(i: number): void;
    };
    // What the library's _hotswap does before it tells.
    const waiting = slow.asked.filter(([index]) => index === 0);
    for (const [, offset] of waiting) piece.cancel(offset / BLOCK_LENGTH);
    torrent.emit('hotswap', wire as LibWire, wire as LibWire, 0);
    expect(piece._cancellations).toHaveLength(waiting.length);
    await until(() => slow.cancelled.length === waiting.length);
    slow.peer.close();
  });
});

describe('bad blocks', () => {
  const corrupt = (bad: number) =>
    memoryStore(data, (index, chunk) => {
      if (index !== bad) return chunk;
      return chunk.map((value, at) => (at % BLOCK_LENGTH === 5 ? value ^ 1 : value));
    });

  it('blames, reports and bans the only source of a failed piece', async () => {
    const liar = node(corrupt(4));
    unwrap(await liar.swarm.seed({ files: [film], satPerMiB: satPerMiB(0) }));
    buyAtOnce();
    unwrap(await buyer.swarm.add(torrentFile, { started: 'all' }));
    await connect(liar, buyer);
    await until(() => buyer.payments.of('wireClosed').length === 1);
    const bad = buyer.payments.of('pieceChecked').filter(({ good }) => !good);
    expect(bad).toEqual([{ infoHash: hash, piece: 4, good: false, wires: [1] }]);
    // One piece is all it cost: the library alone would fetch it again for ever.
    expect(receivedBytes()).toBeLessThanOrEqual(data.length);
    const { cut } = await connect(liar, buyer);
    await settle();
    expect(buyer.swarm.get(hash)?.peers).toEqual([]);
    cut();
    const honest = await seeder();
    await connect(honest, buyer);
    await until(() => status() === 'seeding');
  });

  it('finds the liar among several by fetching the piece again from one', async () => {
    const liar = node(corrupt(0));
    unwrap(await liar.swarm.seed({ files: [film], satPerMiB: satPerMiB(0) }));
    const honest = await seeder();
    unwrap(await buyer.swarm.add(torrentFile));
    await connect(liar, buyer);
    await connect(honest, buyer);
    await until(() => buyer.payments.of('wireOpened').length === 2);
    const liarId = liar.client().peerIdBuffer;
    const guilty = buyer.payments
      .of('wireOpened')
      .find(({ theirPeerId }) => theirPeerId.every((value, at) => value === liarId[at]))?.wire;
    for (const { wire } of buyer.payments.of('wireOpened')) decide(wire, true);
    const ready = (): boolean => buyer.torrent().wires.every(({ peerChoking }) => !peerChoking);
    await until(() => buyer.torrent().wires.length === 2 && ready());
    // Both are asked at once, so the first copy of piece 0 is mixed.
    unwrap(buyer.swarm.start(hash));
    await until(() => status() === 'seeding');
    const [first, ...later] = buyer.payments.of('pieceChecked').filter(({ good }) => !good);
    expect(first?.wires).toHaveLength(2);
    expect(later.at(-1)).toEqual({ infoHash: hash, piece: 0, good: false, wires: [guilty] });
    expect(later.every(({ wires }) => wires.length === 1 && wires[0] === guilty)).toBe(true);
    expect(buyer.swarm.get(hash)?.peers.map(({ wire }) => wire)).not.toContain(guilty);
  });
});

describe('readers', () => {
  it('fetches first what is read, and says how far it is held', async () => {
    unwrap(await buyer.swarm.add(torrentFile, { started: 'all' }));
    const { peer, asked } = await playSeeder();
    await until(() => asked.length > 1);
    const kept = asked.length;
    const signal = new AbortController().signal;
    const waiting = buyer.swarm.ensure(hash, 0, 4 * PIECE + 10, 5 * PIECE, signal);
    const answer = (index: number, offset: number): void =>
      peer.wire.piece(index, offset, block(index, offset / BLOCK_LENGTH));
    for (const [index, offset] of asked) answer(index, offset);
    peer.wire._onRequest = (index, offset, length) => {
      asked.push([index, offset, length]);
      // Enough for the piece that is waited for, and no more.
      if (index === 4) answer(index, offset);
    };
    expect(unwrap(await waiting)).toBe(5 * PIECE);
    expect(buyer.swarm.held(hash, 0, 4 * PIECE + 10)).toBe(PIECE - 10);
    expect(buyer.swarm.held(hash, 0, 0)).toBe(0);
    expect(asked.slice(kept, kept + BLOCKS).map(([index]) => index)).toEqual(Array(BLOCKS).fill(4));
    peer.close();
  });

  it('fetches nothing more for a reader that went away after it was answered', async () => {
    unwrap(await buyer.swarm.add(torrentFile, { bitfield: Uint8Array.of(0), started: [] }));
    const { peer, asked } = await playSeeder();
    await until(() => buyer.swarm.get(hash)?.peers[0]?.buyState === 'free');
    const reader = new AbortController();
    const waiting = buyer.swarm.ensure(hash, 0, 0, PIECE, reader.signal);
    peer.wire._onRequest = (index, offset, length) => {
      asked.push([index, offset, length]);
      if (index === 0) peer.wire.piece(index, offset, block(index, offset / BLOCK_LENGTH));
      else peer.wire.reject(index, offset, length);
    };
    peer.wire.choke();
    peer.wire.unchoke();
    for (const [index, offset] of asked.splice(0)) {
      peer.wire.piece(index, offset, block(index, offset / BLOCK_LENGTH));
    }
    unwrap(await waiting);
    reader.abort();
    await settle();
    const before = asked.length;
    await settle();
    expect(asked.length).toBe(before);
    peer.close();
  });

  it('buys nothing for a reader of a torrent that was not started', async () => {
    unwrap(await buyer.swarm.add(torrentFile));
    await until(() => status() === 'ready');
    const result = await buyer.swarm.ensure(hash, 0, 0, 10, new AbortController().signal);
    expect(result).toMatchObject({ ok: false, error: { code: 'not-ready' } });
  });

  it('gives up on abort, and answers all who wait when the torrent goes', async () => {
    unwrap(await buyer.swarm.add(torrentFile, { started: 'all' }));
    await until(() => status() === 'downloading');
    const abort = new AbortController();
    const aborted = buyer.swarm.ensure(hash, 0, 0, 10, abort.signal);
    const orphan = buyer.swarm.ensure(hash, 0, 3 * PIECE, 4 * PIECE, new AbortController().signal);
    abort.abort();
    expect(await aborted).toMatchObject({ ok: false, error: { code: 'aborted' } });
    await buyer.swarm.remove(hash, true);
    expect(await orphan).toMatchObject({ ok: false, error: { code: 'not-found' } });
  });

  it.each([
    ['before the start', -1, 10],
    ['past the end', data.length, data.length + 1],
    ['nothing', 10, 10],
  ])('refuses a range %s', async (_what, start, end) => {
    unwrap(await buyer.swarm.add(torrentFile, { started: 'all' }));
    await until(() => status() === 'downloading');
    const result = await buyer.swarm.ensure(hash, 0, start, end, new AbortController().signal);
    expect(result).toMatchObject({ ok: false, error: { code: 'range' } });
  });
});

describe('resuming', () => {
  it('takes up a bitfield and buys only the rest', async () => {
    buyAtOnce();
    const bitfield = Uint8Array.of(0b1110_0000);
    const resumed = node(memoryStore(data));
    nodes.splice(nodes.indexOf(buyer), 1);
    await buyer.swarm.destroy();
    buyer = resumed;
    unwrap(await buyer.swarm.add(torrentFile, { bitfield, started: 'all', addedAt: 1_234 }));
    const { peer, asked } = await playSeeder();
    await until(() => asked.length > 0);
    expect(asked[0]).toEqual([3, 0, BLOCK_LENGTH]);
    expect(buyer.swarm.get(hash)).toMatchObject({ held: 3 * PIECE, addedAt: 1_234 });
    peer.close();
  });

  it('does not trust a bitfield whose pieces are not there', async () => {
    const field = Uint8Array.of(0b1111_1100);
    unwrap(await buyer.swarm.add(torrentFile, { bitfield: field, started: 'all' }));
    await until(() => status() === 'downloading');
    expect(buyer.swarm.get(hash)?.held).toBe(0);
  });
});

describe('metadata', () => {
  it('refuses a torrent that peers describe wrongly, and says so', async () => {
    const result = await buyer.swarm.add('magnet:?xt=urn:btih:zz');
    expect(result).toMatchObject({ ok: false, error: { code: 'bad-magnet' } });
    const junk = await buyer.swarm.add(Uint8Array.of(1, 2, 3));
    expect(junk).toMatchObject({ ok: false, error: { code: 'bad-torrent' } });
  });

  it('fails a magnet whose metadata is out of bounds, without an uncaught error', async () => {
    const magnet = `magnet:?xt=urn:btih:${'ab'.repeat(20)}`;
    const strange = unwrap(await buyer.swarm.add(magnet));
    await until(() => buyer.torrent().infoHash === strange);
    await buyer.torrent()._onMetadata(new TextEncoder().encode('d4:infod4:name1:aee'));
    expect(buyer.swarm.get(strange)?.status).toBe('failed');
    expect(await buyer.swarm.metadata(strange)).toMatchObject({
      ok: false,
      error: { code: 'bad-torrent' },
    });
  });
});
