import { describe, expect, it } from 'vitest';
import { parseApi } from './api.ts';

const parse = (method: string, path: string) =>
  parseApi(method, new URL(path, 'https://rivulet.example'));
const MAGNET = 'magnet:?xt=urn:btih:ab&dn=a b/c';
const encoded = encodeURIComponent(MAGNET);

describe('API paths', () => {
  it.each([
    ['GET', '/api/ping', { route: 'ping', magnet: '', file: '', isHead: false }],
    ['HEAD', '/api/health', { route: 'health', magnet: '', file: '', isHead: true }],
    [
      'GET',
      `/api/metadata/${encoded}`,
      { route: 'metadata', magnet: MAGNET, file: '', isHead: false },
    ],
    [
      'GET',
      '/api/metadata/magnet:?xt=urn:btih:ab&dn=x',
      { route: 'metadata', magnet: 'magnet:?xt=urn:btih:ab&dn=x', file: '', isHead: false },
    ],
    ['POST', `/api/add/${encoded}`, { route: 'add', magnet: MAGNET, file: '', isHead: false }],
    [
      'GET',
      `/api/streamfile/${encoded}/a%2Fb.mp4`,
      { route: 'streamfile', magnet: MAGNET, file: 'a/b.mp4', isHead: false },
    ],
    ['DELETE', '/api/remove/ab', { route: 'remove', magnet: 'ab', file: '', isHead: false }],
  ])('%s %s', (method, path, request) => {
    expect(parse(method, path)).toMatchObject({ ok: true, request });
  });

  it.each([
    '/api/',
    '/api/nope',
    '/api/constructor',
    '/api/ping/x',
    '/api/metadata',
    '/api/metadata/',
    '/api/metadata/a/b',
    '/api/streamfile/a',
    '/api/metadata/%E0%A4%A',
    `/api/metadata/${'a'.repeat(17_000)}`,
  ])('has no %s', (path) => {
    expect(parse('GET', path)).toMatchObject({ ok: false, status: 404 });
  });

  it.each([
    ['POST', '/api/ping', 'GET, HEAD'],
    ['GET', '/api/add/ab', 'POST'],
    ['GET', '/api/remove/ab', 'DELETE'],
    ['HEAD', '/api/remove/ab', 'DELETE'],
  ])('does not take %s for %s', (method, path, allow) => {
    expect(parse(method, path)).toEqual({ ok: false, status: 405, allow });
  });

  it('calls passive only what joins no swarm and changes nothing', () => {
    const passive = (method: string, path: string): boolean => {
      const parsed = parse(method, path);
      return parsed.ok && parsed.facts.passive;
    };
    for (const route of [
      'ping',
      'health',
      'torrents',
      'payments',
      'metrics',
      'details/a',
      'detailsepisode/a/0',
    ]) {
      expect(passive('GET', `/api/${route}`)).toBe(true);
    }
    for (const route of ['metadata/a', 'stream/a', 'streamfile/a/0']) {
      expect(passive('GET', `/api/${route}`)).toBe(false);
    }
    expect(passive('POST', '/api/add/a')).toBe(false);
    expect(passive('POST', '/api/deselect/a/0')).toBe(false);
    expect(passive('DELETE', '/api/remove/a')).toBe(false);
  });
});
