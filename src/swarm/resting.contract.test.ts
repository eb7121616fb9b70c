import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unwrap } from '../shared/result.ts';
import { satPerMiB, type InfoHash } from '../shared/units.ts';
import { REST_AFTER_MS, REST_LOOK_MS, VIEW_INTERVAL_MS } from './limits.ts';
import { manualClock, type ManualClock } from './testing/clock.ts';
import { memoryStore, openNode, until, type TestNode } from './testing/engine.ts';
import { playPeer } from './testing/peer.ts';

const PIECE = 262_144;
const data = Uint8Array.from({ length: 4 * PIECE }, (_, at) => (at * 17 + (at >> 8)) & 0xff);
const film = new File([data], 'film.mp4');
const ALL = Uint8Array.of(0b1111_0000);
const LONG = REST_AFTER_MS + 2 * REST_LOOK_MS;

let clock: ManualClock;
let node: TestNode;
let torrentFile: Uint8Array;
let hash: InfoHash;

const open = (): void => {
  clock = manualClock();
  node = openNode(memoryStore(data), { clock });
};
/** Views are made at a pace: time goes on until the next. */
const view = () => {
  clock.advance(VIEW_INTERVAL_MS);
  return node.swarm.get(hash);
};
const status = (): string => view()?.status ?? 'gone';
const complete = async (): Promise<void> => {
  unwrap(
    await node.swarm.add(torrentFile, {
      bitfield: ALL,
      started: 'all',
      addedAt: 7,
      sellPrice: satPerMiB(64),
    }),
  );
  await until(() => status() === 'seeding');
};
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 30; turn += 1) await new Promise((next) => setImmediate(next));
};

beforeEach(async () => {
  open();
  hash = unwrap(await node.swarm.seed({ files: [film], satPerMiB: satPerMiB(0) }));
  torrentFile = node.swarm.resumeData(hash)?.torrentFile ?? new Uint8Array();
});
afterEach(() => node.swarm.destroy());

const startAnew = async (): Promise<void> => {
  await node.swarm.destroy();
  open();
};

describe('a torrent that nobody asks for', () => {
  it('leaves memory, stays in the library, and is back at once when it is looked at', async () => {
    await startAnew();
    await complete();
    clock.advance(REST_AFTER_MS - REST_LOOK_MS);
    await settle();
    expect(status()).toBe('seeding');
    clock.advance(4 * REST_LOOK_MS);
    await until(() => status() === 'resting' && node.client().torrents.length === 0);
    const resting = view();
    expect(resting).toMatchObject({ held: data.length, addedAt: 7, sellPrice: 64, peers: [] });
    expect(resting?.files).toHaveLength(1);
    node.swarm.wake(hash);
    expect(node.client().torrents).toHaveLength(1);
    await until(() => status() === 'seeding');
    expect(view()).toMatchObject({ held: data.length, addedAt: 7, sellPrice: 64 });
  });

  it('is back for a reader, an order and an addition, too', async () => {
    await startAnew();
    await complete();
    const rest = async (): Promise<void> => {
      clock.advance(LONG);
      await until(() => status() === 'resting');
    };
    await rest();
    unwrap(node.swarm.start(hash));
    await until(() => status() === 'seeding');
    await rest();
    unwrap(await node.swarm.add(`magnet:?xt=urn:btih:${hash}`));
    await until(() => status() === 'seeding');
    await rest();
    unwrap(await node.swarm.metadata(hash));
    await until(() => status() === 'seeding');
    await rest();
    unwrap(await node.swarm.remove(hash, false));
    expect(node.swarm.list()).toEqual([]);
  });

  it('rests while it is stopped, and stays stopped', async () => {
    await startAnew();
    unwrap(await node.swarm.add(torrentFile, { bitfield: Uint8Array.of(0x80), started: 'all' }));
    await until(() => status() === 'downloading');
    unwrap(node.swarm.pause(hash));
    clock.advance(LONG);
    await until(() => node.client().torrents.length === 0);
    expect(status()).toBe('paused');
    node.swarm.wake(hash);
    await until(() => node.client().torrents[0]?.ready === true);
    expect(view()).toMatchObject({ status: 'paused', held: PIECE });
  });

  it('does not leave while someone is connected, while it is incomplete, or when it is own', async () => {
    await until(() => status() === 'seeding');
    clock.advance(LONG);
    await settle();
    expect(status()).toBe('seeding');
    await startAnew();
    unwrap(await node.swarm.add(torrentFile, { bitfield: Uint8Array.of(0x80), started: 'all' }));
    await until(() => status() === 'downloading');
    clock.advance(LONG);
    await settle();
    expect(status()).toBe('downloading');
    await startAnew();
    await complete();
    const peer = await playPeer(node);
    clock.advance(LONG);
    await settle();
    expect(status()).toBe('seeding');
    peer.close();
  });

  it('rests when it was only looked at, whoever is connected, and is back for a reader', async () => {
    await startAnew();
    unwrap(await node.swarm.add(torrentFile, { bitfield: Uint8Array.of(0), addedAt: 7 }));
    const peer = await playPeer(node);
    await until(() => status() === 'ready' && view()?.peers.length === 1);
    clock.advance(LONG);
    await until(() => node.client().torrents.length === 0);
    expect(view()).toMatchObject({ status: 'ready', addedAt: 7, peers: [], length: data.length });
    expect(unwrap(await node.swarm.metadata(hash)).files).toHaveLength(1);
    expect(node.client().torrents).toHaveLength(1);
    peer.close();
  });

  it('stays as long as someone looks at it', async () => {
    await startAnew();
    unwrap(await node.swarm.add(torrentFile, { bitfield: Uint8Array.of(0) }));
    await until(() => status() === 'ready');
    for (let minute = 0; minute < LONG; minute += REST_LOOK_MS) {
      clock.advance(REST_LOOK_MS);
      node.swarm.wake(hash);
      await settle();
    }
    expect(node.client().torrents).toHaveLength(1);
  });

  it('stops looking for metadata that nobody waits for, and goes on for who asks again', async () => {
    await startAnew();
    const unknown = 'ab'.repeat(20);
    const magnet = `magnet:?xt=urn:btih:${unknown}&dn=Film&tr=wss%3A%2F%2Fone.example`;
    const wanted = unwrap(await node.swarm.add(magnet));
    const left = new AbortController();
    const waiting = node.swarm.metadata(wanted, left.signal);
    clock.advance(LONG);
    await settle();
    expect(node.client().torrents).toHaveLength(1);
    left.abort();
    expect(await waiting).toMatchObject({ error: { code: 'aborted' } });
    clock.advance(LONG);
    await until(() => node.client().torrents.length === 0);
    const rested = node.swarm.get(wanted);
    expect(rested).toMatchObject({ status: 'metadata', name: 'Film' });
    expect(rested?.magnet).toContain('one.example');
    const again = node.swarm.metadata(wanted);
    expect(node.client().torrents).toHaveLength(1);
    await until(() => node.torrent().infoHash === wanted);
    await node.swarm.remove(wanted, true);
    expect(await again).toMatchObject({ error: { code: 'not-found' } });
  });

  it('leaves memory when it failed, says why, and is opened again when it is added again', async () => {
    await startAnew();
    await complete();
    node.torrent()._destroy(new Error('the disk broke'));
    await until(() => status() === 'failed');
    clock.advance(LONG);
    await until(() => node.swarm.resumeData(hash) === null);
    expect(view()).toMatchObject({ status: 'failed', failure: 'the disk broke' });
    expect(node.swarm.start(hash)).toMatchObject({ error: { message: 'the disk broke' } });
    unwrap(await node.swarm.add(torrentFile, { bitfield: ALL, started: 'all' }));
    await until(() => status() === 'seeding');
    expect(node.swarm.list()).toHaveLength(1);
  });
});
