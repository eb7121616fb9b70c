import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unwrap } from '../shared/result.ts';
import { satPerMiB, type InfoHash } from '../shared/units.ts';
import { MAX_TRACKERS } from './limits.ts';
import { memoryStore, openNode, until, type TestNode } from './testing/engine.ts';
import { playPeer } from './testing/peer.ts';

/** More is learnt of a torrent that is open: the library knows no way to give it more trackers. */

const PIECE = 262_144;
const data = Uint8Array.from({ length: 4 * PIECE }, (_, at) => (at * 23 + (at >> 8)) & 0xff);
const film = new File([data], 'film.mp4');

/** A tracker's socket, which the test plays. */
class Socket extends EventTarget {
  static readonly opened: Socket[] = [];
  readonly url: string;
  readyState = 0;
  binaryType = '';
  constructor(url: string) {
    super();
    this.url = url;
    Socket.opened.push(this);
  }
  send(): void {}
  close(): void {}
}
const opened = (): string[] => Socket.opened.map(({ url }) => new URL(url).hostname);

let links: (readonly [InfoHash, string | null])[];
let node: TestNode;
let torrentFile: Uint8Array;
let hash: InfoHash;

beforeEach(async () => {
  // The library opens trackers only where there is WebRTC; it looks when it is loaded.
  for (const name of ['RTCPeerConnection', 'RTCSessionDescription', 'RTCIceCandidate']) {
    Object.defineProperty(globalThis, name, { value: class {}, configurable: true });
  }
  Object.defineProperty(globalThis, 'WebSocket', { value: Socket, configurable: true });
  links = [];
  Socket.opened.length = 0;
  node = openNode(memoryStore(data), {
    onLink: (infoHash, link) => void links.push([infoHash, link]),
  });
  hash = unwrap(await node.swarm.seed({ files: [film], satPerMiB: satPerMiB(0) }));
  torrentFile = node.swarm.resumeData(hash)?.torrentFile ?? new Uint8Array();
  await node.swarm.remove(hash, false);
  links = [];
});
afterEach(() => node.swarm.destroy());

const magnet = (more: string): string => `magnet:?xt=urn:btih:${hash}${more}`;
const tracker = (name: string): string => `&tr=wss%3A%2F%2F${name}.example`;
const trackersOf = (): string[] =>
  (node.torrent().discovery?.tracker?._trackers ?? []).map(({ announceUrl }) => announceUrl);

describe('a richer link of a torrent that is open', () => {
  it('gives it more trackers and web seeds, while who waits for it waits on', async () => {
    unwrap(await node.swarm.add(magnet(tracker('one'))));
    await until(() => opened().length === 1);
    const waiting = node.swarm.metadata(hash);
    const torrent = node.torrent();
    const seed = 'https://films.example/film.mp4';
    unwrap(await node.swarm.add(magnet(`${tracker('two')}&ws=${encodeURIComponent(seed)}&so=0`)));
    await until(() => opened().length === 2);
    expect(opened()).toEqual(['one.example', 'two.example']);
    expect(trackersOf()).toEqual(['wss://one.example', 'wss://two.example']);
    expect(node.torrent()).toBe(torrent);
    const view = node.swarm.get(hash);
    expect(view?.magnet).toContain('two.example');
    expect(view?.magnet).toContain('films.example');
    expect(node.swarm.trackers().map(({ url }) => url)).toContain('wss://two.example');
    // The torrent file also brings what was missing.
    unwrap(await node.swarm.add(torrentFile));
    expect(unwrap(await waiting)).toMatchObject({ suggested: [0] });
    expect(torrent.urlList).toContain(seed);
  });

  it('keeps its peers, and is told to who keeps links until the torrent file is stored', async () => {
    unwrap(await node.swarm.add(magnet('')));
    unwrap(await node.swarm.add(magnet(`${tracker('one')}&xs=https%3A%2F%2Fx.example%2Ffilm`)));
    const [, link] = links.at(-1) ?? [];
    expect(link).toContain('one.example');
    expect(link).toContain('x.example');
    unwrap(await node.swarm.add(torrentFile));
    const peer = await playPeer(node);
    await until(() => node.swarm.get(hash)?.peers.length === 1);
    expect(links.at(-1)).toEqual([hash, null]);
    unwrap(await node.swarm.add(magnet(tracker('two'))));
    expect(links.at(-1)?.[1]).toContain('two.example');
    const told = links.length;
    unwrap(await node.swarm.add(magnet(tracker('two'))));
    expect(links).toHaveLength(told);
    expect(peer.log).not.toContain('close');
    peer.close();
  });

  it('has no more trackers than one link may have', async () => {
    unwrap(await node.swarm.add(magnet(tracker('first'))));
    await until(() => opened().length === 1);
    for (let at = 0; at < 2 * MAX_TRACKERS; at += 1) {
      unwrap(await node.swarm.add(magnet(tracker(`t${at}`))));
    }
    expect(trackersOf()).toHaveLength(MAX_TRACKERS);
    await node.swarm.remove(hash, true);
    expect(node.client().torrents).toHaveLength(0);
  });
});

describe("the user's own files of a title that is open as a download", () => {
  it('take its place: they are what is served, at the price that was asked', async () => {
    unwrap(await node.swarm.add(torrentFile));
    await until(() => node.swarm.get(hash)?.status === 'ready');
    unwrap(node.swarm.start(hash));
    const download = node.torrent();
    expect(node.swarm.get(hash)).toMatchObject({ own: false, sellPrice: 0 });
    unwrap(await node.swarm.seed({ files: [film], satPerMiB: satPerMiB(64) }));
    expect(download.destroyed).toBe(true);
    expect(node.client().torrents).toHaveLength(1);
    await until(() => node.swarm.get(hash)?.status === 'seeding');
    expect(node.swarm.get(hash)).toMatchObject({ own: true, sellPrice: 64, held: data.length });
    // Once more, and a link of it, change nothing.
    const own = node.torrent();
    unwrap(await node.swarm.seed({ files: [film], satPerMiB: satPerMiB(64) }));
    unwrap(await node.swarm.add(magnet('')));
    expect(node.torrent()).toBe(own);
  });
});
