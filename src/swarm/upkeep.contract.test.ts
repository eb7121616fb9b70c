import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChunkStoreConstructor } from '../shared/ports/chunk-store.ts';
import { unwrap } from '../shared/result.ts';
import { satPerMiB, type InfoHash } from '../shared/units.ts';
import type { SwarmDeps } from './swarm-port.ts';
import { playPeer } from './testing/peer.ts';
import { connect, memoryStore, openNode, until, type TestNode } from './testing/engine.ts';

const PIECE = 262_144;
const data = Uint8Array.from({ length: 4 * PIECE }, (_, at) => (at * 11 + (at >> 8)) & 0xff);
const film = new File([data], 'film.mp4');
const ALL = Uint8Array.of(0b1111_0000);

const nodes: TestNode[] = [];
const open = (store: ChunkStoreConstructor, changes: Partial<SwarmDeps> = {}): TestNode => {
  const node = openNode(store, changes);
  nodes.push(node);
  return node;
};
let torrentFile: Uint8Array;
let hash: InfoHash;
let seeder: TestNode;

beforeEach(async () => {
  seeder = open(memoryStore(data));
  hash = unwrap(await seeder.swarm.seed({ files: [film], satPerMiB: satPerMiB(0) }));
  torrentFile = seeder.swarm.resumeData(hash)?.torrentFile ?? new Uint8Array();
});
afterEach(async () => {
  await Promise.all(nodes.splice(0).map(({ swarm }) => swarm.destroy()));
});

/** A store that turns bad on demand. */
const rotting = () => {
  const rotten = new Set<number>();
  const store = memoryStore(data, (index, chunk) =>
    rotten.has(index) ? chunk.map((byte) => byte ^ 1) : chunk,
  );
  return { rotten, store };
};

describe('the look into the store at the start', () => {
  it('takes back from the store what it finds bad, so that nobody is served it', async () => {
    const { rotten, store } = rotting();
    const lost: number[] = [];
    const node = open(store, { onLost: (_hash, piece) => lost.push(piece) });
    // The library looks at one piece of each file, and at all of a file where that one is bad.
    rotten.add(1).add(3);
    unwrap(await node.swarm.add(torrentFile, { bitfield: ALL, started: 'all' }));
    await until(() => node.swarm.get(hash)?.status === 'downloading');
    expect(node.swarm.get(hash)?.held).toBe(2 * PIECE);
    expect(lost).toEqual([1, 3]);
  });

  it('is waited for by those who want a title that was just opened', async () => {
    const node = open(memoryStore(data));
    unwrap(await node.swarm.add(torrentFile, { bitfield: ALL, started: 'all' }));
    const stretch = { reader: 1, file: 0, offset: 5, end: 9 };
    const { signal } = new AbortController();
    const ensured = node.swarm.ensure(hash, stretch, signal);
    const checked = node.swarm.recheck(hash);
    unwrap(node.swarm.deselect(hash, 0));
    expect(unwrap(await ensured)).toBeGreaterThan(5);
    expect(await checked).toMatchObject({ value: { checked: 4, bad: 0 } });
  });
});

describe('a full check', () => {
  it('finds everything right, and tells how far it is', async () => {
    const node = open(memoryStore(data));
    unwrap(await node.swarm.add(torrentFile, { bitfield: ALL, started: 'all' }));
    await until(() => node.swarm.get(hash)?.status === 'seeding');
    const checking = node.swarm.recheck(hash);
    expect(await node.swarm.recheck(hash)).toMatchObject({ ok: false, error: { code: 'busy' } });
    expect(await checking).toEqual({ ok: true, value: { checked: 4, bad: 0 } });
    expect(node.swarm.get(hash)).toMatchObject({ checking: null, held: data.length });
  });

  it('takes bad pieces for missing, tells the store and the payments, and fetches them again', async () => {
    const { rotten, store } = rotting();
    const lost: number[] = [];
    const node = open(store, { onLost: (_hash, piece) => lost.push(piece) });
    unwrap(await node.swarm.add(torrentFile, { bitfield: ALL, started: 'all' }));
    await until(() => node.swarm.get(hash)?.status === 'seeding');
    rotten.add(1).add(3);
    expect(await node.swarm.recheck(hash)).toEqual({ ok: true, value: { checked: 4, bad: 2 } });
    expect(node.swarm.get(hash)).toMatchObject({ held: 2 * PIECE, status: 'downloading' });
    expect([...(node.swarm.get(hash)?.pieces ?? [])]).toEqual([0b1010_0000]);
    expect(lost.sort((a, b) => a - b)).toEqual([1, 3]);
    const told = node.payments.of('pieceChecked').filter(({ good }) => !good);
    expect(told.map(({ piece }) => piece).sort((a, b) => a - b)).toEqual([1, 3]);
    rotten.clear();
    node.payments.script = (name) => {
      if (name !== 'wireOpened') return;
      const [opened] = node.payments.of('wireOpened');
      if (opened === undefined) return;
      const { wire } = opened;
      node.payments.emit('wireBuy', {
        wire,
        allowed: true,
        state: 'buying',
        satPerMiB: satPerMiB(0),
      });
    };
    await connect(seeder, node);
    await until(() => node.swarm.get(hash)?.status === 'seeding');
    expect(node.swarm.get(hash)?.held).toBe(data.length);
  });

  it('finds what is stored although nobody remembers, and tells peers, store and views', async () => {
    const { rotten, store } = rotting();
    const found: number[] = [];
    const node = open(store, { onFound: (_hash, piece) => found.push(piece) });
    const field = Uint8Array.of(0b1000_0000);
    unwrap(await node.swarm.add(torrentFile, { bitfield: field, started: 'all' }));
    await until(() => node.swarm.get(hash)?.status === 'downloading');
    const peer = await playPeer(node);
    const told: number[] = [];
    peer.wire.on('have', (index) => told.push(index));
    rotten.add(2);
    expect(await node.swarm.recheck(hash)).toEqual({ ok: true, value: { checked: 3, bad: 0 } });
    expect(found.sort((a, b) => a - b)).toEqual([1, 3]);
    expect(node.swarm.get(hash)).toMatchObject({ held: 3 * PIECE, status: 'downloading' });
    rotten.clear();
    expect(await node.swarm.recheck(hash)).toEqual({ ok: true, value: { checked: 4, bad: 0 } });
    expect(node.swarm.get(hash)).toMatchObject({ held: data.length, status: 'seeding' });
    expect(node.torrent().done).toBe(true);
    await until(() => told.length === 3);
    peer.close();
  });

  it('stops when it is cancelled, and keeps what it found', async () => {
    const { rotten, store } = rotting();
    const node = open(store);
    unwrap(await node.swarm.add(torrentFile, { bitfield: ALL, started: 'all' }));
    await until(() => node.swarm.get(hash)?.status === 'seeding');
    rotten.add(0);
    const cancel = new AbortController();
    const checking = node.swarm.recheck(hash, cancel.signal);
    cancel.abort();
    expect(await checking).toMatchObject({ ok: false, error: { code: 'aborted' } });
    expect(node.swarm.get(hash)).toMatchObject({ checking: null, held: 3 * PIECE });
  });

  it('ends the sharing of own files that were changed', async () => {
    const { rotten, store } = rotting();
    const node = open(store);
    unwrap(await node.swarm.seed({ files: [film], satPerMiB: satPerMiB(0) }));
    await until(() => node.swarm.get(hash)?.status === 'seeding');
    rotten.add(2);
    expect(await node.swarm.recheck(hash)).toEqual({ ok: true, value: { checked: 4, bad: 1 } });
    expect(node.swarm.get(hash)).toMatchObject({ status: 'failed' });
    expect(node.swarm.get(hash)?.failure).toContain('were changed');
  });
});

describe('own files', () => {
  it('are served again when they are the same, and refused when they are not', async () => {
    const node = open(memoryStore(data));
    const request = { torrentFile, addedAt: 9, sellPrice: satPerMiB(64) };
    const changed = new File([data.slice(0, -1), 'x'], 'film.mp4');
    expect(await node.swarm.serveAgain({ ...request, files: [changed] })).toMatchObject({
      ok: false,
      error: { code: 'bad-input' },
    });
    expect(node.swarm.list()).toEqual([]);
    expect(unwrap(await node.swarm.serveAgain({ ...request, files: [film] }))).toBe(hash);
    await until(() => node.swarm.get(hash)?.status === 'seeding');
    expect(node.swarm.get(hash)).toMatchObject({ addedAt: 9, sellPrice: 64, held: data.length });
  });
});

describe('removal', () => {
  it.each([true, false])('lets the store know of a failed torrent, data: %s', async (withData) => {
    const discarded: InfoHash[] = [];
    const node = open(memoryStore(data), { discard: async (gone) => discarded.push(gone) });
    unwrap(await node.swarm.add(torrentFile, { bitfield: ALL, started: 'all' }));
    await until(() => node.swarm.get(hash)?.status === 'seeding');
    node.torrent()._destroy(new Error('the disk broke'));
    expect(node.swarm.get(hash)?.status).toBe('failed');
    unwrap(await node.swarm.remove(hash, withData));
    expect(discarded).toEqual(withData ? [hash] : []);
    expect(node.swarm.list()).toEqual([]);
  });

  it('is over before the same title can be added again: else its new data would be deleted', async () => {
    const log: string[] = [];
    let finish = (): void => undefined;
    const node = open(memoryStore(data), {
      discard: () =>
        new Promise<void>((resolve) => {
          log.push('deleting');
          finish = () => {
            log.push('deleted');
            resolve();
          };
        }),
      kept: async () => {
        log.push('looked for what is kept');
        return null;
      },
    });
    unwrap(await node.swarm.add(torrentFile, { bitfield: ALL, started: 'all' }));
    const removed = node.swarm.remove(hash, true);
    const added = node.swarm.add(torrentFile);
    await until(() => log.length === 1);
    finish();
    unwrap(await removed);
    unwrap(await added);
    expect(log).toEqual(['deleting', 'deleted', 'looked for what is kept']);
    expect(node.swarm.list()).toHaveLength(1);
  });

  it('leaves data that is found again when only the magnet is opened', async () => {
    const node = open(memoryStore(data), {
      kept: async (asked) => (asked === hash ? { torrentFile, bitfield: ALL } : null),
    });
    unwrap(await node.swarm.add(`magnet:?xt=urn:btih:${hash}`));
    await until(() => node.swarm.get(hash)?.held === data.length);
    expect(node.swarm.get(hash)?.name).toBe('film.mp4');
  });
});

describe('files of a torrent', () => {
  it('have a priority, and a magnet may mean some of them only', async () => {
    const node = open(memoryStore(null), {
      kept: async () => ({ torrentFile, bitfield: Uint8Array.of(0) }),
    });
    unwrap(await node.swarm.add(`magnet:?xt=urn:btih:${hash}&so=0,7`));
    await until(() => node.swarm.get(hash)?.status === 'ready');
    expect(node.swarm.get(hash)?.suggested).toEqual([0]);
    expect(node.swarm.get(hash)?.files[0]?.priority).toBe('normal');
    unwrap(node.swarm.prioritize(hash, 0, 'high'));
    expect(node.swarm.get(hash)?.files[0]?.priority).toBe('high');
    expect(node.swarm.prioritize(hash, 1, 'low')).toMatchObject({ ok: false });
  });
});
