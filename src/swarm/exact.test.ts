import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unwrap } from '../shared/result.ts';
import { infoHash, satPerMiB, type InfoHash } from '../shared/units.ts';
import { fetchExact } from './exact.ts';
import { EXACT_TIMEOUT_MS, MAX_TORRENT_FILE } from './limits.ts';
import { readSource } from './source.ts';
import { manualClock } from './testing/clock.ts';
import { memoryStore, openNode, until, type TestNode } from './testing/engine.ts';

const film = new File([new Uint8Array(300_000).fill(5)], 'film.mp4');
const OTHER = infoHash('cd'.repeat(20));
const never = new AbortController().signal;
const web = { loopback: false, ownOrigin: 'https://app.example' };
let node: TestNode;
let file: Uint8Array<ArrayBuffer>;
let hash: InfoHash;

beforeEach(async () => {
  const seeder = openNode(memoryStore(null));
  hash = unwrap(await seeder.swarm.seed({ files: [film], satPerMiB: satPerMiB(0) }));
  file = new Uint8Array(seeder.swarm.resumeData(hash)?.torrentFile ?? []);
  await seeder.swarm.destroy();
  node = openNode(memoryStore(null));
});
afterEach(() => node.swarm.destroy());

const serving = (answers: Readonly<Record<string, () => Response>>) => {
  const asked: string[] = [];
  const fetch = async (input: RequestInfo | URL): Promise<Response> => {
    const url = String(input instanceof Request ? input.url : input);
    asked.push(url);
    const answer = answers[url];
    if (answer === undefined) throw new TypeError('Failed to fetch');
    return answer();
  };
  return { asked, fetch };
};

describe('a torrent file that a magnet link points to', () => {
  it('is taken instead of waiting for peers, from the first place that has it', async () => {
    const { asked, fetch } = serving({
      'https://b.example/film.torrent': () => new Response(file),
    });
    const faults: unknown[] = [];
    await node.swarm.destroy();
    node = openNode(memoryStore(null), { fetch, onFault: (fault) => faults.push(fault) });
    const places = ['https://a.example/x', 'https://b.example/film.torrent', 'https://c.example/y'];
    const magnet = `magnet:?xt=urn:btih:${hash}&xs=${places.map(encodeURIComponent).join('&xs=')}`;
    unwrap(await node.swarm.add(magnet));
    await until(() => node.swarm.get(hash)?.status === 'ready');
    expect(node.swarm.get(hash)?.files[0]?.name).toBe('film.mp4');
    expect(asked).toEqual(places.slice(0, 2));
    expect(faults.map(String).join()).toContain('https://a.example/x');
  });

  it('is looked for at http(s) addresses only', async () => {
    const magnet = `magnet:?xt=urn:btih:${hash}&xs=urn:btih:${hash}&as=file:///etc/passwd&as=data:,x`;
    expect(unwrap(await readSource(magnet)).exact).toEqual([]);
  });

  it.each([
    ['another torrent', OTHER, () => new Response(file), 'bad-torrent'],
    ['no torrent', null, () => new Response('<html>'), 'bad-torrent'],
    ['an error', null, () => new Response('', { status: 404 }), 'network'],
    ['far too much', null, () => new Response(new Uint8Array(MAX_TORRENT_FILE + 1)), 'bad-torrent'],
  ])('is refused when the host sends %s', async (_what, wanted, answer, code) => {
    const { fetch } = serving({ 'https://a.example/': answer });
    const parts = { fetch, clock: manualClock(), signal: never, web };
    const found = await fetchExact('https://a.example/', wanted ?? hash, parts);
    expect(found).toMatchObject({ ok: false, error: { code } });
  });

  it.each([
    ['https://app.example/api/streamfile/x/0', 'https://app.example/api/streamfile/x/0'],
    ['http://localhost:8080/x', 'http://localhost:8080/x'],
    ['https://192.168.1.1/x', 'https://192.168.1.1/x'],
    ['https://a.example/', 'https://app.example/api/stream/x'],
  ])('is never asked of this page itself nor of a private network: %s', async (url, from) => {
    const answer = new Response(file);
    Object.defineProperty(answer, 'url', { value: from });
    const { asked, fetch } = serving({ [url]: () => answer });
    const parts = { fetch, clock: manualClock(), signal: never, web };
    const found = await fetchExact(url, hash, parts);
    expect(found).toMatchObject({ ok: false, error: { code: 'rejected' } });
    expect(asked).toEqual(url === from ? [] : [url]);
  });

  it('is given up when the host takes too long', async () => {
    const clock = manualClock();
    const fetch = (_input: unknown, init?: RequestInit): Promise<Response> =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
      });
    const waiting = fetchExact('https://a.example/', hash, { fetch, clock, signal: never, web });
    clock.advance(EXACT_TIMEOUT_MS);
    expect(await waiting).toMatchObject({ ok: false, error: { code: 'timeout' } });
  });
});
