import { afterEach, describe, expect, it, vi } from 'vitest';
import { unwrap } from '../shared/result.ts';
import { BLOCK_LENGTH, satPerMiB, wireId, type InfoHash } from '../shared/units.ts';
import { bytesOf, decodeBencode, encodeBencode, isDict } from './bencode.ts';
import {
  MAX_WEB_FAULTS,
  VIEW_INTERVAL_MS,
  WEB_LOOK_MS,
  WEB_REQUESTS,
  WEB_REST_MS,
  WEB_STALL_MS,
} from './limits.ts';
import { readSource } from './source.ts';
import { manualClock } from './testing/clock.ts';
import { connect, memoryStore, openNode, until, type TestNode } from './testing/engine.ts';
import { openWebHost, partial, type WebHost } from './testing/web-host.ts';

/** The library's own web seeds, with their requests turned to us: what of it is private is pinned here. */
const PIECE = 16 * BLOCK_LENGTH;
const data = Uint8Array.from({ length: 5 * PIECE + 999 }, (_, at) => (at * 13 + (at >> 8)) & 0xff);
const SEED = 'https://films.example/film.mp4';

const clock = manualClock();
let node: TestNode;
let hash: InfoHash;

afterEach(async () => {
  vi.unstubAllGlobals();
  await node.swarm.destroy();
});

const withUrls = (torrent: Uint8Array, urls: readonly string[]): Uint8Array => {
  const dict = decodeBencode(torrent);
  if (!isDict(dict)) throw new Error('no torrent file');
  return encodeBencode(new Map([...dict, ['url-list', urls.map(bytesOf)]]));
};

const torrentOf = async (files: readonly File[], name?: string): Promise<Uint8Array> => {
  const seeder = openNode(memoryStore(null));
  const price = satPerMiB(0);
  const seeded = unwrap(
    await seeder.swarm.seed({ files, satPerMiB: price, ...(name === undefined ? {} : { name }) }),
  );
  const file = seeder.swarm.resumeData(seeded)?.torrentFile ?? new Uint8Array();
  await seeder.swarm.destroy();
  return file;
};
const film = (): Promise<Uint8Array> => torrentOf([new File([data], 'film.mp4')]);

const open = async (torrent: Uint8Array, host: WebHost, started?: 'all'): Promise<void> => {
  node = openNode(memoryStore(null), { clock, fetch: host.fetch });
  hash = unwrap(await node.swarm.add(torrent, started === undefined ? {} : { started }));
  await until(() => node.torrent().ready);
};
const view = () => {
  clock.advance(VIEW_INTERVAL_MS);
  return node.swarm.get(hash);
};
const state = () => view()?.webSeeds.map(({ host, state: is, fault }) => [host, is, fault]);

describe('a web seed', () => {
  it('gives all of a title without any peer, in few requests, and nothing is owed for it', async () => {
    const host = openWebHost({ '/film.mp4': data });
    await open(withUrls(await film(), [SEED]), host, 'all');
    await until(() => view()?.status === 'seeding');
    expect(view()).toMatchObject({ held: data.length, downloaded: data.length, wasted: 0 });
    expect(host.asked.length).toBeLessThanOrEqual(4);
    expect(node.payments.of('wireOpened')).toHaveLength(0);
    expect(node.payments.of('blocksReceived')).toHaveLength(0);
  });

  it('is asked nothing before the title is started, nor when the user wants none', async () => {
    const host = openWebHost({ '/film.mp4': data });
    await open(withUrls(await film(), [SEED]), host);
    expect(state()).toEqual([['films.example', 'idle', null]]);
    node.swarm.useWebSeeds(false);
    unwrap(node.swarm.start(hash));
    expect(state()).toEqual([['films.example', 'off', null]]);
    expect(node.torrent().wires).toHaveLength(0);
    expect(host.asked).toEqual([]);
    node.swarm.useWebSeeds(true);
    await until(() => view()?.status === 'seeding');
  });

  it('of a magnet link is kept with the torrent', async () => {
    const torrent = await film();
    const xs = 'https://films.example/film.torrent';
    const host = openWebHost({ '/film.mp4': data });
    const { fetch } = host;
    node = openNode(memoryStore(null), {
      clock,
      fetch: (input, init) =>
        input === xs ? Promise.resolve(new Response(torrent.slice())) : fetch(input, init),
    });
    const { infoHash } = unwrap(await readSource(torrent));
    const link = `magnet:?xt=urn:btih:${infoHash}&xs=${xs}&ws=${SEED}&ws=http://192.168.1.1/a`;
    hash = unwrap(await node.swarm.add(link, { started: 'all' }));
    await until(() => view()?.status === 'seeding');
    expect(view()?.magnet).toContain(encodeURIComponent(SEED));
    const kept = await readSource(node.swarm.resumeData(hash)?.torrentFile ?? '');
    expect(unwrap(kept).webSeeds).toEqual([SEED]);
  });

  it('is let go of once nothing is missing', async () => {
    await open(withUrls(await film(), [SEED]), openWebHost({ '/film.mp4': data }), 'all');
    await until(() => view()?.peers[0]?.webSeed === 'films.example');
    await until(() => view()?.status === 'seeding');
    clock.advance(WEB_LOOK_MS);
    await until(() => node.torrent().wires.length === 0);
    expect(state()).toEqual([['films.example', 'idle', null]]);
  });

  it('of several files is read across their borders', async () => {
    const parts = [data.slice(0, 100_000), data.slice(100_000, 100_007), data.slice(100_007)];
    const names = ['a b.mp4', 'c#.txt', 'd.bin'];
    const files = parts.map((part, at) => new File([part], names[at] ?? ''));
    const host = openWebHost({
      '/x/My%20title/a%20b.mp4': parts[0] ?? new Uint8Array(),
      '/x/My%20title/c%23.txt': parts[1] ?? new Uint8Array(),
      '/x/My%20title/d.bin': parts[2] ?? new Uint8Array(),
    });
    await open(
      withUrls(await torrentOf(files, 'My title'), ['https://films.example/x']),
      host,
      'all',
    );
    await until(() => view()?.status === 'seeding');
    expect(view()?.downloaded).toBe(data.length);
  });

  it('that lacks one file gives the others, and is not asked for that one again', async () => {
    const parts = [data.slice(0, PIECE), data.slice(PIECE, 3 * PIECE), data.slice(3 * PIECE)];
    const files = parts.map((part, at) => new File([part], `${at}.bin`));
    const torrent = withUrls(await torrentOf(files, 'Three'), ['https://films.example/']);
    const host = openWebHost({
      '/Three/0.bin': parts[0] ?? new Uint8Array(),
      '/Three/2.bin': parts[2] ?? new Uint8Array(),
    });
    await open(torrent, host, 'all');
    await until(() => view()?.held === data.length - 2 * PIECE);
    expect(state()).toEqual([['films.example', 'open', null]]);
    const lacking = () => host.asked.filter((line) => line.startsWith('/Three/1.bin')).length;
    const before = lacking();
    expect(before).toBeLessThanOrEqual(WEB_REQUESTS);
    expect(node.torrent().wires[0]?.peerPieces.get(1)).toBe(false);
    expect(node.torrent().wires[0]?.peerPieces.get(3)).toBe(true);
    const seeder = openNode(memoryStore(data));
    const price = satPerMiB(0);
    unwrap(await seeder.swarm.seed({ files, satPerMiB: price, name: 'Three' }));
    await connect(seeder, node);
    await until(() => node.payments.of('wireOpened').length === 1);
    const [opened] = node.payments.of('wireOpened');
    const wire = opened?.wire ?? wireId(0);
    node.payments.emit('wireBuy', { wire, allowed: true, state: 'free', satPerMiB: price });
    await until(() => view()?.status === 'seeding');
    expect(lacking()).toBe(before);
    await seeder.swarm.destroy();
  });

  it('that lacks every file is given up soon', async () => {
    const files = Array.from({ length: 40 }, (_, at) => new File([data.slice(at, 9_000)], `${at}`));
    const host = openWebHost({});
    const torrent = withUrls(await torrentOf(files, 'Many'), ['https://films.example/']);
    await open(torrent, host, 'all');
    await until(() => state()?.[0]?.[1] === 'failed');
    expect(state()).toEqual([['films.example', 'failed', 'refused']]);
    expect(host.asked.length).toBeLessThan(MAX_WEB_FAULTS + WEB_REQUESTS);
  });

  it('that sends wrong bytes is dropped, and the other one gives it all', async () => {
    const host = openWebHost({ '/bad.mp4': data.map((byte) => byte ^ 1), '/film.mp4': data });
    const urls = ['https://bad.example/bad.mp4', SEED];
    await open(withUrls(await film(), urls), host, 'all');
    await until(() => view()?.status === 'seeding');
    expect(host.asked.some((line) => line.startsWith('/bad.mp4'))).toBe(true);
    expect(state()?.[0]).toEqual(['bad.example', 'failed', 'bad-data']);
    expect(state()?.[1]?.[2]).toBeNull();
  });

  it('alone with wrong bytes is not asked again', async () => {
    const host = openWebHost({ '/film.mp4': data.map((byte) => byte ^ 1) });
    await open(withUrls(await film(), [SEED]), host, 'all');
    await until(() => state()?.[0]?.[1] === 'failed');
    expect(state()).toEqual([['films.example', 'failed', 'bad-data']]);
    const before = host.asked.length;
    clock.advance(WEB_REST_MS + WEB_LOOK_MS);
    expect(host.asked).toHaveLength(before);
    expect(view()?.held).toBe(0);
  });

  it.each([
    ['refused', () => new Response('', { status: 404 })],
    ['no-ranges', () => new Response(data.slice(), { status: 200 })],
    ['wrong-length', () => new Response('', { status: 416 })],
    ['wrong-length', () => partial(data.slice(0, 50), [0, 49])],
    ['busy', () => new Response('', { status: 503 })],
    [
      'unreachable',
      () => {
        throw new TypeError('Failed to fetch');
      },
    ],
  ])('is given up as %s', async (fault, answer) => {
    const host = openWebHost({});
    host.answer = answer;
    await open(withUrls(await film(), [SEED]), host, 'all');
    await until(() => state()?.[0]?.[1] === 'failed');
    expect(state()).toEqual([['films.example', 'failed', fault]]);
    expect(node.torrent().wires).toHaveLength(0);
  });

  it('that was out of reach is tried again at once when the network is back', async () => {
    const network = new EventTarget();
    vi.stubGlobal('addEventListener', network.addEventListener.bind(network));
    const host = openWebHost({ '/film.mp4': data });
    host.answer = () => {
      throw new TypeError('Failed to fetch');
    };
    await open(withUrls(await film(), [SEED]), host, 'all');
    await until(() => state()?.[0]?.[2] === 'unreachable');
    host.answer = null;
    network.dispatchEvent(new Event('online'));
    await until(() => view()?.status === 'seeding');
  });

  it('that falls silent is given up, and tried again later', async () => {
    const host = openWebHost({ '/film.mp4': data });
    host.answer = () => new Response(new ReadableStream(), { status: 206 });
    await open(withUrls(await film(), [SEED]), host, 'all');
    await until(() => host.asked.length > 0);
    await until(() => {
      clock.advance(WEB_STALL_MS);
      return state()?.[0]?.[1] === 'failed';
    });
    expect(state()?.[0]?.[2]).toBe('slow');
    host.answer = null;
    clock.advance(WEB_REST_MS);
    await until(() => view()?.status === 'seeding');
  });
});
