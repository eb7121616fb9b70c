import { describe, expect, it } from 'vitest';
import { ok } from '../../shared/result.ts';
import type { ApiReply, ApiRequest } from '../api.ts';
import { createApiServer } from './api-server.ts';
import { createFileServer } from './file-response.ts';
import type { MetadataShelf, StoredList } from './metadata-db.ts';
import { createManualClock, createWorld, eagerClock, fileOf, HASH } from './testing/world.ts';

const ORIGIN = 'https://rivulet.example';

/** Rows over a map. */
const createShelf = (): MetadataShelf & { stored: Map<string, StoredList> } => {
  const stored = new Map<string, StoredList>();
  return {
    stored,
    read: async (infoHash) => stored.get(infoHash),
    write: async (row) => void stored.set(row.infoHash, row),
  };
};

const setUp = (answer: (request: ApiRequest) => ApiReply, shelf = createShelf()) => {
  const asked: ApiRequest[] = [];
  const world = createWorld({
    files: [fileOf('film.mp4', 1_000, [true])],
    pieceLength: 1_000,
    api(request) {
      asked.push(request);
      return ok(answer(request));
    },
  });
  const clock = createManualClock();
  const files = createFileServer(world.links, eagerClock);
  const api = createApiServer({ links: world.links, files, clock, shelf });
  const ask = (
    method: string,
    path: string,
    asker = { own: true, navigation: false },
    headers: Record<string, string> = {},
  ): Promise<Response> => {
    const url = new URL(path, ORIGIN);
    return api.answer('main', new Request(url, { method, headers }), url, asker);
  };
  return { world, clock, shelf, asked, ask };
};

const echo = (request: ApiRequest): ApiReply => ({ status: 200, body: request });

describe('API server', () => {
  it('answers ping without the page', async () => {
    const { ask, asked, world } = setUp(echo);
    const response = await ask('GET', '/api/ping');
    expect(await response.json()).toMatchObject({ pong: true });
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    expect(asked).toEqual([]);
    world.stop();
  });

  it('passes the rest on and answers as the page says', async () => {
    const { ask, world } = setUp((request) => {
      if (request.route === 'metrics') return { status: 200, body: 'up 1', type: 'text/plain' };
      return request.route === 'add' ? { status: 429, body: {}, retryAfter: 3 } : echo(request);
    });
    expect(await (await ask('GET', '/api/details/ab')).json()).toMatchObject({ magnet: 'ab' });
    const metrics = await ask('GET', '/api/metrics');
    expect([metrics.headers.get('Content-Type'), await metrics.text()]).toEqual([
      'text/plain',
      'up 1',
    ]);
    const busy = await ask('POST', '/api/add/ab');
    expect([busy.status, busy.headers.get('Retry-After')]).toEqual([429, '3']);
    world.stop();
  });

  it('does nothing for a navigation or a stranger that costs or changes anything', async () => {
    const { ask, asked, world } = setUp(echo);
    const strangers = [
      { own: false, navigation: false },
      { own: false, navigation: true },
      { own: true, navigation: true },
    ];
    const paths = [
      ['POST', '/api/add/ab'],
      ['DELETE', '/api/remove/ab'],
      ['POST', '/api/deselect/ab/0'],
      ['GET', '/api/stream/ab'],
      ['GET', '/api/streamfile/ab/0'],
      ['GET', `/api/metadata/${HASH}`],
    ] as const;
    for (const asker of strangers) {
      for (const [method, path] of paths) expect((await ask(method, path, asker)).status).toBe(403);
    }
    expect(asked).toEqual([]);
    expect((await ask('GET', '/api/torrents', { own: false, navigation: true })).status).toBe(200);
    world.stop();
  });

  it('keeps metadata: the second answer needs no page, also after a restart', async () => {
    const list = { infoHash: HASH, name: 'film' };
    const first = setUp(() => ({ status: 200, body: list }));
    const path = `/api/metadata/${encodeURIComponent(`magnet:?xt=urn:btih:${HASH.toUpperCase()}`)}`;
    expect(await (await first.ask('GET', path)).json()).toEqual(list);
    expect(await (await first.ask('GET', `/api/metadata/${HASH}`)).json()).toEqual(list);
    expect(first.asked).toHaveLength(1);
    first.world.stop();
    const second = setUp(echo, first.shelf);
    expect(await (await second.ask('GET', path)).json()).toEqual(list);
    expect(second.asked).toEqual([]);
    second.world.stop();
  });

  it('keeps no metadata of failures', async () => {
    const { ask, asked, shelf, world } = setUp(() => ({ status: 404, body: {} }));
    await ask('GET', `/api/metadata/${HASH}`);
    expect(shelf.stored.size).toBe(0);
    expect((await ask('GET', '/api/metadata/nonsense')).status).toBe(400);
    expect(asked).toHaveLength(1);
    world.stop();
  });

  it('streams the file that the page names', async () => {
    const { ask, world } = setUp(() => ({ status: 200, body: { infoHash: HASH, file: 0 } }));
    const asker = { own: true, navigation: false };
    const part = await ask('GET', '/api/streamfile/ab/film.mp4', asker, { Range: 'bytes=0-9' });
    expect([part.status, part.headers.get('Content-Range')]).toEqual([206, 'bytes 0-9/1000']);
    expect((await (await ask('GET', '/api/stream/ab')).arrayBuffer()).byteLength).toBe(1_000);
    world.stop();
  });

  it('logs every answer with its time and without the magnet, many at once', async () => {
    const { ask, clock, world } = setUp((request) => {
      if (request.route === 'torrents') clock.advance(1_500);
      return echo(request);
    });
    await ask('GET', '/api/ping');
    await ask('GET', '/api/torrents');
    await ask('GET', '/api/nope');
    await ask('DELETE', '/api/ping');
    expect(world.logged).toEqual([]);
    clock.fire();
    await ask('GET', '/api/details/secret');
    expect(world.logged).toMatchObject([
      { route: 'ping', status: 200, ms: 0, slow: false },
      { route: 'torrents', status: 200, ms: 1_500, slow: true },
      { route: 'unknown', status: 404 },
      { method: 'DELETE', route: 'unknown', status: 405 },
    ]);
    expect(JSON.stringify(world.logged)).not.toContain('secret');
    world.stop();
  });
});
